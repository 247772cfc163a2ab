"""A cost centre: its budgets and how they are used, and everything that can be changed about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from accounts.spending import correcting, services
from accounts.spending.queries import BudgetPage, CentrePage, centre_page
from core.errors import NotFound, Refused
from frontend.charts import BarChart, BarInput, bar_chart
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.spending.forms import BudgetForm, BudgetTermsForm, CentreNameForm, CentreUnitForm

#: What is done where a form does not say: a budget is added.
_ADD = "add"


@dataclass(frozen=True, slots=True)
class ShownBudget:
    """A budget with its burn-down chart and the form that changes it."""

    budget: BudgetPage
    chart: BarChart
    form: forms.Form


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def cost_centre(request: Request, centre_id: UUID) -> HttpResponse:
    """Show it; ``do`` says what is changed."""
    centre = centre_page(request.actor, centre_id)
    do = request.POST.get("do", _ADD)
    shown = _forms(request, centre, do)
    form = shown.get(do)
    try:
        if request.method == "POST" and (form is None or form.is_valid()):
            _done(request, centre, do, form)
            return see_other(reverse("storefront_cost_centre", args=[centre_id]))
    except Refused as refusal:
        if refusal.status != 422 or form is None:
            raise
        add_refusal(form, refusal)
    context = {
        "centre": centre,
        "budgets": [ShownBudget(budget, _chart(budget), shown[f"change:{budget.id.hex}"]) for budget in centre.budgets],
        "form": shown[_ADD],
        "unit_form": shown["unit"],
        "name_form": shown["name"],
    }
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "storefront/spending/cost_centre.html", context, status=status)


def _forms(request: Request, centre: CentrePage, do: str) -> Mapping[str, forms.Form]:
    """The forms of the page by what they do; the one that was sent is bound."""
    sent = {do: request.POST} if request.method == "POST" else {}
    whose = {"unit": centre.unit_id.hex if centre.unit_id else ""}
    found: dict[str, forms.Form] = {
        _ADD: BudgetForm(sent.get(_ADD)),
        "unit": CentreUnitForm(request.actor.require_company(), sent.get("unit"), initial=whose),
        "name": CentreNameForm(sent.get("name"), initial={"name": centre.name}, auto_id="name-%s"),
    }
    for budget in centre.budgets:
        key, terms = f"change:{budget.id.hex}", ("amount", "policy", "renews")
        initial = {name: getattr(budget, name) for name in terms}
        found[key] = BudgetTermsForm(sent.get(key), initial=initial, auto_id=f"{budget.id.hex}-%s")
    return found


def _done(request: Request, centre: CentrePage, do: str, form: forms.Form | None) -> None:
    """Do what was asked for. Raises NotFound for anything else."""
    actor, (what, _colon, key) = request.actor, do.partition(":")
    match what, form:
        case "add", BudgetForm():
            services.add_budget(cost_centre_id=centre.id, data=form.budget(), actor=actor)
        case "unit", CentreUnitForm():
            services.give_cost_centre(cost_centre_id=centre.id, unit_id=form.unit_id(), actor=actor)
        case "name", CentreNameForm():
            correcting.rename_cost_centre(cost_centre_id=centre.id, name=form.cleaned_data["name"], actor=actor)
        case "close", None:
            correcting.close_cost_centre(cost_centre_id=centre.id, actor=actor)
        case "open", None:
            correcting.reopen_cost_centre(cost_centre_id=centre.id, actor=actor)
        case "change", BudgetTermsForm():
            correcting.change_budget(budget_id=UUID(hex=key), **form.cleaned_data, actor=actor)
        case "end", None:
            correcting.end_budget(budget_id=_budget_id(centre, key), actor=actor)
        case _:
            raise NotFound
    messages.success(request, _("Saved. It counts for the orders from now on."))


def _budget_id(centre: CentrePage, key: str) -> UUID:
    """The budget of the page that a key names. Raises NotFound."""
    found = next((budget.id for budget in centre.budgets if budget.id.hex == key), None)
    if found is None:
        raise NotFound
    return found


def _chart(budget: BudgetPage) -> BarChart:
    title = _("Left of the budget of %(days)s") % {"days": budget.days_text}
    return bar_chart(title, [BarInput(label, text, (left,)) for label, text, left in budget.left])
