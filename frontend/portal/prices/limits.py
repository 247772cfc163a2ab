"""How discounts come together, currencies, costs and floors; the price that somebody sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from catalog.queries import VariantInfo, variants_by_code
from catalog.visibility import UNRESTRICTED
from core import formatting
from core.errors import Refused
from customers.queries import CustomerInfo, customer_at, customer_by_id
from frontend.forms import add_refusal
from frontend.goods import unit_name
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number
from frontend.portal.pasting import read_rows
from frontend.portal.prices.forms import CostsForm, PolicyForm, RateForm, SeenForm
from frontend.portal.prices.tabs import price_tabs
from frontend.price_steps import PriceStep, margin_facts, price_steps
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import as_typed, one_customer
from pricing import settings as services
from pricing.explaining import cost_at, explain
from pricing.queries import price_context, resolve

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def settings(request: Request) -> HttpResponse:
    """Stacking and highest discount; the rates of currencies."""
    form = PolicyForm(request.POST or None, initial=_policy(), auto_id="policy-%s")
    if request.method == "POST" and form.is_valid():
        try:
            services.save_policy(policy=form.policy(), actor=request.actor)
        except Refused as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("Saved: this holds from now on."))
            return see_other(reverse("portal_price_settings"))
    return _settings_page(request, policy_form=form)


@require_POST
@staff_required
def rate(request: Request) -> HttpResponse:
    """What a currency is worth from now on."""
    form = RateForm(request.POST, auto_id="rate-%s")
    if form.is_valid():
        try:
            services.set_rate(**form.cleaned_data, actor=request.actor)
        except Refused as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The rate holds from now on."))
            return see_other(reverse("portal_price_settings"))
    return _settings_page(request, rate_form=form)


@require_POST
@staff_required
def end_rate(request: Request) -> HttpResponse:
    """Convert no longer."""
    services.end_rate(source=request.POST.get("source", ""), target=request.POST.get("target", ""), actor=request.actor)
    messages.success(request, _("The rate has ended: these prices are no longer converted."))
    return see_other(reverse("portal_price_settings"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def costs(request: Request) -> HttpResponse:
    """What goods cost, and the prices that no discount goes below."""
    form = CostsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = _save_costs(request, form)
        except ValidationError as error:
            form.add_error("rows", error)
        else:
            messages.success(request, _("%(count)s products were changed.") % {"count": formatting.number(count)})
            return see_other(reverse("portal_costs"))
    search = request.GET.get("q", "").strip()[:80]
    rows, total = services.costs_page(search=search, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    values = {
        "rows": [_cost_row(row) for row in rows],
        "form": form,
        "search": search,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "tabs": price_tabs("costs"),
    }
    return render_page(request, "portal/prices/costs.html", values, area="portal", status=422 if form.is_bound else 200)


@require_safe
@staff_required
def seen(request: Request) -> HttpResponse:
    """The price that a customer sees, or saw, with every step to it."""
    form = SeenForm(request.GET or None)
    answer = _seen(form) if form.is_bound and form.is_valid() else None
    values = {"form": form, "tabs": price_tabs("seen"), "answer": answer}
    return render_page(request, "portal/prices/seen.html", values, area="portal")


@dataclass(frozen=True, slots=True)
class SeenPrice:
    """A price of a customer at a moment with the way to it; without a text there is none."""

    title: str
    moment_text: str
    price_text: str = ""
    quantity_text: str = ""
    steps: tuple[PriceStep, ...] = ()
    margin: tuple[tuple[str, str], ...] = ()


def _seen(form: SeenForm) -> SeenPrice | None:
    """What the page shows of a price; errors are put at their field."""
    data = form.cleaned_data
    customer, info = _customer(form), _variant(form)
    if customer is None or info is None:
        return None
    quantity, at = data["quantity"] or info.base_unit.minimum, data["at"]
    price = resolve(price_context(customer), {info.id: quantity}, at).get(info.id)
    title, moment = f"{customer.company_name} · {info.sku}", formatting.moment(at) if at else _("now")
    if price is None:
        return SeenPrice(title, moment)
    explained = explain(price, cost_at(info.id, price.currency, at))
    return SeenPrice(
        title=title,
        moment_text=moment,
        price_text=formatting.unit_price(price.unit_price, price.currency),
        quantity_text=f"{formatting.number(quantity)} {unit_name(info.base_unit.code, quantity)}",
        steps=price_steps(explained, info.base_unit.code),
        margin=margin_facts(explained),
    )


def _customer(form: SeenForm) -> CustomerInfo | None:
    try:
        customer_id = one_customer(form.cleaned_data["customer"])
    except ValidationError as error:
        form.add_error("customer", error)
        return None
    if customer_id is None:
        return None
    at = form.cleaned_data["at"]
    return customer_at(customer_id, at) if at else customer_by_id(customer_id)


def _variant(form: SeenForm) -> VariantInfo | None:
    text = form.cleaned_data["sku"]
    found = variants_by_code([text], UNRESTRICTED).get(text, [])
    if len(found) == 1:
        return found[0]
    form.add_error("sku", _("Several products match.") if found else _("No product has this reference."))
    return None


def _save_costs(request: Request, form: CostsForm) -> int:
    """Raises ValidationError that names each wrong line."""
    pasted = read_rows(form.cleaned_data["rows"], widths=(1, 2))
    if pasted.errors:
        raise ValidationError(pasted.error_text)
    lines: dict[str, int] = {str(row.variant_id): row.line for row in pasted.rows}
    found: dict[UUID, services.Cost] = {
        row.variant_id: services.Cost(row.numbers[0], row.numbers[1] if len(row.numbers) > 1 else None)
        for row in pasted.rows
    }
    try:
        return services.set_costs(costs=found, currency=form.cleaned_data["currency"], actor=request.actor)
    except Refused as refusal:
        if refusal.field not in lines:
            raise
        values = {"line": lines[refusal.field], "error": str(refusal)}
        raise ValidationError(_("line %(line)s: %(error)s") % values) from refusal


def _settings_page(request: Request, **bound: Any) -> HttpResponse:
    values = {
        "policy_form": PolicyForm(initial=_policy(), auto_id="policy-%s"),
        "rate_form": RateForm(auto_id="rate-%s"),
        "rates": [
            (row.source, row.target, formatting.number(row.rate), formatting.moment(row.valid_from))
            for row in services.rates_now()
        ],
        "tabs": price_tabs("settings"),
        **bound,
    }
    status = 422 if any(form.is_bound for form in bound.values()) else 200
    return render_page(request, "portal/prices/settings.html", values, area="portal", status=status)


def _policy() -> dict[str, Any]:
    policy = services.policy_now()
    return {"stacking": policy.stacking, "max_discount_rate": as_typed(policy.max_discount_rate * 100)}


def _cost_row(row: services.CostRow) -> dict[str, str]:
    def price(value: Any) -> str:
        return "–" if value is None else formatting.unit_price(value, row.currency)

    return {
        "sku": row.sku,
        "name": formatting.localised(row.name_fr, row.name_en),
        "cost": price(row.cost),
        "floor": price(row.floor_price),
        "since": formatting.moment(row.valid_from),
    }


def _at_field(form: Any, refusal: Refused) -> None:
    if refusal.status != 422:
        raise refusal
    add_refusal(form, refusal)
