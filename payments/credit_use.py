"""How much of their credit customers use, for the supplier's lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from core import formatting
from payments.models import CreditAccount, CreditEntry


@dataclass(frozen=True, slots=True)
class CreditUse:
    """A customer's credit as a meter: ``percent`` of the limit is used, more than 100 is over it."""

    customer_id: UUID
    customer_name: str
    text: str
    percent: int
    limit: Decimal

    @property
    def tone(self) -> str:
        return "bad" if self.percent >= 100 else ""


@dataclass(frozen=True, slots=True)
class CreditEntryRow:
    when_text: str
    text: str
    amount_text: str
    actor_name: str


def use_of(customer_ids: Iterable[UUID]) -> dict[UUID, CreditUse]:
    """Credit of these customers in their own currencies; one statement. A customer without an account is absent."""
    rows = CreditAccount.objects.select_related("customer").filter(currency=F("customer__currency"))
    return {row.customer_id: _use(row) for row in rows.filter(customer_id__in=list(customer_ids))}


def use_in_currencies(customer_id: UUID) -> dict[str, CreditUse]:
    """A customer's credit by currency; one statement."""
    rows = CreditAccount.objects.select_related("customer").filter(customer_id=customer_id).order_by("currency")
    return {row.currency: _use(row) for row in rows}


def most_used(limit: int = 4) -> list[CreditUse]:
    """The customers nearest to their limit, or above it; one statement."""
    used = F("reserved_amount") + F("invoiced_amount")
    rows = (
        CreditAccount.objects.select_related("customer")
        .filter(limit_amount__gt=0)
        .alias(use=used / F("limit_amount"))
        .filter(use__gt=0)
        .order_by("-use", "pk")
    )
    return [_use(row) for row in rows[:limit]]


def ledger(customer_id: UUID, *, limit: int = 20) -> list[CreditEntryRow]:
    """The latest entries of a customer's credit account; one statement."""
    rows = CreditEntry.objects.select_related("account").filter(account__customer_id=customer_id).order_by("-at", "-pk")
    return [
        CreditEntryRow(
            when_text=formatting.moment(row.at),
            text=formatting.labelled(str(row.get_kind_display()), row.note),
            amount_text=formatting.money(delta, row.account.currency) if delta else "—",
            actor_name=row.actor_name,
        )
        for row in rows[:limit]
        for delta in [row.reserved_delta + row.invoiced_delta]
    ]


def _use(row: CreditAccount) -> CreditUse:
    used = row.reserved_amount + row.invoiced_amount
    percent = max(int(used * 100 / row.limit_amount), 1 if used else 0) if row.limit_amount else (100 if used else 0)
    text = _("%(used)s of %(limit)s") % {
        "used": formatting.money(used, row.currency),
        "limit": formatting.money(row.limit_amount, row.currency),
    }
    return CreditUse(row.customer_id, row.customer.company_name, text, percent, row.limit_amount)
