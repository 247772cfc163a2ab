"""A pack's page: choose, see at once or on submit whether it is possible and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from string import hexdigits
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request, tenant_of
from catalog.packs.plans import Group, Option, PackPrice, Plan, check, price
from catalog.packs.queries import pack_plan
from catalog.queries import VariantInfo, variants_by_id
from core import formatting
from core.formatting import plain
from frontend.goods import StockText, UnitOption, per_unit, product_path, unit_name, unit_options
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import Buyer, buyer_of, customer_of_request, price_notice
from frontend.storefront.cart.reading import read_quantity
from frontend.storefront.cart.wording import stock_for
from frontend.storefront.catalog.quotes import quote_href
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from inventory.queries import availability, stock_of_pack
from orders import carts
from orders.errors import LinesRefused
from orders.lines import NewLine
from orders.packs import Packs
from pricing.queries import price_context, unit_prices

_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class OptionChoice:
    """An option as it is offered."""

    code: str
    name: str
    note: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A group as it is offered: as one of several, or as boxes; ``error`` says why its choice is not possible."""

    code: str
    name: str
    hint: str
    is_single: bool
    may_be_none: bool
    options: tuple[OptionChoice, ...]
    error: str


@dataclass(frozen=True, slots=True)
class ContentLine:
    """Goods in the pack, at the buyer's price."""

    sku: str
    name: str
    href: str
    quantity_text: str
    price_text: str
    net_text: str


@dataclass(frozen=True, slots=True)
class PackPage:
    """Everything that the page prints."""

    sku: str
    name: str
    product_href: str
    reference: str
    groups: tuple[GroupChoice, ...]
    problems: tuple[str, ...]
    lines: tuple[ContentLine, ...]
    surcharges: tuple[tuple[str, str], ...]
    net_text: str
    unit_text: str
    stock: StockText | None
    wish: WishForm | None
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be put into the cart, as it was typed; ``line`` is the line of the cart that is chosen again."""

    quantity: str
    unit: str
    line: UUID | None
    error: str = ""

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What stays while options change."""
        fields = [("quantity", self.quantity), ("unit", self.unit), ("line", self.line.hex if self.line else "")]
        return tuple((name, value) for name, value in fields if value)


@dataclass(frozen=True, slots=True)
class WishForm:
    """The form that puts the choice into the cart."""

    fields: tuple[tuple[str, str], ...]
    quantity: str
    units: tuple[UnitOption, ...]
    multiple: str
    button_text: str
    error: str


@require_safe
def configure(request: Request, sku: str) -> HttpResponse:
    """Show a pack with what is chosen in the address; without a choice, with what is chosen at first."""
    plan = _plan(request, sku)
    is_asked = "asked" in request.GET
    chosen = _chosen(request.GET) if is_asked else plan.defaults()
    return _page(request, plan, chosen, _wish(request.GET), is_asked=is_asked)


@require_POST
@buyer_required
def put(request: Request, sku: str) -> HttpResponse:
    """Put a choice into the cart, or in the place of the line that it was in; 422 with the page when it cannot be."""
    customer, plan = customer_of_request(request), _plan(request, sku)
    chosen, wish = _chosen(request.POST), _wish(request.POST)
    quantity, error = read_quantity(wish.quantity)
    choice, digest = "-".join(sorted(chosen)), request.POST.get("digest", "")[:16]
    line = NewLine(plan.variant_id, wish.unit, quantity, choice, digest)
    try:
        if not error and wish.line is not None:
            carts.choose_again(actor=request.actor, customer=customer, line_id=wish.line, line=line)
        elif not error:
            carts.add_lines(actor=request.actor, customer=customer, lines=[line])
    except LinesRefused as refusal:
        error = str(refusal)
    if error:
        return _page(request, plan, chosen, replace(wish, error=error), is_asked=True)
    messages.success(request, _("%(reference)s is in the cart.") % {"reference": plan.reference(chosen)})
    return see_other(reverse("storefront_cart"))


def _plan(request: Request, sku: str) -> Plan:
    plan = pack_plan(sku, buyer_of(request).view)
    if plan is None:
        raise Http404
    return plan


def _page(request: Request, plan: Plan, chosen: frozenset[str], wish: Wish, *, is_asked: bool) -> HttpResponse:
    values = {
        "pack": _pack_page(plan, chosen, buyer_of(request), wish, is_asked=is_asked),
        "notice": price_notice(request),
        "buyer": buyer_of(request),
        "quote_href": _quote_href(request, plan, chosen),
    }
    status = 422 if wish.error else 200
    return render_page(request, "storefront/pack.html", values, fragment="choice", status=status)


def _quote_href(request: Request, plan: Plan, chosen: frozenset[str]) -> str:
    """The way to a request for this choice; none for a choice that is not possible."""
    if check(plan, chosen):
        return ""
    return quote_href([(tenant_of(request).id, f"{plan.variant_id.hex}:{plan.choice(chosen)}")])


def _wish(data: QueryDict) -> Wish:
    line = data.get("line", "")
    is_key = len(line) == _KEY_LENGTH and set(line) <= set(hexdigits)
    quantity = data.get("quantity", "").strip()[:40]
    return Wish(quantity, data.get("unit", "")[:3], UUID(hex=line) if is_key else None)


def _chosen(query: QueryDict) -> frozenset[str]:
    """The options named by ``chosen`` and ``chosen-<group>``; an empty one is none."""
    names = [name for name in query if name == "chosen" or name.startswith("chosen-")]
    return frozenset(code[:6] for name in names for code in query.getlist(name) if code)


