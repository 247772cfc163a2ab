"""Use cases about customers: ask for an account, decide, change conditions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Company
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotAllowed, NotFound
from core.events import emit
from core.numbers import next_number
from core.scope import current_scope
from customers.enums import CustomerState, TermKind
from customers.errors import AlreadyCustomer
from customers.events import AccountDecided, AccountRequested
from customers.models import Customer, CustomerCounter, CustomerGroup, PaymentTerm
from customers.states import CUSTOMER


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a supplier grants a customer on its own side; prices and credit are granted by the apps above."""

    payment_term_id: UUID
    group_id: UUID | None = None


@atomic
def request_account(*, company_id: UUID, actor: Actor, message: str = "") -> UUID:
    """Ask the current tenant for an account, as a company.

    Raises NotAllowed, AlreadyCustomer. Emits AccountRequested.
    """
    if actor.company_id != company_id:
        raise NotAllowed
    company = Company.objects.get(pk=company_id)
    try:
        with savepoint():
            customer = Customer.objects.create(
                company_id=company.id,
                company_name=company.legal_name,
                number=next_number(CustomerCounter, "CL"),
                siren=company.siren,
                vat_number=company.vat_number,
                country=company.country,
                contact_name=actor.name,
                contact_email=actor.email,
                message=message,
            )
    except IntegrityError as error:
        raise AlreadyCustomer from error
    emit(AccountRequested(tenant_id=_tenant_id(), customer_id=customer.id, company_id=company_id))
    return customer.id


@atomic
def approve_customer(*, customer_id: UUID, conditions: Conditions, actor: Actor) -> None:
    """Approve a company with its payment term and group.

    Raises NotAllowed, NotFound, IllegalMove. Emits AccountDecided.
    """
    customer = _locked(customer_id, actor)
    _set_conditions(customer, conditions)
    CUSTOMER.move(customer, to=CustomerState.APPROVED, actor=actor)
    _decided(customer, "")


@atomic
def refuse_customer(*, customer_id: UUID, reason: str, actor: Actor) -> None:
    """Refuse with a reason that the company is told. Raises NotAllowed, NotFound, IllegalMove. Emits AccountDecided."""
    customer = _locked(customer_id, actor)
    CUSTOMER.move(customer, to=CustomerState.REFUSED, actor=actor, note=reason)
    _decided(customer, reason)


@atomic
def block_customer(*, customer_id: UUID, reason: str, actor: Actor) -> None:
    """Stop new orders of a customer. Raises NotAllowed, NotFound, IllegalMove. Emits AccountDecided."""
    customer = _locked(customer_id, actor)
    CUSTOMER.move(customer, to=CustomerState.BLOCKED, actor=actor, note=reason)
    _decided(customer, reason)


@atomic
def change_conditions(*, customer_id: UUID, conditions: Conditions, actor: Actor) -> None:
    """Change payment term and group of a customer. Raises NotAllowed, NotFound."""
    _set_conditions(_locked(customer_id, actor), conditions)


@atomic
def create_group(*, name: str, actor: Actor) -> UUID:
    """Create a customer group, or answer the one with this name. Raises NotAllowed."""
    _require_staff(actor)
    group, _created = CustomerGroup.objects.get_or_create(code=slugify(name)[:30], defaults={"name": name})
    return group.id


@atomic
def ensure_payment_terms() -> dict[str, UUID]:
    """The usual payment terms, created on first use; by code. 30 days net is the default (C. com. L441-10)."""
    usual = (
        ("net30", TermKind.NET, 30, True),
        ("net45", TermKind.NET, 45, False),
        ("net60", TermKind.NET, 60, False),
        ("eom45", TermKind.DAYS_THEN_END_OF_MONTH, 45, False),
        ("receipt", TermKind.NET, 0, False),
    )
    known = dict(PaymentTerm.objects.values_list("code", "id"))
    for code, kind, days, is_default in usual:
        if code not in known:
            term = PaymentTerm.objects.create(code=code, kind=kind, days=days, is_default=is_default)
            known[code] = term.id
    return known


def _set_conditions(customer: Customer, conditions: Conditions) -> None:
    customer.payment_term_id, customer.group_id = conditions.payment_term_id, conditions.group_id
    customer.save(update_fields=["payment_term", "group"])


def _decided(customer: Customer, note: str) -> None:
    customer.decided_at, customer.decision_note = timezone.now(), note
    customer.save(update_fields=["decided_at", "decision_note"])
    emit(
        AccountDecided(
            tenant_id=_tenant_id(), customer_id=customer.id, company_id=customer.company_id, state=customer.state
        )
    )


def _locked(customer_id: UUID, actor: Actor) -> Customer:
    _require_staff(actor)
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    return customer


def _require_staff(actor: Actor) -> None:
    if actor.kind == "system":
        return
    if actor.kind != "staff" or actor.tenant_id != current_scope().tenant_id:
        raise NotAllowed


def _tenant_id() -> UUID:
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("customers live in a tenant's scope")
    return tenant_id
