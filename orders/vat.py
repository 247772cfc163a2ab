"""The VAT of what is about to be ordered: category, rate and reason by the one table (docs/adr/0019)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from customers.enums import DeliveryMethod, DoubtfulVat
from customers.queries import CustomerInfo
from customers.vat.taxes import Decision, VatId, decide

if TYPE_CHECKING:
    from orders.placing import OrderDetails, PricedLine

#: Incoterms by which the buyer fetches the goods (PAYMENTS.md §5.1, row 7).
_FETCHED = frozenset(("EXW", "FCA"))
#: Rows by which a number that counts would spare the seller's tax.
_ROWS_OF_DOUBT = frozenset((3, 8))
_ANY_RATE = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Taxing:
    """From where to where an order's goods go, and by whom: what the table wants to know besides the lines."""

    customer: CustomerInfo
    destination: str
    is_collected: bool = False

    def of(self, rate: Decimal, *, is_service: bool = False) -> Decision:
        """What the table says of something that bears ``rate`` in the seller's country."""
        supply = self.customer.vat.supply(rate, self.destination, is_service=is_service, is_collected=self.is_collected)
        return decide(supply)

    def doubt(self, kinds: Collection[bool]) -> str:
        """What is known of the buyer's VAT number, where that is why a customer in another member state is taxed.

        ``kinds`` is what there is in the order (:func:`kinds_of`).
        """
        decisions = [self.of(_ANY_RATE, is_service=is_service) for is_service in kinds]
        is_doubtful = any(one.row in _ROWS_OF_DOUBT and one.category == "S" for one in decisions)
        return self.customer.vat.vat_id.value if is_doubtful else ""

    def is_held(self, kinds: Collection[bool]) -> bool:
        """Whether the supplier, which wants it so, must look at the VAT before it confirms."""
        is_wanted = self.customer.vat.doubtful == DoubtfulVat.HOLD
        return is_wanted and self.doubt(kinds) not in ("", VatId.VALID)


class Kind(Protocol):
    """A line as far as it is one or the other; transport and fees are services without an article."""

    @property
    def variant_id(self) -> UUID | None: ...
    @property
    def is_service(self) -> bool: ...


def as_services(lines: Sequence[Kind]) -> list[bool]:
    """Which of an order's lines are taxed as services.

    What is charged with goods, such as transport, is taxed as these are (directive 2006/112/EC, article 78).
    """
    has_goods = any(not line.is_service for line in lines)
    return [line.is_service and (line.variant_id is not None or not has_goods) for line in lines]


def kinds_of(lines: Sequence[Kind]) -> frozenset[bool]:
    """What there is among them: goods (False), services (True)."""
    return frozenset(as_services(lines))


def usual(customer: CustomerInfo, place: Mapping[str, str] | None = None, delivery_method: str = "") -> Taxing:
    """An order that is not written yet: where nothing is said, to the usual place as the customer's terms have it."""
    terms = customer.order_terms
    return taxing_by(customer, place, delivery_method or terms.delivery_methods[0], terms.incoterm)


def taxing(customer: CustomerInfo, place: Mapping[str, str] | None, details: OrderDetails) -> Taxing:
    """An order with these details; without a place, to the buyer's usual address."""
    return taxing_by(customer, place, details.delivery_method, details.incoterm)


def taxing_by(customer: CustomerInfo, place: Mapping[str, str] | None, method: str, incoterm: str) -> Taxing:
    """An order that is delivered like this."""
    is_collected = method == DeliveryMethod.COLLECT or incoterm in _FETCHED
    return Taxing(customer, customer.vat.destination(place), is_collected)


def taxed(
    lines: Sequence[PricedLine], customer: CustomerInfo, place: Mapping[str, str] | None, details: OrderDetails
) -> list[PricedLine]:
    """The lines with the VAT that they bear; those that were taxed already are taxed anew."""
    how = taxing(customer, place, details)
    return [_taxed(line, how, is_service=kind) for line, kind in zip(lines, as_services(lines), strict=True)]


def is_taxed_as_now(
    lines: Sequence[PricedLine], customer: CustomerInfo, place: Mapping[str, str] | None, details: OrderDetails
) -> bool:
    """Whether lines that were taxed before would bear the same VAT now: the buyer's number may be another, or known."""
    now = taxed(lines, customer, place, details)
    return all(
        (old.tax_category, old.tax_rate, old.vatex) == (new.tax_category, new.tax_rate, new.vatex)
        for old, new in zip(lines, now, strict=True)
    )


def _taxed(line: PricedLine, how: Taxing, *, is_service: bool) -> PricedLine:
    home_rate = line.tax_rate if line.home_rate is None else line.home_rate
    decision = how.of(home_rate, is_service=is_service)
    return replace(
        line,
        home_rate=home_rate,
        tax_rate=decision.rate,
        tax_category=decision.category,
        vatex=decision.vatex,
        tax_mention=decision.mention,
    )
