"""Credit of customers: every change is one ledger entry, written with the account under its row lock.

An account is in one currency, and so is all that is reserved and owed on it: nothing is converted. An order in another
currency needs an account in that one.

Called by the services above, which decide who may: orders reserve and release, invoices turn reservations into debt,
payments settle it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotAllowed, NotFound, Refused
from core.money import ZERO
from core.scope import current_scope
from payments.enums import EntryKind
from payments.errors import CreditExceeded, NoCreditInCurrency
from payments.models import CreditAccount, CreditEntry

_MAX_LIMIT = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class CreditStatus:
    """What a customer may owe, what is used of it and what is left; ``available`` is negative over the limit."""

    limit: Decimal
    reserved: Decimal
    invoiced: Decimal
    currency: str

    @property
    def used(self) -> Decimal:
        return self.reserved + self.invoiced

    @property
    def available(self) -> Decimal:
        return self.limit - self.used


def status(customer_id: UUID, currency: str = "") -> CreditStatus:
    """The customer's credit in a currency, else in its own; one statement. Without an account its limit is nothing."""
    row = (
        CreditAccount.objects.filter(customer_id=customer_id, currency=currency or F("customer__currency"))
        .values_list("limit_amount", "reserved_amount", "invoiced_amount", "currency")
        .first()
    )
    return CreditStatus(*row) if row else CreditStatus(ZERO, ZERO, ZERO, currency or "EUR")


@atomic
def open_account(*, customer_id: UUID, limit: Decimal, currency: str, actor: Actor) -> None:
    """Give a customer its credit limit in a currency, or change the one it has. Raises NotAllowed, InvalidInput."""
    _require_staff(actor)
    CreditAccount.objects.bulk_create(
        [CreditAccount(customer_id=customer_id, currency=currency)], ignore_conflicts=True
    )
    change_limit(customer_id=customer_id, limit=limit, currency=currency, actor=actor)


@atomic
def change_limit(*, customer_id: UUID, limit: Decimal, currency: str, actor: Actor) -> None:
    """Set the limit; it may be lower than what is used, then nothing new is granted.

    Raises NotAllowed, NotFound, InvalidInput.
    """
    _require_staff(actor)
    if not limit.is_finite() or not ZERO <= limit < _MAX_LIMIT:
        raise InvalidInput(field="limit", reason=_("A credit limit is an amount from 0 on."))
    account = _existing(customer_id, currency)
    if account.limit_amount == limit:
        return
    before = formatting.money(account.limit_amount, account.currency)
    account.limit_amount = limit
    _write(account, EntryKind.LIMIT, actor, note=f"{before} → {formatting.money(limit, account.currency)}")


@atomic
def reserve(*, customer_id: UUID, order_id: UUID, amount: Decimal, currency: str, actor: Actor) -> None:
    """Reserve the gross total of an order.

    Raises NoCreditInCurrency, and CreditExceeded when less than that is available.
    """
    account = _locked(customer_id, currency)
    if account is None:
        raise _without_account(customer_id, amount, currency)
    available = account.limit_amount - account.reserved_amount - account.invoiced_amount
    if amount > available:
        raise CreditExceeded(available=available, requested=amount, currency=account.currency)
    _write(account, EntryKind.RESERVE, actor, reserved=amount, order_id=order_id)


@atomic
def release(*, customer_id: UUID, order_id: UUID, amount: Decimal, currency: str, actor: Actor, note: str = "") -> None:
    """Give back what an order had reserved. Raises NotFound."""
    account = _existing(customer_id, currency)
    _write(account, EntryKind.RELEASE, actor, reserved=-amount, order_id=order_id, note=note)


@atomic
def invoice(
    *, customer_id: UUID, order_id: UUID, invoice_id: UUID, amount: Decimal, currency: str, actor: Actor
) -> None:
    """Turn what an order had reserved into what is owed. Raises NotFound."""
    _write(
        _existing(customer_id, currency),
        EntryKind.INVOICE,
        actor,
        reserved=-amount,
        invoiced=amount,
        order_id=order_id,
        invoice_id=invoice_id,
    )


@atomic
def settle(*, customer_id: UUID, invoice_id: UUID, amount: Decimal, currency: str, actor: Actor) -> None:
    """Take what was paid off what is owed. Raises NotFound."""
    _write(_existing(customer_id, currency), EntryKind.PAYMENT, actor, invoiced=-amount, invoice_id=invoice_id)


@atomic
def credit_back(
    *, customer_id: UUID, invoice_id: UUID, amount: Decimal, currency: str, note: str, actor: Actor
) -> None:
    """Take what a credit note settles off what is owed. Raises NotFound."""
    account = _existing(customer_id, currency)
    _write(account, EntryKind.CREDITED, actor, invoiced=-amount, invoice_id=invoice_id, note=note)


def _locked(customer_id: UUID, currency: str) -> CreditAccount | None:
    rows = CreditAccount.objects.select_for_update(of=("self",))
    return rows.filter(customer_id=customer_id, currency=currency).first()


def _without_account(customer_id: UUID, amount: Decimal, currency: str) -> Refused:
    """Why an order cannot be placed on credit in a currency in which there is none."""
    others = (
        CreditAccount.objects.filter(customer_id=customer_id).order_by("currency").values_list("currency", flat=True)
    )
    if others:
        return NoCreditInCurrency(
            requested=formatting.money(amount, currency), currency=currency, own=", ".join(others)
        )
    return CreditExceeded(available=ZERO, requested=amount, currency=currency)


def _existing(customer_id: UUID, currency: str) -> CreditAccount:
    account = _locked(customer_id, currency)
    if account is None:
        raise NotFound
    return account


def _write(
    account: CreditAccount,
    kind: EntryKind,
    actor: Actor,
    *,
    reserved: Decimal = ZERO,
    invoiced: Decimal = ZERO,
    order_id: UUID | None = None,
    invoice_id: UUID | None = None,
    note: str = "",
) -> None:
    """Change the locked account and say so in its ledger; CHECKs refuse amounts below nothing."""
    account.reserved_amount += reserved
    account.invoiced_amount += invoiced
    account.save(update_fields=["limit_amount", "reserved_amount", "invoiced_amount"])
    CreditEntry.objects.create(
        account=account,
        kind=kind,
        reserved_delta=reserved,
        invoiced_delta=invoiced,
        order_id=order_id,
        invoice_id=invoice_id,
        note=note[:160],
        actor_name=actor.name[:120],
    )


def _require_staff(actor: Actor) -> None:
    if actor.kind == "system":
        return
    if actor.kind != "staff" or actor.tenant_id is None or actor.tenant_id != current_scope().tenant_id:
        raise NotAllowed
