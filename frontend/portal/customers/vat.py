"""VAT: how the supplier stands to it, and what is known of a customer's number."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import InvalidLegalNumber
from accounts.requests import Request
from core.errors import InvalidInput
from customers.enums import DoubtfulVat, VatOutcome, VatRegime
from customers.queries import customer_by_id
from customers.vat.checks import check_by_hand, want_check
from customers.vat.settings import SellerVatData, seller_vat, set_seller_vat
from frontend.countries import COUNTRY_CHOICES
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.redirects import see_other
from frontend.render import render_page


class SellerForm(forms.Form):
    """What is left empty is as in the company's registration."""

    regime = forms.ChoiceField(label=gettext_lazy("VAT"), choices=VatRegime.choices, widget=forms.RadioSelect)
    vat_number = forms.CharField(label=gettext_lazy("VAT number"), max_length=20, required=False)
    ship_from = forms.ChoiceField(
        label=gettext_lazy("Goods leave from"),
        choices=[("", gettext_lazy("The country of the registration")), *COUNTRY_CHOICES],
        required=False,
    )

    doubtful = forms.ChoiceField(
        label=gettext_lazy("A customer’s VAT number that the register has not confirmed counts"),
        choices=DoubtfulVat.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def clean_doubtful(self) -> str:
        return self.cleaned_data["doubtful"] or DoubtfulVat.TAXED.value


class CheckForm(forms.Form):
    """What somebody found out about a customer's number, and how."""

    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"),
        max_length=20,
        help_text=gettext_lazy("With the country in front, such as BE0403019261. It replaces the one that is known."),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("The number is"),
        choices=[
            (VatOutcome.VALID.value, VatOutcome.VALID.label),
            (VatOutcome.INVALID.value, VatOutcome.INVALID.label),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("How you know"), max_length=240, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def own(request: Request) -> HttpResponse:
    """How the supplier itself stands to VAT."""
    bound, known = request.POST if request.method == "POST" else None, seller_vat()
    form = SellerForm(bound, initial=asdict(known))
    if form.is_valid():
        try:
            set_seller_vat(data=SellerVatData(**form.cleaned_data), actor=request.actor)
        except (InvalidInput, InvalidLegalNumber) as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved: it holds for orders from now on."))
            return see_other(reverse("portal_vat"))
    context = {"form": form}
    return render_page(request, "portal/customers/vat.html", context, area="portal", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def by_hand(request: Request, customer_id: UUID) -> HttpResponse:
    """Say of a customer's number what was found out about it."""
    customer = customer_by_id(customer_id)
    if customer is None:
        raise Http404
    bound = request.POST if request.method == "POST" else None
    form = CheckForm(bound, initial={"vat_number": customer.vat.buyer_number})
    if form.is_valid():
        data = form.cleaned_data
        try:
            check_by_hand(
                customer_id=customer_id,
                number=data["vat_number"],
                outcome=data["outcome"],
                reason=data["reason"],
                actor=request.actor,
            )
        except (InvalidInput, InvalidLegalNumber) as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The check was kept: orders follow it from now on."))
            return see_other(reverse("portal_customer", args=[customer_id]))
    context = {"form": form, "customer_id": customer_id, "name": customer.company_name}
    status = 422 if form.errors else 200
    return render_page(request, "portal/customers/vat_check.html", context, area="portal", status=status)


@require_POST
@staff_required
def ask(request: Request, customer_id: UUID) -> HttpResponse:
    """Let the register be asked about a customer's number."""
    want_check(customer_id=customer_id, actor=request.actor)
    messages.success(request, _("The register is being asked; the answer appears here in a moment."))
    return see_other(reverse("portal_customer", args=[customer_id]))
