"""API keys at a tenant: of one of its customers, or of the tenant itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.actor import Actor
from core.api_keys import KeyRing, KeyRow, find_key
from core.db import atomic
from core.errors import NotAllowed
from customers.queries import require_approved
from integrations.models import ApiKey
from integrations.policies import can_manage_keys

__all__ = ["KeyHolder", "can_manage_keys", "create_key", "find_holder", "keys_of", "revoke_key"]


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """What a request with a valid key acts for: a company, or the tenant itself where there is none.

    ``maker_id`` is who made the key.
    """

    key_id: UUID
    company_id: UUID | None
    name: str
    maker_id: UUID | None = None


@atomic
def create_key(*, key_id: UUID, name: str, actor: Actor) -> str:
    """Create a key of the actor's company at the current tenant, or of the tenant itself; answers it in clear, once.

    ``key_id`` is drawn with the form, so that a form that is sent twice makes one key. Raises NotAllowed, NotACustomer,
    TooManyKeys, KeyExists.
    """
    ring = _ring(actor)
    if actor.kind == "buyer":
        require_approved(actor)
    return ring.add(key_id=key_id, name=name, actor=actor)


@atomic
def revoke_key(*, key_id: UUID, actor: Actor) -> None:
    """Make a key of whom the actor acts for worthless from now on. Raises NotAllowed, NotFound."""
    _ring(actor).revoke(key_id)


def keys_of(actor: Actor) -> list[KeyRow]:
    """The actor's company's keys at the current tenant, or the tenant's own, newest first; one statement.

    Raises NotAllowed.
    """
    return _ring(actor).listed()


def find_holder(clear: str) -> KeyHolder | None:
    """Whom a key of the current tenant stands for; None when it is unknown, wrong or revoked. One statement."""
    row = find_key(ApiKey.objects.all(), clear)
    return KeyHolder(row.pk, row.company_id, row.name, row.created_by_id) if row is not None else None


def _ring(actor: Actor) -> KeyRing[ApiKey]:
    if not can_manage_keys(actor):
        raise NotAllowed
    owner = {"company_id": actor.company_id}
    return KeyRing(ApiKey.objects.filter(**owner if actor.company_id else {"company_id__isnull": True}), owner)
