"""Lists and their lines as texts, prepared before rendering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.formatting import plain
from frontend.goods import StockText, product_path, stock_text, unit_name, unit_text
from frontend.storefront.cart.wording import next_tier, stock_of
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from orders.lines import CheckedLine
from orders.purchase_lists.queries import ListInfo, ShownLine


@dataclass(frozen=True, slots=True)
class ListText:
    """A list in the overview."""

    id: UUID
    name: str
    owner_text: str
    sharing_text: str
    lines_text: str
    changed_text: str


@dataclass(frozen=True, slots=True)
class LineText:
    """A line of a list; ``problem`` is why it cannot be ordered as it is, ``error`` what is wrong with what was typed.

    What is no longer sold has no quantity to type; ``instead`` is the reference and the page of what replaces it.
    """

    key: str
    sku: str
    name: str
    href: str
    is_sold: bool
    unit_text: str
    quantity: str
    quantity_text: str
    pack: str
    price_text: str
    price_note: str
    stock: StockText
    net_text: str
    note: str
    problem: str
    error: str
    instead: tuple[str, str] | None


def list_text(info: ListInfo) -> ListText:
    """A list as the overview shows it."""
    return ListText(
        id=info.id,
        name=info.name,
        owner_text=_("me") if info.is_own else info.owner_name,
        sharing_text=str(info.sharing.label) if info.is_own else _("shared with me"),
        lines_text=formatting.number(info.line_count),
        changed_text=formatting.day(timezone.localdate(info.updated_at)),
    )


def line_text(
    line: ShownLine, typed: Mapping[str, str], notes_typed: Mapping[str, str], errors: Mapping[str, str]
) -> LineText:
    """A line with its texts; quantities and notes as ``typed``, and ``errors``, are by its key."""
    checked, key = line.checked, line.id.hex
    variant, unit, price = checked.variant, checked.unit, checked.unit_price
    is_seen = variant is not None and variant.is_visible
    is_sold = variant is not None and variant.is_active
    base = unit_name(variant.base_unit.code) if variant is not None else ""
    notes = [_("per %(unit)s, net") % {"unit": base} if price is not None else "", next_tier(checked)]
    has_net = price is not None and checked.problem is None
    return LineText(
        key=key,
        sku=variant.sku if variant is not None and is_seen else "—",
        name=variant.name if variant is not None and is_seen else _("no longer sold"),
        href=product_path(PRODUCT_PREFIX, variant.sku) if variant is not None and is_sold else "",
        is_sold=is_sold,
        unit_text=unit_text(unit, variant.base_unit) if variant and unit else unit_name(checked.wish.unit_code),
        quantity=typed.get(key, plain(checked.wish.quantity)),
        quantity_text=formatting.number(checked.wish.quantity),
        pack=plain(unit.multiple) if unit else "1",
        price_text=formatting.unit_price(price, checked.currency) if price is not None and is_sold else "—",
        price_note=" · ".join(text for text in notes if text) if is_sold else "",
        stock=stock_of(checked) if is_sold else stock_text(None),
        net_text=formatting.money(checked.net_amount, checked.currency) if has_net else "—",
        note=notes_typed.get(key, line.note),
        problem=_problem(checked, is_seen=is_seen),
        error=errors.get(key, ""),
        instead=(line.instead.sku, product_path(PRODUCT_PREFIX, line.instead.sku)) if line.instead else None,
    )


def _problem(checked: CheckedLine, *, is_seen: bool) -> str:
    """Nothing is said of goods that the reader may not see, but that they cannot be had."""
    if checked.problem is None:
        return ""
    return checked.problem.message if is_seen else _("This article is no longer sold.")
