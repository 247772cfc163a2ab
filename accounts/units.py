"""The sites and departments of a company: a tree, in which each unit knows the way down to it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat, Substr

from accounts.companies import lock_company
from accounts.enums import UnitKind
from accounts.errors import NameTaken, UnitCycle, UnitInUse
from accounts.models import BusinessUnit
from accounts.policies import require_manage_people, require_within
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound
from core.ids import uuid7


@dataclass(frozen=True, slots=True)
class UnitData:
    """What is written about a unit; ``parent_id`` is the unit that it belongs to, None: to the company itself."""

    name: str
    kind: UnitKind = UnitKind.SITE
    code: str = ""
    parent_id: UUID | None = None


@atomic
def add_unit(*, data: UnitData, actor: Actor) -> UUID:
    """Add a site or a department. Raises NotAllowed, NotFound, NameTaken."""
    company_id = require_manage_people(actor)
    lock_company(company_id, actor)
    require_within(actor, data.parent_id)
    parent = _unit(company_id, data.parent_id) if data.parent_id else None
    key = uuid7()
    try:
        with savepoint():
            BusinessUnit.objects.create(
                id=key,
                company_id=company_id,
                parent=parent,
                kind=data.kind,
                name=data.name,
                code=data.code,
                path=f"{parent.path if parent else ''}{key.hex}/",
            )
    except IntegrityError as error:
        raise NameTaken(field="name") from error
    return key


@atomic
def change_unit(*, unit_id: UUID, data: UnitData, actor: Actor) -> None:
    """Rename a unit and move it below another one, with all that is below it.

    Raises NotAllowed, NotFound, UnitCycle, NameTaken.
    """
    company_id = require_manage_people(actor)
    lock_company(company_id, actor)
    require_within(actor, unit_id)
    unit = _unit(company_id, unit_id)
    if data.parent_id != unit.parent_id:
        _move(unit, data.parent_id, actor)
    try:
        with savepoint():
            BusinessUnit.objects.filter(pk=unit.pk).update(name=data.name, kind=data.kind, code=data.code)
    except IntegrityError as error:
        raise NameTaken(field="name") from error


@atomic
def remove_unit(*, unit_id: UUID, actor: Actor) -> None:
    """Take a unit away that nobody and nothing belongs to. Raises NotAllowed, NotFound, UnitInUse."""
    company_id = require_manage_people(actor)
    lock_company(company_id, actor)
    require_within(actor, unit_id)
    unit = _unit(company_id, unit_id)
    invited = unit.invitations.filter(accepted_at=None, withdrawn_at=None)
    held = (unit.members, unit.addresses, unit.children, unit.cost_centres)
    if invited.exists() or any(rows.exists() for rows in held):
        raise UnitInUse
    unit.delete()


def _move(unit: BusinessUnit, parent_id: UUID | None, actor: Actor) -> None:
    """The unit and everything below it in one statement."""
    require_within(actor, parent_id)
    parent = _unit(unit.company_id, parent_id) if parent_id else None
    if parent is not None and parent.path.startswith(unit.path):
        raise UnitCycle(field="parent")
    start = f"{parent.path if parent else ''}{unit.pk.hex}/"
    BusinessUnit.objects.filter(company_id=unit.company_id, path__startswith=unit.path).update(
        path=Concat(Value(start), Substr("path", len(unit.path) + 1)),
        parent=Case(When(pk=unit.pk, then=Value(parent_id)), default=F("parent")),
    )


def _unit(company_id: UUID, unit_id: UUID) -> BusinessUnit:
    unit = BusinessUnit.objects.filter(company_id=company_id, pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit
