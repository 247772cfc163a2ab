"""The supplier's customers: who asks, on what conditions each one buys."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from customers import acting, queries, services
from customers.documents.queries import basis_texts, documents_of
from customers.enums import CustomerState
from customers.middleware import ACTING_SESSION_KEY
from customers.vat.checks import checks_of
from frontend.acting import acting_rows
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number, query_url
from frontend.portal.customers.forms import ProfileForm, TermsForm
from frontend.portal.customers.rows import CustomerPage, customer_lines, customer_page, profile_form, terms_form
from frontend.redirects import see_other
from frontend.render import render_page
from orders.opening import change_terms, open_customer
from payments.credit_balances import balances

PER_PAGE = 50


@require_safe
@staff_required
def customers(request: Request) -> HttpResponse:
    """All customers, those that wait for a decision first."""
    search, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    state = state if state in CustomerState.values else ""
    counts = queries.count_by_state(search=search)
    total = counts.get(state, 0) if state else sum(counts.values())
    offset = (page_number(request, -(-total // PER_PAGE)) - 1) * PER_PAGE
    context = {
        "lines": customer_lines(search=search, state=state, limit=PER_PAGE, offset=offset),
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "tabs": _tabs(request, state, counts),
        "search": search,
        "state": state,
    }
    return render_page(request, "portal/customers/list.html", context, area="portal", fragment="results")


@require_safe
@staff_required
def customer(request: Request, customer_id: UUID) -> HttpResponse:
    """One customer with the decision to take or the conditions it has."""
    page = _known(customer_id)
    return _page(request, page, terms_form(page, tenant_id=_tenant_id(request)))


@require_POST
@staff_required
def approve(request: Request, customer_id: UUID) -> HttpResponse:
    """Open the account with everything that was chosen, or show what is wrong."""
    return _grant(request, customer_id, open_customer, _("The account is open: the company now sees its prices."))


@require_POST
@staff_required
def change(request: Request, customer_id: UUID) -> HttpResponse:
    """Change the conditions of a customer."""
    return _grant(request, customer_id, change_terms, _("The conditions were changed."))


@require_POST
@staff_required
def change_profile(request: Request, customer_id: UUID) -> HttpResponse:
    """Change what segments, prices and visibility look at."""
    page = _known(customer_id)
    form = ProfileForm(request.POST, auto_id="profile-%s")
    if form.is_valid():
        services.change_profile(customer_id=customer_id, profile=form.profile(), actor=request.actor)
        messages.success(request, _("The profile was changed."))
        return see_other(reverse("portal_customer", args=[customer_id]))
    return _page(request, page, terms_form(page, tenant_id=_tenant_id(request)), profile=form)


@require_POST
@staff_required
def refuse(request: Request, customer_id: UUID) -> HttpResponse:
    """Refuse with a reason."""
    done = _("Refused. The company is told why.")
    return _with_reason(request, customer_id, services.refuse_customer, done)


@require_POST
@staff_required
def block(request: Request, customer_id: UUID) -> HttpResponse:
    """Stop new orders of a customer."""
    done = _("Blocked: the company sees no prices and cannot order.")
    return _with_reason(request, customer_id, services.block_customer, done)


@require_POST
@staff_required
def unblock(request: Request, customer_id: UUID) -> HttpResponse:
    """Let a blocked customer order again."""
    _known(customer_id)
    services.unblock_customer(customer_id=customer_id, actor=request.actor)
    messages.success(request, _("Unblocked: the company sees its prices again."))
    return see_other(reverse("portal_customer", args=[customer_id]))


@require_POST
@staff_required
def act(request: Request, customer_id: UUID) -> HttpResponse:
    """Order for a customer from now on: its storefront, at its prices."""
    request.session[ACTING_SESSION_KEY] = acting.begin(customer_id=customer_id, actor=request.actor).hex
    return see_other(reverse("storefront_home"))


def _grant(request: Request, customer_id: UUID, service: Callable[..., None], done: str) -> HttpResponse:
    page = _known(customer_id)
    form = terms_form(page, tenant_id=_tenant_id(request), data=request.POST)
    if form.is_valid():
        try:
            service(customer_id=customer_id, terms=form.terms(), actor=request.actor)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return see_other(reverse("portal_customer", args=[customer_id]))
    return _page(request, page, form)


def _with_reason(request: Request, customer_id: UUID, service: Callable[..., None], done: str) -> HttpResponse:
    page = _known(customer_id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        form = terms_form(page, tenant_id=_tenant_id(request))
        return _page(request, page, form, reason_error=_("Say why: the company reads it."))
    service(customer_id=customer_id, reason=reason, actor=request.actor)
    messages.success(request, done)
    return see_other(reverse("portal_customer", args=[customer_id]))


def _page(
    request: Request,
    page: CustomerPage,
    form: TermsForm,
    *,
    reason_error: str = "",
    profile: ProfileForm | None = None,
) -> HttpResponse:
    context = {
        "customer": page,
        "form": form,
        "may_act": acting.can_act(request.actor),
        "acting": acting_rows(page.detail.row.id),
        "vat_state": page.vat_state,
        "checks": checks_of(page.detail.row.id),
        "owed": balances(request.actor, customer_id=page.detail.row.id),
        "documents": documents_of(page.detail.row.id),
        "basis": basis_texts(page.detail.row.id),
        "profile_form": profile or profile_form(page),
        "reason_error": reason_error,
    }
    status = 422 if form.is_bound or reason_error or profile else 200
    return render_page(request, "portal/customers/detail.html", context, area="portal", status=status)


def _tabs(request: Request, state: str, counts: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    every = (_("All"), query_url(request, state=None, page=None), not state, sum(counts.values()))
    return [
        every,
        *(
            (str(choice.label), query_url(request, state=choice.value, page=None), state == choice, counts[choice])
            for choice in CustomerState
            if counts.get(choice)
        ),
    ]


def _known(customer_id: UUID) -> CustomerPage:
    page = customer_page(customer_id)
    if page is None:
        raise Http404
    return page


def _tenant_id(request: Request) -> UUID:
    if request.tenant is None:
        raise Http404
    return request.tenant.id
