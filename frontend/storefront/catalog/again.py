"""Ordering again: what was ordered last, most, is due by the buyer's own rhythm, or has a negotiated price."""

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
from orders.again import amount_now, instead_quantity
from orders.bought import Bought, Habit, bought, bought_count, sites_of
from orders.quick import replacements_of, settled
from pricing.negotiated import negotiated_goods
from pricing.queries import price_context, resolve

OWN = "own"
_PER_PAGE = 50
_KINDS = (Habit.LAST.value, Habit.MOST.value, Habit.DUE.value, OWN)


@dataclass(frozen=True, slots=True)
class Instead:
    """What is sold in the place of goods that are not sold any more, and how many of its base unit to take."""

    text: str
    href: str
    key: str
    quantity: str
    take_label: str


@dataclass(frozen=True, slots=True)
class AgainRow:
    """An article to order again; without ``row`` it is no longer sold to this buyer, ``instead`` says what is.

    Of a line of a past order: ``said_text`` is what is taken over beside the goods, ``lost_text`` what is not,
    ``problem`` why it cannot be ordered as it was. ``pack_price`` is what one of a pack costs.
    """

    key: str
    sku: str
    name: str
    row: ProductRow | None
    quantity: str
    last_text: str
    count_text: str
    price_text: str
    due_text: str
    tick_label: str
    instead: Instead | None
    said_text: str = ""
    lost_text: str = ""
    problem: str = ""
    gone_text: str = ""
    pack_price: str = ""
    configure_href: str = ""
    is_unticked: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose past is looked at: that of some sites, or of the whole company where ``units`` is None."""

    customer: CustomerInfo
    kind: str
    units: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What a row starts from; without ``before`` the article has perhaps never been ordered.

    ``key`` tells rows apart: the variant's, or that of a line of an order.
    """

    variant_id: UUID
    before: Bought | None = None
    key: UUID | None = None


