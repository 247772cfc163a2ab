"""What an accepted offer says as an order, or as an agreement: its lines to the cent, its terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from agreements.services import NewLine as AgreedLine
from agreements.services import Period, require_agreeable
from catalog.packs.snapshots import PackSnapshot
from catalog.queries import services_among
from customers.queries import CustomerInfo
from orders.approvals.snapshot import Content
from orders.placing import OrderDetails, PricedLine
from orders.vat import taxed
from rfq.awarding import AcceptedLine, AcceptedOffer
from rfq.models import QuoteLine
from rfq.versions import FREIGHT_RATE

#: What transport and one-off costs are called on orders and invoices, in French and English.
FREIGHT_NAMES = ("Transport", "Freight")
SETUP_NAMES = ("Frais uniques", "One-off cost")
_LONGEST_NAME = 240


@dataclass(frozen=True, slots=True)
class Said:
    """What a buyer says with an award."""

    po_number: str = ""
    cost_centre_code: str = ""
    delivery_address: Mapping[str, str] | None = None
    closes: bool = True
    period: Period | None = None


def agreed_lines(offer: AcceptedOffer) -> list[AgreedLine]:
    """The lines of the agreement that an offer becomes."""
    return [
        AgreedLine(
            variant_id=taken.line.variant_id,
            sku=taken.line.sku,
            name=taken.line.name,
            unit_code=taken.line.unit_code,
            unit_factor=taken.line.unit_factor,
            base_unit_code=taken.line.base_unit_code,
            quoted_price=taken.unit_price,
            unit_price=taken.base_unit_price,
            committed_quantity=taken.quantity * taken.line.unit_factor,
            is_pack=bool(taken.line.pack),
            setup_amount=taken.line.setup_amount,
        )
        for taken in offer.lines
    ]


def content_of(offer: AcceptedOffer, customer: CustomerInfo, said: Said) -> Content:
    """The order that an offer becomes, in the offer's currency; or what is agreed, where that is possible."""
    if said.period is not None:
        require_agreeable(agreed_lines(offer), offer.currency, said.period, customer)
    address, services = _place(offer, said), services_among(line.line.variant_id for line in offer.lines)
    lines = [_priced(line, address, is_service=line.line.variant_id in services) for line in offer.lines]
    quoted = [line.line for line in offer.lines]
    lines += [extra(_named(SETUP_NAMES, line), line.setup_amount) for line in quoted if line.setup_amount]
    if offer.freight_amount:
        lines.append(extra(FREIGHT_NAMES, offer.freight_amount))
    details = OrderDetails(
        po_number=said.po_number,
        cost_centre_code=said.cost_centre_code if said.period is None else "",
        incoterm=offer.conditions.incoterm,
        incoterm_place=offer.conditions.incoterm_place,
        payment_term_kind=offer.conditions.term_kind,
        payment_term_days=offer.conditions.term_days,
    )
    return Content(tuple(taxed(lines, customer, address, details)), address, details, said.period)


def _place(offer: AcceptedOffer, said: Said) -> Mapping[str, str]:
    """Where the order goes: where the request does, or the one other place that all that is taken goes to."""
    own = offer.lines[0].delivery_address
    if said.delivery_address is None and own and all(line.delivery_address == own for line in offer.lines):
        return own
    return said.delivery_address or offer.delivery_address


def _priced(taken: AcceptedLine, address: Mapping[str, str], *, is_service: bool) -> PricedLine:
    """The line as quoted: its net amount is the quote's, whatever the price per base unit rounds to."""
    line, place = taken.line, taken.delivery_address
    pack = PackSnapshot.from_json(line.pack) if line.pack else None
    return PricedLine(
        variant_id=line.variant_id,
        sku=line.sku,
        name_fr=line.name,
        name_en=line.name,
        unit_code=line.unit_code,
        unit_factor=line.unit_factor,
        base_unit_code=line.base_unit_code,
        quantity=taken.quantity,
        base_quantity=taken.quantity * line.unit_factor,
        unit_price=taken.base_unit_price,
        net_amount=taken.net_amount,
        tax_rate=line.tax_rate,
        tax_category=line.tax_category,
        lead_time_days=line.lead_time_days or 0,
        is_service=is_service,
        pack=replace(pack, net=taken.base_unit_price) if pack is not None else None,
        address=place if place != address else None,
    )


def _named(names: tuple[str, str], line: QuoteLine) -> tuple[str, str]:
    """What a cost of a line is called, in French and English."""
    french, english = names
    return f"{french} : {line.name}"[:_LONGEST_NAME], f"{english}: {line.name}"[:_LONGEST_NAME]


def extra(names: tuple[str, str], amount: Decimal) -> PricedLine:
    """What is charged beside the goods, once."""
    return PricedLine(
        variant_id=None,
        sku="",
        name_fr=names[0],
        name_en=names[1],
        unit_code="C62",
        unit_factor=Decimal(1),
        base_unit_code="C62",
        quantity=Decimal(1),
        base_quantity=Decimal(1),
        unit_price=amount,
        net_amount=amount,
        tax_rate=FREIGHT_RATE,
        is_service=True,
    )
