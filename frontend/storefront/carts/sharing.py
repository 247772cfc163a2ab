"""The name of a cart, and who may open it: the company, colleagues by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from core.errors import NotAllowed
from customers.queries import CustomerInfo
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request
from frontend.storefront.carts.forms import CartSettingsForm
from frontend.storefront.carts.rows import cart_name
from orders.named_carts import services
from orders.named_carts.errors import CartNameMissing, CartNameTaken, NotAColleague
from orders.named_carts.queries import CartInfo, cart_info, colleagues_of_cart, shares_of

RIGHT = "right-"


@dataclass(frozen=True, slots=True)
class ColleagueRow:
    """A colleague and what it may do: nothing, ``see``, ``change``."""

    field: str
    name: str
    label: str
    right: str


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def settings(request: Request, cart_id: UUID) -> HttpResponse:
    """Rename a cart, share it."""
    customer = customer_of_request(request)
    info = cart_info(request.actor, customer, cart_id)
    if not info.may_manage:
        raise NotAllowed
    if request.method != "POST":
        return _page(request, customer, info, CartSettingsForm(initial={"name": info.name, "sharing": info.sharing}))
    form = CartSettingsForm(request.POST)
    if form.is_valid():
        try:
            services.change_cart(
                actor=request.actor,
                customer=customer,
                cart_id=cart_id,
                people=read_people(request.POST),
                **form.cleaned_data,
            )
        except (CartNameMissing, CartNameTaken, NotAColleague) as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("storefront_cart_saved", args=[cart_id]))
    return _page(request, customer, info, form)


def read_people(data: QueryDict) -> dict[UUID, bool]:
    """Read ``right-<hex>`` fields: who may open the cart, and whether to change it."""
    found = {}
    for name, right in data.items():
        if not name.startswith(RIGHT) or right not in ("see", "change"):
            continue
        try:
            found[UUID(hex=name.removeprefix(RIGHT))] = right == "change"
        except ValueError:
            continue
    return found


def _page(request: Request, customer: CustomerInfo, info: CartInfo, form: CartSettingsForm) -> HttpResponse:
    rights = read_people(request.POST) if form.is_bound else {row.user_id: row.may_change for row in shares_of(info.id)}
    people = colleagues_of_cart(request.actor, customer, info.id)
    context = {
        "form": form,
        "cart": info,
        "name": cart_name(info),
        "people": [_row(person.id, person.name, rights) for person in people],
        "rights": [("", _("nothing")), ("see", _("see it and copy it")), ("change", _("change it"))],
    }
    return render_page(request, "storefront/carts/settings.html", context, status=422 if form.errors else 200)


def _row(user_id: UUID, name: str, rights: Mapping[UUID, bool]) -> ColleagueRow:
    right = "" if user_id not in rights else "change" if rights[user_id] else "see"
    return ColleagueRow(f"{RIGHT}{user_id.hex}", name, _("What %(name)s may do") % {"name": name}, right)
