"""A company names a request to begin again from, and forgets the name; what a new one begins with is ``written()``."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core import formatting
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound, Refused
from rfq.asking import NewRFQ, written
from rfq.enums import RFQState
from rfq.policies import require_buyer, seen_rfqs
from rfq.reuse.models import RFQTemplate


class NameMissing(Refused):
    code = "name_missing"
    message = _("Give the template a name.")


class NameTaken(Refused):
    code = "name_taken"
    status = 409
    message = _("Your company has a template of this name already.")


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template in the company's list."""

    id: UUID
    rfq_id: UUID
    name: str
    note: str


@atomic
def save_template(*, rfq_id: UUID, name: str, actor: Actor) -> UUID:
    """Keep a request that was sent under a name. Raises MayNotBuy, NotFound, NameMissing, NameTaken."""
    require_buyer(actor)
    rfq = seen_rfqs(actor).filter(pk=rfq_id).exclude(state=RFQState.DRAFT).first()
    if rfq is None:
        raise NotFound
    if not name.strip():
        raise NameMissing(field="template_name")
    try:
        with savepoint():
            row = RFQTemplate.objects.create(
                company_id=rfq.company_id, rfq=rfq, name=name.strip()[:80], created_by_name=actor.name
            )
    except IntegrityError as error:
        raise NameTaken(field="template_name") from error
    return row.id


def begun_from(template_id: UUID, actor: Actor) -> NewRFQ:
    """What a new request begins with that is made from a template of the company. Raises MayNotBuy, NotFound."""
    require_buyer(actor)
    rows = RFQTemplate.objects.filter(pk=template_id, company_id=actor.require_company())
    rfq_id = rows.values_list("rfq_id", flat=True).first()
    if rfq_id is None:
        raise NotFound
    return written(actor, rfq_id).data


def templates_after(actor: Actor, after: UUID | None, *, limit: int) -> list[RFQTemplate]:
    """The company's templates with their requests, newest first; one statement."""
    rows = RFQTemplate.objects.select_related("rfq").filter(rfq__in=seen_rfqs(actor))
    rows = rows.filter(pk__lt=after) if after is not None else rows
    return list(rows.order_by("-pk")[:limit])


@atomic
def drop_template(*, template_id: UUID, actor: Actor) -> None:
    """Forget a template; its request stays. Raises MayNotBuy, NotFound."""
    require_buyer(actor)
    row = RFQTemplate.objects.filter(pk=template_id, company_id=actor.require_company()).first()
    if row is None:
        raise NotFound
    row.delete()


def templates_of(actor: Actor, *, limit: int = 100) -> list[TemplateRow]:
    """The company's templates by name; one statement."""
    rows = RFQTemplate.objects.select_related("rfq").filter(rfq__in=seen_rfqs(actor)).order_by(Lower("name"), "pk")
    return [
        TemplateRow(
            id=row.id,
            rfq_id=row.rfq_id,
            name=row.name,
            note=f"{row.rfq.number} · {formatting.moment(row.created_at)} · {row.created_by_name}",
        )
        for row in rows[:limit]
    ]