@require_safe
@buyer_required
def again(request: Request) -> HttpResponse:
    """A page of what can be ordered again, by the whole company or by one of its sites."""
    buyer = buyer_of(request)
    customer = buyer.approved
    if customer is None:
        raise Http404
    kind, sites = kind_of(request), sites_of(request.actor, customer)
    site = next((key for key, _name in sites if key.hex == request.GET.get("site")), None)
    asked = Asked(customer, kind, frozenset({site}) if site else request.actor.unit_ids)
    total = _total(asked)
    number = page_number(request, -(-total // _PER_PAGE))
    values = {
        "buyer": buyer,
        "kind": kind,
        "tabs": tabs(kind, reverse("storefront_again"), site=site),
        "sites": [("", _("All sites")), *((key.hex, name) for key, name in sites)] if sites and kind != OWN else [],
        "site": site.hex if site else "",
        "rows": again_rows(asked, limit=_PER_PAGE, offset=(number - 1) * _PER_PAGE),
        "pager": build_pager(request, total=total, per_page=_PER_PAGE),
        "total": total,
        "cart_action": reverse_or_blank("storefront_cart_add"),
    }
    return render_page(request, "storefront/again.html", values)


def kind_of(request: Request) -> str:
    """Which of the lists the address asks for."""
    asked = request.GET.get("again", "")
    return asked if asked in _KINDS else Habit.LAST.value


def tabs(kind: str, path: str, anchor: str = "", *, site: UUID | None = None) -> list[tuple[str, str, bool, int]]:
    """The lists as tabs, of the same site."""
    labels = {
        Habit.LAST.value: _("Last ordered"),
        Habit.MOST.value: _("Most ordered"),
        Habit.DUE.value: _("Due again"),
        OWN: _("At your negotiated price"),
    }
    query = f"&site={site.hex}" if site else ""
    return [(label, f"{path}?again={key}{query}{anchor}", key == kind, 0) for key, label in labels.items()]


def again_rows(asked: Asked, *, limit: int, offset: int = 0) -> tuple[AgainRow, ...]:
    """Some rows of a list, at the prices and stock of this moment; seven statements at most, whatever their number."""
    return rows_of(asked.customer, _past(asked, limit, offset))


def rows_of(customer: CustomerInfo, past: Sequence[Past]) -> tuple[AgainRow, ...]:
    """These articles at the prices and stock of this moment; six statements at most."""
    listed = listed_variants([item.variant_id for item in past], customer.view)
    known = outline()
    quantities = {item.variant_id: _base_quantity(item, listed) for item in past if item.variant_id in listed}
    priced = {key: quantity for key, quantity in quantities.items() if not listed[key].info.is_pack}
    stock, prices = availability(listed), resolve(price_context(customer), priced)
    gone = [item.variant_id for item in past if item.variant_id not in listed]
    instead = replacements_of(gone, customer.view) if gone else {}
    shown = {key: product_row(goods, known, prices.get(key), stock.get(key)) for key, goods in listed.items()}
    return tuple(_row(item, listed.get(item.variant_id), shown, instead.get(item.variant_id)) for item in past)


def _past(asked: Asked, limit: int, offset: int) -> Sequence[Past]:
    customer = asked.customer
    if asked.kind == OWN:
        found = negotiated_goods(price_context(customer), customer.view)[offset : offset + limit]
        return [Past(variant_id) for variant_id in found]
    found_before = bought(customer, Habit(asked.kind), limit=limit, offset=offset, units=asked.units)
    return [Past(item.variant_id, item) for item in found_before]


def _total(asked: Asked) -> int:
    if asked.kind == OWN:
        return negotiated_goods(price_context(asked.customer), asked.customer.view).count()
    return bought_count(asked.customer, Habit(asked.kind), units=asked.units)


def _base_quantity(item: Past, listed: dict[UUID, ListedVariant]) -> Decimal:
    return item.before.base_quantity if item.before else listed[item.variant_id].info.base_unit.minimum


def _row(
    item: Past, goods: ListedVariant | None, shown: dict[UUID, ProductRow], instead: VariantInfo | None
) -> AgainRow:
    before, row = item.before, shown.get(item.variant_id)
    quantity = ""
    if row is not None and goods is not None and before is not None:
        amount, unit_code = amount_now(before, goods.info)
        quantity = settled(amount)
        row = replace(row, units=unit_options(goods.info, unit_code))
    sku = row.sku if row else before.sku if before else ""
    return AgainRow(
        key=(item.key or item.variant_id).hex,
        sku=sku,
        name=row.name if row else before.name if before else "",
        row=row,
        quantity=quantity,
        last_text=_last_text(before) if before else "",
        count_text=_count_text(before.order_count) if before else "",
        price_text=_price_text(before) if before else "",
        due_text=_due_text(before) if before else "",
        tick_label=_("Add %(sku)s") % {"sku": sku},
        instead=_instead(instead, before) if instead else None,
    )


def _instead(info: VariantInfo, before: Bought | None) -> Instead | None:
    """The replacement, as many of it as were ordered last, or the next possible quantity."""
    unit, wanted = info.base_unit, instead_quantity(info, before)
    return Instead(
        text=f"{info.sku} {info.name}",
        href=product_path(PRODUCT_PREFIX, info.sku),
        key=info.id.hex if not info.is_pack else "",
        quantity=settled(wanted),
        take_label=_("Add %(quantity)s of %(sku)s") % {"quantity": amount_in(wanted, unit.code), "sku": info.sku},
    )


def _last_text(before: Bought) -> str:
    day = formatting.day(timezone.localdate(before.last_at))
    return f"{day} · {amount_in(before.quantity, before.unit_code)}"


def _price_text(before: Bought) -> str:
    price = formatting.unit_price(before.unit_price, before.currency)
    return _("then %(price)s") % {"price": price}


def _due_text(before: Bought) -> str:
    """Since when it is due, for goods that are."""
    if before.due_on is None or before.every_days is None or before.due_on > timezone.localdate():
        return ""
    text = ngettext(
        "due since %(day)s, ordered every day", "due since %(day)s, ordered every %(num)s days", before.every_days
    )
    return text % {"day": formatting.day(before.due_on), "num": formatting.number(before.every_days)}


def _count_text(count: int) -> str:
    return ngettext("%(count)s order", "%(count)s orders", count) % {"count": formatting.number(count)}
