"""Discount rules: all of them, one to write or change; where lists and rules meet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from customers.queries import customer_by_id
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.portal.prices.forms import RuleForm, rule_initial
from frontend.portal.prices.rows import conflict_lines, rule_lines
from frontend.portal.prices.tabs import price_tabs
from frontend.redirects import see_other
from frontend.render import render_page
from pricing.models import DiscountRule
from pricing.rules import current_rules, end_rule, save_rule
from pricing.settings import policy_now


@require_safe
@staff_required
def discounts(request: Request) -> HttpResponse:
    """All rules that hold now or later, in the order of a cascade."""
    values = {
        "lines": rule_lines(current_rules()),
        "stacking_text": policy_now().stacking_text,
        "tabs": price_tabs("discounts"),
    }
    return render_page(request, "portal/prices/discounts.html", values, area="portal")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def new_discount(request: Request) -> HttpResponse:
    """A rule that is not there yet."""
    form = RuleForm(request.POST or None, initial={"currency": "EUR"})
    return _saved(request, form, None) or _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def discount(request: Request, key: UUID) -> HttpResponse:
    """A rule: change it from now on, or from a later moment."""
    rule = next(iter(current_rules([key])), None)
    if rule is None:
        raise Http404
    customer = customer_by_id(rule.customer_id) if rule.customer_id else None
    form = RuleForm(request.POST or None, initial=rule_initial(rule, customer.number if customer else ""))
    return _saved(request, form, key) or _form_page(request, form, rule)


@require_POST
@staff_required
def end(request: Request, key: UUID) -> HttpResponse:
    """End a rule now."""
    end_rule(key=key, actor=request.actor)
    messages.success(request, _("The discount has ended."))
    return see_other(reverse("portal_discounts"))


@require_safe
@staff_required
def conflicts(request: Request) -> HttpResponse:
    """Lists and rules that meet, and which one counts."""
    lists, rules = conflict_lines()
    values = {"lists": lists, "rules": rules, "tabs": price_tabs("conflicts")}
    return render_page(request, "portal/prices/conflicts.html", values, area="portal")


def _saved(request: Request, form: RuleForm, key: UUID | None) -> HttpResponse | None:
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        save_rule(data=form.rule(), key=key, actor=request.actor)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        add_refusal(form, refusal)
        return None
    messages.success(request, _("The discount was saved."))
    return see_other(reverse("portal_discounts"))


def _form_page(request: Request, form: RuleForm, rule: DiscountRule | None) -> HttpResponse:
    values = {"form": form, "rule": rule, "tabs": price_tabs("discounts")}
    status = 422 if form.is_bound else 200
    return render_page(request, "portal/prices/discount.html", values, area="portal", status=status)
