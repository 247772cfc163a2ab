"""What an order was before it was changed, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import formatting
from core.errors import NotFound
from orders.amending.plans import LineChange
from orders.models import OrderRevision


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line before and after; a line that goes has no ``after``."""

    sku: str
    name: str
    unit_text: str
    before_text: str
    after_text: str
    price_before_text: str
    price_after_text: str
    net_before_text: str
    net_after_text: str
    is_gone: bool
    has_other_price: bool


@dataclass(frozen=True, slots=True)
class EarlierLine:
    sku: str
    name: str
    quantity_text: str
    price_text: str
    net_text: str


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """The order as it was, who changed it, why, and which lines that changed; ``versions`` are all there were."""

    version: int
    versions: tuple[int, ...]
    when_text: str
    who: str
    kind_text: str
    reason: str
    po_number: str
    net_text: str
    tax_text: str
    total_text: str
    total_after_text: str
    lines: tuple[EarlierLine, ...]
    changes: tuple[ChangeRow, ...]


def earlier_version(order_id: UUID, currency: str, version: int | None = None) -> EarlierVersion:
    """An order before its latest change, or as a certain version. Two statements. Raises NotFound.

    Whether somebody may see the order is asked before (:func:`orders.progress.order_progress`).
    """
    rows = OrderRevision.objects.filter(order_id=order_id)
    versions = tuple(rows.order_by("version").values_list("version", flat=True))
    chosen = version if version is not None else versions[-1] if versions else None
    row = rows.filter(version=chosen).first() if chosen in versions else None
    if row is None:
        raise NotFound
    before: Mapping[str, Any] = row.before
    return EarlierVersion(
        version=row.version,
        versions=versions,
        when_text=formatting.moment(row.at),
        who=row.actor_name,
        kind_text=str(row.get_kind_display()),
        reason=row.reason,
        po_number=before["po_number"],
        net_text=formatting.money(Decimal(before["net_amount"]), currency),
        tax_text=formatting.money(Decimal(before["tax_amount"]), currency),
        total_text=formatting.money(row.total_before, currency),
        total_after_text=formatting.money(row.total_after, currency),
        lines=tuple(_line(line, currency) for line in before["lines"]),
        changes=change_rows([LineChange.from_json(change) for change in row.changes], currency),
    )


def change_rows(changes: Sequence[LineChange], currency: str) -> tuple[ChangeRow, ...]:
    """Lines that change, old beside new."""
    return tuple(
        ChangeRow(
            sku=change.sku,
            name=formatting.localised(change.name_fr, change.name_en),
            unit_text=formatting.unit_name(change.base_unit_code, change.quantity_before),
            before_text=formatting.number(change.quantity_before),
            after_text=formatting.number(change.quantity_after),
            price_before_text=formatting.unit_price(change.unit_price_before, currency),
            price_after_text=formatting.unit_price(change.unit_price_after, currency),
            net_before_text=formatting.money(change.net_before, currency),
            net_after_text=formatting.money(change.net_after, currency),
            is_gone=not change.quantity_after,
            has_other_price=change.unit_price_before != change.unit_price_after,
        )
        for change in changes
    )


def _line(line: Mapping[str, str], currency: str) -> EarlierLine:
    quantity = Decimal(line["quantity"])
    return EarlierLine(
        sku=line["sku"],
        name=formatting.localised(line["name_fr"], line["name_en"]),
        quantity_text=f"{formatting.number(quantity)} {formatting.unit_name(line['unit_code'], quantity)}",
        price_text=formatting.unit_price(Decimal(line["unit_price"]), currency),
        net_text=formatting.money(Decimal(line["net_amount"]), currency),
    )
