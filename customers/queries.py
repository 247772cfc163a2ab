"""What other apps and screens ask about customers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.actor import Actor
from customers.enums import CustomerState
from customers.errors import NotACustomer
from customers.models import Customer
from customers.terms import term_text


@dataclass(frozen=True, slots=True)
class CustomerInfo:
    """A company as the current tenant knows it."""

    id: UUID
    company_id: UUID
    company_name: str
    number: str
    state: str
    group_id: UUID | None
    group_name: str
    payment_term_code: str
    payment_term_kind: str
    payment_term_days: int
    currency: str = "EUR"

    @property
    def is_approved(self) -> bool:
        return self.state == CustomerState.APPROVED

    @property
    def payment_term_text(self) -> str:
        return term_text(self.payment_term_kind, self.payment_term_days) if self.payment_term_kind else ""


def customer_of(company_id: UUID) -> CustomerInfo | None:
    """The company's account with the current tenant, in whatever state; one statement."""
    row = Customer.objects.select_related("group", "payment_term").filter(company_id=company_id).first()
    return describe(row) if row else None


def describe(row: Customer) -> CustomerInfo:
    """Plain description of a customer row."""
    return CustomerInfo(
        id=row.id,
        company_id=row.company_id,
        company_name=row.company_name,
        number=row.number,
        state=row.state,
        group_id=row.group_id,
        group_name=row.group.name if row.group else "",
        payment_term_code=row.payment_term.code if row.payment_term else "",
        payment_term_kind=row.payment_term.kind if row.payment_term else "",
        payment_term_days=row.payment_term.days if row.payment_term else 0,
    )


def require_approved(actor: Actor) -> CustomerInfo:
    """The approved account that a buyer acts for. Raises NotACustomer."""
    info = customer_of(actor.company_id) if actor.company_id else None
    if info is None or not info.is_approved:
        raise NotACustomer
    return info