def _pack_page(plan: Plan, chosen: frozenset[str], buyer: Buyer, wish: Wish, *, is_asked: bool) -> PackPage:
    """Six statements beside those of the plan and the buyer, whatever there is to choose."""
    goods = {plan.variant_id, *plan.components(plan.options().keys())}
    variants = variants_by_id(goods, buyer.view)
    choice, problems = plan.choice(chosen), check(plan, chosen) if is_asked or plan.groups else []
    fault = None if problems else Packs({plan.variant_id: plan}, variants).choose(plan.variant_id, choice, "").fault
    by_code = {problem.code: problem.message for problem in reversed(problems)} if is_asked else {}
    found = _priced(plan, chosen, buyer)
    pack = variants[plan.variant_id]
    can_be_had = not problems and fault is None and found.net is not None
    return PackPage(
        sku=plan.sku,
        name=pack.name,
        product_href=product_path(PRODUCT_PREFIX, plan.sku),
        reference="" if problems else plan.reference(chosen),
        groups=tuple(_group(group, chosen, by_code, plan.currency) for group in plan.groups),
        problems=(fault[1],) if fault else tuple(problem.message for problem in problems if is_asked),
        lines=_lines(found, variants),
        surcharges=_surcharges(plan, found) if buyer.sees_prices and not problems else (),
        net_text=_net(found) if buyer.sees_prices and not problems else "",
        unit_text=per_unit(pack.base_unit.code),
        stock=_stock(plan, chosen) if can_be_had else None,
        wish=_wish_form(plan, chosen, pack, wish) if can_be_had and buyer.may_order else None,
        kept=wish.kept,
    )


def _stock(plan: Plan, chosen: frozenset[str]) -> StockText:
    components = plan.stocked(chosen)
    stocks = availability(components) if components else {}
    return stock_for(stock_of_pack(plan.variant_id, components, stocks), Decimal(1))


def _wish_form(plan: Plan, chosen: frozenset[str], pack: VariantInfo, wish: Wish) -> WishForm:
    unit = pack.unit(wish.unit) or pack.base_unit
    fields = [("chosen", code) for code in plan.options() if code in chosen]
    fields.append(("digest", plan.digest(chosen)))
    return WishForm(
        fields=(*fields, *((name, value) for name, value in wish.kept if name == "line")),
        quantity=wish.quantity or plain(max(unit.minimum, unit.multiple)),
        units=unit_options(pack, unit.code),
        multiple=plain(unit.multiple),
        button_text=_("Change the cart") if wish.line else _("Add to cart"),
        error=wish.error,
    )


def _priced(plan: Plan, chosen: frozenset[str], buyer: Buyer) -> PackPrice:
    """At the buyer's own prices, which are usual ones in a pack; without an account nothing has a price."""
    customer = buyer.approved
    if customer is None:
        return price(plan, chosen, lambda _wanted: {}, currency=plan.currency)
    context = price_context(customer)
    return price(plan, chosen, lambda wanted: unit_prices(context, wanted, usual=True), currency=customer.currency)


def _net(found: PackPrice) -> str:
    return _("Price on request") if found.net is None else formatting.money(found.net, found.currency)


def _lines(found: PackPrice, variants: Mapping[UUID, VariantInfo]) -> tuple[ContentLine, ...]:
    lines = []
    for line in found.lines:
        info = variants[line.variant_id]
        unit = unit_name(info.base_unit.code, line.quantity)
        has_price = line.unit_price is not None
        lines.append(
            ContentLine(
                sku=info.sku,
                name=info.name,
                href=product_path(PRODUCT_PREFIX, info.sku) if info.is_active else "",
                quantity_text=f"{formatting.number(line.quantity)} {unit}",
                price_text=formatting.unit_price(line.unit_price, found.currency)
                if line.unit_price is not None
                else "",
                net_text=formatting.money(line.net, found.currency) if has_price else _("price on request"),
            )
        )
    return tuple(lines)


def _surcharges(plan: Plan, found: PackPrice) -> tuple[tuple[str, str], ...]:
    names = {code: option.name for code, option in plan.options().items()}
    return tuple(
        (" + ".join(names[code] for code in line.codes), formatting.money(line.net, found.currency))
        for line in found.surcharges
    )


def _group(group: Group, chosen: frozenset[str], errors: Mapping[str, str], currency: str) -> GroupChoice:
    codes = (group.code, *(option.code for option in group.options))
    return GroupChoice(
        code=group.code,
        name=group.name,
        hint=_hint(group),
        is_single=group.maximum == 1,
        may_be_none=group.minimum == 0,
        options=tuple(_option(option, chosen, currency) for option in group.options),
        error=next((errors[code] for code in codes if code in errors), ""),
    )


def _option(option: Option, chosen: frozenset[str], currency: str) -> OptionChoice:
    amount, rate = option.surcharge.amount, option.surcharge.rate
    note = ""
    if amount:
        note = f"{'+' if amount > 0 else ''}{formatting.money(amount, currency)}"
    elif rate:
        note = f"{'+' if rate > 0 else ''}{formatting.percent(rate)}"
    return OptionChoice(option.code, option.name, note, option.code in chosen)


def _hint(group: Group) -> str:
    values = {"minimum": group.minimum, "maximum": group.maximum}
    if group.maximum == 1:
        return _("choose one") if group.minimum else _("one or none")
    if group.minimum == group.maximum:
        return _("choose %(minimum)s") % values
    return _("choose %(minimum)s to %(maximum)s") % values
