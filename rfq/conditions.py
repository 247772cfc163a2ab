"""What a request wishes and an offer states beside its lines: Incoterm, place, term of payment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from customers.enums import Incoterm
from customers.queries import CustomerInfo, term_value
from customers.terms import legal_maximum, term_text
from rfq.errors import TermTooLong, UnknownIncoterm


class HasConditions(Protocol):
    """A row with these columns."""

    incoterm: str
    incoterm_place: str
    term_kind: str
    term_days: int | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Incoterms 2020 with their place, and a term of payment; empty is the customer's usual one."""

    incoterm: str = ""
    incoterm_place: str = ""
    term_kind: str = ""
    term_days: int | None = None

    @classmethod
    def of(cls, row: HasConditions) -> Conditions:
        return cls(row.incoterm, row.incoterm_place, row.term_kind, row.term_days)

    @property
    def delivery_text(self) -> str:
        """``DAP Arras``."""
        return f"{self.incoterm} {self.incoterm_place}".strip()

    @property
    def term_text(self) -> str:
        """``45 days end of month``; nothing when it is the usual one."""
        return term_text(self.term_kind, self.term_days) if self.term_days is not None else ""

    @property
    def term_value(self) -> str:
        """The term as forms name it; nothing when it is the usual one."""
        return term_value(self.term_kind, self.term_days) if self.term_days is not None else ""

    def as_agreed_with(self, customer: CustomerInfo | None) -> Conditions:
        """With the customer's own term where none is said: an offer says all that it costs."""
        if self.term_days is not None or customer is None or not customer.is_approved:
            return self
        if not customer.payment_term_kind:
            return self
        return replace(self, term_kind=customer.payment_term_kind, term_days=customer.payment_term_days)

    def check(self) -> None:
        """Raises UnknownIncoterm, and TermTooLong for a term that the law does not allow (C. com. L441-10)."""
        if self.incoterm not in Incoterm.values:
            raise UnknownIncoterm(field="incoterm")
        if self.term_days is not None and self.term_days > (most := legal_maximum(self.term_kind)):
            raise TermTooLong(field="term_days", most=most)


#: Nothing is said: the customer's usual conditions.
USUAL = Conditions()
