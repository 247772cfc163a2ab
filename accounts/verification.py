"""Companies that somebody has looked at: a supplier that opened an account for one, or the operator."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts.models import Company
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Unverified:
    """A company that nobody has looked at yet."""

    id: UUID
    name: str
    code: str
    created_text: str


@atomic
def note_verified(*, company_id: UUID) -> None:
    """Somebody who may decide has looked at the company; the first time counts."""
    Company.objects.filter(pk=company_id, verified_at=None).update(verified_at=timezone.now())


@atomic
def verify_company(*, company_id: UUID, actor: Actor) -> None:
    """The operator has looked at the company. Raises NotAllowed, NotFound."""
    if actor.kind != "operator":
        raise NotAllowed
    if not Company.objects.filter(pk=company_id).exists():
        raise NotFound
    note_verified(company_id=company_id)


def unverified(*, limit: int = 200) -> list[Unverified]:
    """Companies that wait for a look, newest first; one statement."""
    rows = Company.objects.filter(verified_at=None).order_by("-created_at", "-pk")
    return [
        Unverified(row.id, row.legal_name, row.siren or row.vat_number, formatting.moment(row.created_at))
        for row in rows[:limit]
    ]
