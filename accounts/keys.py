"""API keys of a company on the marketplace, where it deals with all of its suppliers."""

from __future__ import annotations

from uuid import UUID

from accounts.models import CompanyKey
from accounts.permissions import MACHINE, Permission
from core.actor import Actor
from core.api_keys import KeyRing, KeyRow, find_key
from core.errors import NotAllowed


def can_manage_keys(actor: Actor) -> bool:
    """A key orders on the company's account: its administrators decide."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.MANAGE_KEYS)


def create_key(*, key_id: UUID, name: str, actor: Actor) -> str:
    """Create a key of the actor's company; answers it in clear, once. Raises NotAllowed, TooManyKeys, KeyExists."""
    return _ring(actor).add(key_id=key_id, name=name, actor=actor)


def revoke_key(*, key_id: UUID, actor: Actor) -> None:
    """Make a key of the actor's company worthless from now on. Raises NotAllowed, NotFound."""
    _ring(actor).revoke(key_id)


def keys_of(actor: Actor) -> list[KeyRow]:
    """The keys of the actor's company, newest first; one statement. Raises NotAllowed."""
    return _ring(actor).listed()


def find_actor(clear: str) -> tuple[UUID, Actor] | None:
    """The key, and whom it acts as: its company, in the name of who made it. None when it is worth nothing."""
    row = find_key(CompanyKey.objects.select_related("company"), clear)
    if row is None:
        return None
    return row.pk, Actor(
        kind="buyer",
        user_id=row.created_by_id,
        name=row.name,
        company_id=row.company_id,
        company_name=row.company.legal_name,
        permissions=MACHINE,
    )


def _ring(actor: Actor) -> KeyRing[CompanyKey]:
    if not can_manage_keys(actor):
        raise NotAllowed
    company_id = actor.require_company()
    return KeyRing(CompanyKey.objects.filter(company_id=company_id), {"company_id": company_id})
