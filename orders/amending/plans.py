"""What an order would become: lines with other quantities, their prices and the sums; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.money import TaxedLine, Totals, line_net, round_amount, totals
from customers.vat.taxes import Decision
from orders.models import Order, OrderLine
from orders.vat import Taxing, as_services, kinds_of

_NUMBERS = ("quantity_before", "quantity_after", "unit_price_before", "unit_price_after", "net_before", "net_after")


@dataclass(frozen=True, slots=True)
class NewContent:
    """A line as it would be; ``quantity`` counts its unit. Nothing left: the line goes."""

    line_id: UUID
    unit_code: str
    unit_factor: Decimal
    quantity: Decimal
    base_quantity: Decimal
    unit_price: Decimal
    net_amount: Decimal


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line before and after; quantities are base units."""

    line_id: UUID
    sku: str
    name_fr: str
    name_en: str
    base_unit_code: str
    quantity_before: Decimal
    quantity_after: Decimal
    unit_price_before: Decimal
    unit_price_after: Decimal
    net_before: Decimal
    net_after: Decimal

    def as_json(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> LineChange:
        numbers = {key: Decimal(data[key]) for key in _NUMBERS}
        texts = {key: data[key] for key in ("sku", "name_fr", "name_en", "base_unit_code")}
        return cls(line_id=UUID(data["line_id"]), **texts, **numbers)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Plan:
    """Lines that change (by id), and what the whole order would be; ``vat`` has lines whose VAT is another.

    ``added`` are lines that are not there yet.
    """

    contents: Mapping[UUID, NewContent]
    changes: tuple[LineChange, ...]
    sums: Totals
    is_empty: bool
    vat: Mapping[UUID, Decision] = field(default_factory=dict)
    vat_doubt: str = ""
    vat_held: bool = False
    added: tuple[OrderLine, ...] = ()


def plan_of(
    order: Order, lines: Sequence[OrderLine], contents: Mapping[UUID, NewContent], how: Taxing | None = None
) -> Plan:
    """The plan that these new contents make; those that are as before are left out.

    ``how`` is where the order goes now: its VAT is decided anew. Without it the VAT stays as it was.
    """
    by_id = {line.pk: line for line in lines}
    changed = {key: content for key, content in contents.items() if _differs(by_id[key], content)}
    kept = [(line, changed.get(line.pk)) for line in lines]
    left = [(line, content) for line, content in kept if content is None or content.base_quantity > 0]
    vat = _vat([line for line, _content in left], how) if how is not None else {}
    sums = totals(
        (
            TaxedLine(content.net_amount if content else line.net_amount, *_vat_of(line, vat.get(line.pk)))
            for line, content in left
        ),
        order.currency,
    )
    changes = tuple(_change(line, content) for line, content in kept if content is not None)
    # what is left without any goods (transport only) is no order either
    is_empty = all(is_extra(line) for line, _content in left)
    doubt, is_held = order.vat_doubt, order.vat_held
    if how is not None:
        kinds = kinds_of([line for line, _content in left])
        doubt, is_held = how.doubt(kinds), how.is_held(kinds)
    return Plan(changed, changes, sums, is_empty, vat, doubt, is_held)


def with_quantity(line: OrderLine, base_quantity: Decimal, currency: str) -> NewContent:
    """The line with another base quantity at the price that was agreed for it.

    A net amount that is not price by quantity (quotes name their own) shrinks in proportion. Where no whole number of
    the unit ordered in is left, the base unit takes its place.
    """
    is_whole = base_quantity % line.unit_factor == 0
    net = line_net(line.unit_price, base_quantity, currency)
    if line.net_amount != line_net(line.unit_price, line.base_quantity, currency):
        net = round_amount(line.net_amount * base_quantity / line.base_quantity, currency)
    return NewContent(
        line_id=line.pk,
        unit_code=line.unit_code if is_whole else line.base_unit_code,
        unit_factor=line.unit_factor if is_whole else Decimal(1),
        quantity=base_quantity / line.unit_factor if is_whole else base_quantity,
        base_quantity=base_quantity,
        unit_price=line.unit_price,
        net_amount=net,
    )


def at_price(content: NewContent, unit_price: Decimal, currency: str) -> NewContent:
    """The same at another price per base unit."""
    net = line_net(unit_price, content.base_quantity, currency)
    return replace(content, unit_price=unit_price, net_amount=net)


def is_extra(line: OrderLine) -> bool:
    """Transport and the like: it has no article."""
    return line.variant_id is None


def snapshot(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """An order's content as JSON, as it stays readable after it was changed."""
    return {
        "po_number": order.po_number,
        "delivery_address": order.delivery_address,
        "net_amount": str(order.net_amount),
        "tax_amount": str(order.tax_amount),
        "total_amount": str(order.total_amount),
        "lines": [
            {
                "position": line.position,
                "sku": line.reference,
                "name_fr": line.name_fr,
                "name_en": line.name_en,
                "unit_code": line.unit_code,
                "quantity": str(line.quantity),
                "base_unit_code": line.base_unit_code,
                "base_quantity": str(line.base_quantity),
                "unit_price": str(line.unit_price),
                "net_amount": str(line.net_amount),
                "tax_rate": str(line.tax_rate),
            }
            for line in sorted(lines, key=lambda line: line.position)
        ],
    }


def _vat(lines: Sequence[OrderLine], how: Taxing) -> dict[UUID, Decision]:
    """The lines whose VAT is another."""
    decided = {
        line.pk: how.of(line.tax_rate if line.home_rate is None else line.home_rate, is_service=kind)
        for line, kind in zip(lines, as_services(lines), strict=True)
    }
    return {line.pk: decided[line.pk] for line in lines if _vat_of(line, None) != _vat_of(line, decided[line.pk])}


def _vat_of(line: OrderLine, decision: Decision | None) -> tuple[str, Decimal]:
    if decision is None:
        return line.tax_category, line.tax_rate
    return decision.category, decision.rate


def _differs(line: OrderLine, content: NewContent) -> bool:
    before = (line.base_quantity, line.unit_price, line.net_amount)
    return (content.base_quantity, content.unit_price, content.net_amount) != before


def _change(line: OrderLine, content: NewContent) -> LineChange:
    return LineChange(
        line_id=line.pk,
        sku=line.reference,
        name_fr=line.name_fr,
        name_en=line.name_en,
        base_unit_code=line.base_unit_code,
        quantity_before=line.base_quantity,
        quantity_after=content.base_quantity,
        unit_price_before=line.unit_price,
        unit_price_after=content.unit_price,
        net_before=line.net_amount,
        net_after=content.net_amount,
    )
