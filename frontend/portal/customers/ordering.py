"""What a supplier allows and asks of orders: of all customers, and of one of them otherwise."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from core.errors import InvalidInput
from customers.enums import DeliveryMethod, Incoterm, PaymentMethod
from customers.order_terms import PolicyData, policy_of, set_order_policy
from customers.queries import names_of
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import NumberField, as_typed

_AS_ALL, _YES, _NO = "", "yes", "no"


class OrderingForm(forms.Form):
    """What is left empty is as for all customers."""

    delivery_methods = forms.MultipleChoiceField(
        label=gettext_lazy("How to deliver"),
        choices=DeliveryMethod.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    payment_methods = forms.MultipleChoiceField(
        label=gettext_lazy("How to pay"),
        choices=PaymentMethod.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    po_required = forms.ChoiceField(
        label=gettext_lazy("Purchase order number"),
        choices=[
            (_AS_ALL, gettext_lazy("As for all customers")),
            (_YES, gettext_lazy("Needed")),
            (_NO, gettext_lazy("Not needed")),
        ],
        required=False,
    )
    order_minimum = NumberField(label=gettext_lazy("Smallest order, net"), required=False)
    small_order_below = NumberField(label=gettext_lazy("Small order below, net"), required=False)
    small_order_fee = NumberField(label=gettext_lazy("Fee for a small order, net"), required=False)
    incoterm = forms.ChoiceField(label=gettext_lazy("Incoterm"), choices=Incoterm.choices, required=False)
    incoterm_place = forms.CharField(label=gettext_lazy("Its place"), max_length=80, required=False)

    def policy(self) -> PolicyData:
        """What was decided, for the service."""
        data = self.cleaned_data
        needed = data["po_required"]
        return PolicyData(
            **data
            | {
                "delivery_methods": tuple(data["delivery_methods"]),
                "payment_methods": tuple(data["payment_methods"]),
                "po_required": None if needed == _AS_ALL else needed == _YES,
            }
        )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def ordering(request: Request) -> HttpResponse:
    """What holds for the orders of all customers."""
    return _page(request, None, _("All customers"), reverse("portal_ordering"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def customer_ordering(request: Request, customer_id: UUID) -> HttpResponse:
    """What holds for one customer's orders otherwise than for all."""
    name = names_of([customer_id]).get(customer_id)
    if name is None:
        raise Http404
    return _page(request, customer_id, name, reverse("portal_customer", args=[customer_id]))


def _page(request: Request, customer_id: UUID | None, name: str, after: str) -> HttpResponse:
    bound = request.POST if request.method == "POST" else None
    form = OrderingForm(bound, initial=None if bound else _initial(policy_of(customer_id)))
    if form.is_valid():
        try:
            set_order_policy(customer_id=customer_id, data=form.policy(), actor=request.actor)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The rules for orders were saved."))
            return see_other(after)
    context = {"form": form, "name": name, "customer_id": customer_id, "is_for_all": customer_id is None}
    status = 422 if form.errors else 200
    return render_page(request, "portal/customers/ordering.html", context, area="portal", status=status)


def _initial(policy: PolicyData) -> dict[str, Any]:
    return {
        "delivery_methods": policy.delivery_methods,
        "payment_methods": policy.payment_methods,
        "po_required": {None: _AS_ALL, True: _YES, False: _NO}[policy.po_required],
        "order_minimum": as_typed(policy.order_minimum),
        "small_order_below": as_typed(policy.small_order_below),
        "small_order_fee": as_typed(policy.small_order_fee),
        "incoterm": policy.incoterm,
        "incoterm_place": policy.incoterm_place,
    }
