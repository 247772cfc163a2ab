"""A pack's page: choose, see at once or on submit whether it is possible and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from catalog.packs.plans import Group, Option, PackPrice, Plan, check, price
from catalog.packs.queries import pack_plan
from catalog.queries import VariantInfo, variants_by_id
from core import formatting
from frontend.goods import product_path, unit_name
from frontend.render import render_page
from frontend.storefront.buyer import Buyer, buyer_of, price_notice
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from pricing.queries import price_context, unit_prices


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


@require_safe
def configure(request: Request, sku: str) -> HttpResponse:
    """Show a pack with what is chosen in the address; without a choice, with what is chosen at first."""
    buyer = buyer_of(request)
    plan = pack_plan(sku, buyer.view)
    if plan is None:
        raise Http404
    is_asked = "asked" in request.GET
    chosen = _chosen(request.GET) if is_asked else plan.defaults()
    values = {
        "pack": _pack_page(plan, chosen, buyer, is_asked=is_asked),
        "notice": price_notice(request),
        "buyer": buyer,
    }
    return render_page(request, "storefront/pack.html", values, fragment="choice")


def _chosen(query: QueryDict) -> frozenset[str]:
    """The options named by ``chosen`` and ``chosen-<group>``; an empty one is none."""
    names = [name for name in query if name == "chosen" or name.startswith("chosen-")]
    return frozenset(code[:6] for name in names for code in query.getlist(name) if code)


def _pack_page(plan: Plan, chosen: frozenset[str], buyer: Buyer, *, is_asked: bool) -> PackPage:
    """Five statements beside those of the plan and the buyer, whatever there is to choose."""
    goods = {plan.variant_id, *plan.components(plan.options().keys())}
    variants = variants_by_id(goods)
    problems = check(plan, chosen) if is_asked or plan.groups else []
    by_code = {problem.code: problem.message for problem in reversed(problems)} if is_asked else {}
    found = _priced(plan, chosen, buyer)
    pack = variants[plan.variant_id]
    return PackPage(
        sku=plan.sku,
        name=pack.name,
        product_href=product_path(PRODUCT_PREFIX, plan.sku),
        reference="" if problems else plan.reference(chosen),
        groups=tuple(_group(group, chosen, by_code, plan.currency) for group in plan.groups),
        problems=tuple(problem.message for problem in problems) if is_asked else (),
        lines=_lines(found, variants),
        surcharges=_surcharges(plan, found) if buyer.sees_prices and not problems else (),
        net_text=_net(found) if buyer.sees_prices and not problems else "",
    )


def _priced(plan: Plan, chosen: frozenset[str], buyer: Buyer) -> PackPrice:
    """At the buyer's own prices; without an account nothing has a price."""
    customer = buyer.approved
    if customer is None:
        return price(plan, chosen, lambda _wanted: {}, currency=plan.currency)
    context = price_context(customer)
    return price(plan, chosen, lambda wanted: unit_prices(context, wanted), currency=customer.currency)


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
