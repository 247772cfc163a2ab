"""A company at a supplier's storefront: it registers, asks for an account, sees its data and people."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries as accounts
from accounts.policies import can_change_address, can_change_addresses, can_change_company, can_manage_people
from accounts.requests import Request
from accounts.spending.services import can_manage_spending
from core.errors import NotAllowed, Refused
from customers.policies import can_request
from customers.services import register_and_request, register_newcomer, request_account
from customers.vat.checks import state_text
from customers.vat.numbers import give_number
from frontend.forms import add_refusal
from frontend.guards import buyer_required, sign_in_redirect
from frontend.organisation.registering import CompanyForm, NewcomerForm, RequestForm, enter, submitted
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of
from frontend.storefront.company.document_forms import DocumentForm, parts_of
from frontend.storefront.company.forms import AddressForm, VatForm
from integrations.policies import can_manage_keys


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Request) -> HttpResponse:
    """Register a company, with a login where there is none yet, and ask for an account."""
    if request.actor.company_id is not None:
        return see_other(reverse("storefront_request_account"))
    known = request.actor.is_signed_in
    form = (CompanyForm if known else NewcomerForm)(request.POST or None)
    answer = submitted(request, form, lambda: _register(request, form))
    if answer is not None:
        return answer
    context = {"form": form, "known": known}
    return render_page(request, "storefront/register.html", context, status=422 if form.is_bound else 200)


def _register(request: Request, form: CompanyForm) -> HttpResponse:
    data, message = form.company_data(), form.cleaned_data["message"]
    if isinstance(form, NewcomerForm):
        user_id = register_newcomer(login=form.login(request.LANGUAGE_CODE), data=data, message=message)
        enter(request, user_id)
    elif request.actor.user_id is not None:
        register_and_request(data=data, user_id=request.actor.user_id, message=message)
    return see_other(reverse("storefront_request_account"))


@require_http_methods(["GET", "HEAD", "POST"])
def account_request(request: Request) -> HttpResponse:
    """Ask this supplier for an account, or see what became of the request."""
    actor = request.actor
    if not actor.is_signed_in:
        return sign_in_redirect(request)
    if actor.company_id is None:
        return see_other(reverse("storefront_register"))
    form = RequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        request_account(company_id=actor.company_id, actor=actor, message=form.cleaned_data["message"])
        return see_other(reverse("storefront_request_account"))
    return account_page(request, form)


def account_page(
    request: Request, form: RequestForm | None = None, *, refused: tuple[UUID, DocumentForm] | None = None
) -> HttpResponse:
    """What became of the request, and the documents that go with it; ``refused`` is one that was not taken."""
    form = form or RequestForm()
    context = {
        "form": form,
        "account": buyer_of(request).customer,
        "may_request": can_request(request.actor),
        "company_name": request.actor.company_name,
        "documents": parts_of(request, refused),
    }
    status = 422 if form.is_bound or refused else 200
    return render_page(request, "storefront/account_request.html", context, status=status, fragment="state")


@require_safe
@buyer_required
def company(request: Request) -> HttpResponse:
    """The company's own data."""
    return company_page(request, AddressForm(actor=request.actor))


@require_POST
@buyer_required
def vat_number(request: Request) -> HttpResponse:
    """Give the company's VAT number, or another one."""
    form = VatForm(request.POST)
    if not can_change_company(request.actor):
        raise NotAllowed
    if form.is_valid():
        try:
            give_number(number=form.cleaned_data["vat_number"], actor=request.actor)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The VAT number was changed. It counts as soon as the register confirms it."))
            return see_other(reverse("storefront_company"))
    return company_page(request, AddressForm(actor=request.actor), form)


def company_page(request: Request, form: AddressForm, vat_form: VatForm | None = None) -> HttpResponse:
    """The page of the company, with the forms for another address and for its VAT number as they stand."""
    company_id = request.actor.company_id
    if company_id is None:
        return see_other(reverse("storefront_register"))
    profile, account = accounts.company_profile(company_id), buyer_of(request).customer
    may_change_company, known = can_change_company(request.actor), profile.vat_number if profile else ""
    addresses = accounts.addresses_of(company_id, request.actor.unit_ids)
    context = {
        "company": profile,
        "vat_form": (vat_form or VatForm(initial={"vat_number": known})) if may_change_company else None,
        "vat_state": state_text(account.vat) if account is not None and account.vat.buyer_number else None,
        "members": accounts.members_of(company_id),
        "addresses": [(row, can_change_address(request.actor, row.unit_id)) for row in addresses],
        "account": account,
        "may_change": can_change_addresses(request.actor),
        "may_manage_keys": can_manage_keys(request.actor),
        "may_manage_people": can_manage_people(request.actor),
        "may_manage_spending": can_manage_spending(request.actor),
        "form": form,
    }
    status = 422 if form.is_bound or vat_form is not None else 200
    return render_page(request, "storefront/company.html", context, status=status)
