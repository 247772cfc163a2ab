"""What answers to requests need: floors, the highest discount, approvals, answers at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from catalog.choices import family_choices, product_of
from catalog.queries import variants_by_code
from catalog.visibility import UNRESTRICTED
from core import formatting
from core.errors import InvalidInput
from core.money import ZERO
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import NumberField, PercentField, as_typed, choose, keyed
from quoting import limits as services
from quoting.bounds import policy_now
from quoting.limits import FloorData, PolicyData
from quoting.models import Floor
from quoting.policies import require_set_limits


class PolicyForm(forms.Form):
    """What answers need."""

    floor_margin_rate = PercentField(
        label=gettext_lazy("Least margin"),
        required=False,
        help_text=gettext_lazy("Of the price, for goods without a floor of their own. Empty: none."),
    )
    max_discount_rate = PercentField(
        label=gettext_lazy("Highest discount"),
        required=False,
        help_text=gettext_lazy("Against the price that the customer has anyway. Empty: none."),
    )
    needs_article = forms.BooleanField(
        label=gettext_lazy("Lines without an article of ours need an approval"), required=False
    )
    sales_may_approve = forms.BooleanField(
        label=gettext_lazy("Salespeople may approve answers of colleagues"),
        required=False,
        help_text=gettext_lazy("Owners always may. Nobody approves what they have written in."),
    )
    answers_at_once = forms.BooleanField(
        label=gettext_lazy("Answer requests at once"),
        required=False,
        help_text=gettext_lazy(
            "Requests of approved customers for articles of the catalogue in stock, within their credit and your "
            "limits. The buyer sees that the answer is automatic."
        ),
    )
    at_once_amount = NumberField(label=gettext_lazy("Up to this net amount"), required=False)
    at_once_days = forms.IntegerField(label=gettext_lazy("Valid for days"), min_value=1, max_value=365)
    at_once_freight = NumberField(label=gettext_lazy("Transport, net"), required=False)

    def data_of(self) -> PolicyData:
        """What was typed, for the service."""
        return PolicyData(**self.cleaned_data | {"at_once_freight": self.cleaned_data["at_once_freight"] or ZERO})


class FloorForm(forms.Form):
    """The floor of a family, or of a product."""

    family = forms.ChoiceField(label=gettext_lazy("Family"), required=False)
    sku = forms.CharField(label=gettext_lazy("Or the reference of a product"), max_length=80, required=False)
    margin_rate = PercentField(label=gettext_lazy("Least margin"), required=False)
    unit_price = NumberField(label=gettext_lazy("Least price per base unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "family", [("", "—"), *keyed(family_choices())])

    def clean_sku(self) -> UUID | None:
        """The product that has this reference."""
        text = self.cleaned_data["sku"].strip()
        if not text:
            return None
        found = variants_by_code([text], UNRESTRICTED).get(text, [])
        if len(found) != 1:
            raise forms.ValidationError(_("Several products match.") if found else _("No product has this reference."))
        return product_of(found[0].id)

    def data_of(self) -> FloorData:
        """What was typed, for the service."""
        data = self.cleaned_data
        return FloorData(
            family_id=UUID(data["family"]) if data["family"] else None,
            product_id=data["sku"],
            margin_rate=data["margin_rate"],
            unit_price=data["unit_price"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def settings(request: Request) -> HttpResponse:
    """Limits of answers, and answers at once."""
    require_set_limits(request.actor)
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=_policy())
    if form.is_valid():
        try:
            services.save_policy(data=form.data_of(), actor=request.actor)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved: this holds from now on."))
            return see_other(reverse("portal_quoting"))
    return _page(request, policy_form=form)


@require_POST
@staff_required
def floor(request: Request) -> HttpResponse:
    """Set the floor of a family or a product."""
    require_set_limits(request.actor)
    form = FloorForm(request.POST, auto_id="floor-%s")
    if form.is_valid():
        try:
            services.add_floor(data=form.data_of(), actor=request.actor)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The floor holds from now on."))
            return see_other(reverse("portal_quoting"))
    return _page(request, floor_form=form)


@require_POST
@staff_required
def remove(request: Request, floor_id: UUID) -> HttpResponse:
    """Let goods have no floor of their own any more."""
    services.remove_floor(floor_id=floor_id, actor=request.actor)
    messages.success(request, _("The floor is removed."))
    return see_other(reverse("portal_quoting"))


def _page(request: Request, **bound: Any) -> HttpResponse:
    values = {
        "policy_form": PolicyForm(initial=_policy()),
        "floor_form": FloorForm(auto_id="floor-%s"),
        "floors": [_floor_row(row) for row in services.floors()],
        **bound,
    }
    status = 422 if any(form.is_bound for form in bound.values()) else 200
    return render_page(request, "portal/rfqs/limits.html", values, area="portal", status=status)


def _policy() -> dict[str, Any]:
    policy = policy_now()

    def percent(rate: Any) -> str:
        return "" if rate is None else as_typed(rate * 100)

    return {
        "floor_margin_rate": percent(policy.floor_margin_rate),
        "max_discount_rate": percent(policy.max_discount_rate),
        "needs_article": policy.needs_article,
        "sales_may_approve": policy.sales_may_approve,
        "answers_at_once": policy.answers_at_once,
        "at_once_amount": as_typed(policy.at_once_amount),
        "at_once_days": policy.at_once_days,
        "at_once_freight": as_typed(policy.at_once_freight) if policy.at_once_freight else "",
    }


def _floor_row(row: Floor) -> dict[str, Any]:
    target, code = (row.product, row.product.code) if row.product else (row.family, "")
    return {
        "id": row.id,
        "name": formatting.localised(target.name_fr, target.name_en) if target else "",
        "code": code,
        "kind": _("Product") if row.product else _("Family"),
        "margin": formatting.percent(row.margin_rate) if row.margin_rate is not None else "–",
        "price": formatting.unit_price(row.unit_price, row.currency) if row.unit_price is not None else "–",
    }
