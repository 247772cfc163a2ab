"""Ordering again: what was ordered last, what is ordered most, and goods at negotiated prices, ready to be ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.requests import Request
from catalog.outline import outline
from catalog.queries import ListedVariant, VariantInfo, listed_variants
from core import formatting
from customers.queries import CustomerInfo
from frontend.context import reverse_or_blank
from frontend.goods import product_path, unit_options
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of
from frontend.storefront.cart.wording import amount_in
from frontend.storefront.catalog.rows import PRODUCT_PREFIX, ProductRow, product_row
from inventory.queries import availability
from orders.bought import Bought, Habit, bought, bought_count
from orders.quick import replacements_of, settled
from pricing.negotiated import negotiated_goods
from pricing.queries import price_context, resolve

OWN = "own"
_PER_PAGE = 50
_KINDS = (Habit.LAST.value, Habit.MOST.value, OWN)


@dataclass(frozen=True, slots=True)
class AgainRow:
    """An article to order again; without ``row`` it is no longer sold to this buyer, ``instead`` says what is."""

    key: str
    sku: str
    name: str
    row: ProductRow | None
    quantity: str
    last_text: str
    count_text: str
    tick_label: str
    instead: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class _Past:
    """What a row starts from; without ``before`` the article has perhaps never been ordered."""

    variant_id: UUID
    before: Bought | None = None


@require_safe
@buyer_required
def again(request: Request) -> HttpResponse:
    """A page of what can be ordered again."""
    buyer = buyer_of(request)
    customer = buyer.approved
    if customer is None:
        raise Http404
    kind = kind_of(request)
    total = _total(customer, kind)
    number = page_number(request, -(-total // _PER_PAGE))
    values = {
        "buyer": buyer,
        "kind": kind,
        "tabs": tabs(kind, reverse("storefront_again")),
        "rows": again_rows(customer, kind, limit=_PER_PAGE, offset=(number - 1) * _PER_PAGE),
        "pager": build_pager(request, total=total, per_page=_PER_PAGE),
        "total": total,
        "cart_action": reverse_or_blank("storefront_cart_add"),
    }
    return render_page(request, "storefront/again.html", values)


def kind_of(request: Request) -> str:
    """Which of the three lists the address asks for."""
    asked = request.GET.get("again", "")
    return asked if asked in _KINDS else Habit.LAST.value


def tabs(kind: str, path: str, anchor: str = "") -> list[tuple[str, str, bool, int]]:
    """The three lists as tabs."""
    labels = {
        Habit.LAST.value: _("Last ordered"),
        Habit.MOST.value: _("Most ordered"),
        OWN: _("At your negotiated price"),
    }
    return [(label, f"{path}?again={key}{anchor}", key == kind, 0) for key, label in labels.items()]


def again_rows(customer: CustomerInfo, kind: str, *, limit: int, offset: int = 0) -> tuple[AgainRow, ...]:
    """Some rows of a list, at the prices and stock of this moment; seven statements at most, whatever their number."""
    past = _past(customer, kind, limit, offset)
    listed = listed_variants([item.variant_id for item in past], customer.view)
    known = outline()
    quantities = {item.variant_id: _base_quantity(item, listed) for item in past if item.variant_id in listed}
    priced = {key: quantity for key, quantity in quantities.items() if not listed[key].info.is_pack}
    stock, prices = availability(listed), resolve(price_context(customer), priced)
    gone = [item.variant_id for item in past if item.variant_id not in listed]
    instead = replacements_of(gone, customer.view) if gone else {}
    shown = {key: product_row(goods, known, prices.get(key), stock.get(key)) for key, goods in listed.items()}
    return tuple(_row(item, listed.get(item.variant_id), shown, instead.get(item.variant_id)) for item in past)


def _past(customer: CustomerInfo, kind: str, limit: int, offset: int) -> Sequence[_Past]:
    if kind == OWN:
        found = negotiated_goods(price_context(customer), customer.view)[offset : offset + limit]
        return [_Past(variant_id) for variant_id in found]
    return [_Past(item.variant_id, item) for item in bought(customer, Habit(kind), limit=limit, offset=offset)]


def _total(customer: CustomerInfo, kind: str) -> int:
    if kind == OWN:
        return negotiated_goods(price_context(customer), customer.view).count()
    return bought_count(customer)


def _base_quantity(item: _Past, listed: dict[UUID, ListedVariant]) -> Decimal:
    return item.before.base_quantity if item.before else listed[item.variant_id].info.base_unit.minimum


def _row(
    item: _Past, goods: ListedVariant | None, shown: dict[UUID, ProductRow], instead: VariantInfo | None
) -> AgainRow:
    before, row = item.before, shown.get(item.variant_id)
    quantity = ""
    if row is not None and goods is not None and before is not None:
        quantity, unit_code = _last(before, goods.info)
        row = replace(row, units=unit_options(goods.info, unit_code))
    sku = row.sku if row else before.sku if before else ""
    return AgainRow(
        key=item.variant_id.hex,
        sku=sku,
        name=row.name if row else before.name if before else "",
        row=row,
        quantity=quantity,
        last_text=_last_text(before) if before else "",
        count_text=_count_text(before.order_count) if before else "",
        tick_label=_("Add %(sku)s") % {"sku": sku},
        instead=(f"{instead.sku} {instead.name}", product_path(PRODUCT_PREFIX, instead.sku)) if instead else None,
    )


def _last(before: Bought, info: VariantInfo) -> tuple[str, str]:
    """Quantity and unit of the last order; in base units where that unit is no longer sold or holds another number."""
    unit = info.unit(before.unit_code)
    if unit is not None and unit.factor * before.quantity == before.base_quantity:
        return settled(before.quantity), unit.code
    return settled(before.base_quantity), info.base_unit.code


def _last_text(before: Bought) -> str:
    day = formatting.day(timezone.localdate(before.last_at))
    return f"{day} · {amount_in(before.quantity, before.unit_code)}"


def _count_text(count: int) -> str:
    return ngettext("%(count)s order", "%(count)s orders", count) % {"count": formatting.number(count)}
