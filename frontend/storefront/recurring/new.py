"""A new recurring order: of a purchase list, of the present cart, or of a past order, at its quote's prices if any."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.queries import addresses_of
from accounts.requests import Request
from core import formatting
from core.errors import Refused
from customers.queries import CustomerInfo
from frontend.cost_centres import centres_of
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request
from frontend.storefront.recurring.forms import CART, RecurringForm, Source, source_of
from orders.again import PastOrder, past_order
from orders.carts import line_count
from orders.policies import require_order
from orders.purchase_lists.queries import lists_page
from orders.purchase_lists.services import MOST_LISTS
from orders.recurring import services
from orders.recurring.beginning import Begun, begin_with_cart, begin_with_order
from orders.recurring.queries import RecurringInfo
from orders.recurring.quoting import QuoteInfo, quote_of_order

Choices = list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def new(request: Request) -> HttpResponse:
    """Order something regularly; ``?list=``, ``?order=`` or ``?cart`` chooses what."""
    customer = customer_of_request(request)
    require_order(request.actor, customer)
    source = _asked(request)
    past = _past(request, customer, source)
    initial = {"list": str(source or ""), "starts_on": timezone.localdate() + timedelta(days=1)}
    quote = _quote(request, customer, past)
    form = form_for(request, initial | _of_order(past), extra=_extra(request, customer, past), quote=quote)
    if request.method == "POST" and form.is_valid():
        try:
            begun = _begin(request, customer, form)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            _tell(request, begun)
            return see_other(reverse("storefront_recurring_order", kwargs={"recurring_id": begun.recurring_id}))
    context = {"form": form, "has_something": bool(form.what), "past": past}
    return render_page(request, "storefront/recurring/new.html", context, status=422 if form.errors else 200)


def form_for(
    request: Request,
    initial: dict[str, Any],
    *,
    chosen: RecurringInfo | None = None,
    extra: Choices | None = None,
    quote: QuoteInfo | None = None,
) -> RecurringForm:
    """The form of a new recurring order, or of one that is there (``chosen``)."""
    lists = [*(extra or ()), *_lists(request)]
    if chosen is not None and str(chosen.list_id) not in dict(lists):
        lists = [(str(chosen.list_id), chosen.list_name), *lists]
    addresses = [(str(row.id), f"{row.label} – {row.text}") for row in addresses_of(request.actor.require_company())]
    data = request.POST if request.method == "POST" else None
    has_quote = chosen is not None and bool(chosen.quote_note)
    return RecurringForm(
        data,
        initial=initial,
        lists=lists,
        addresses=addresses,
        cost_centres=centres_of(request),
        quote=quote,
        is_at_quote=has_quote,
    )


def show_refusal(form: RecurringForm, refusal: Refused) -> None:
    """At its field. Raises what is no matter of the form."""
    if refusal.status != 422:
        raise refusal
    add_refusal(form, refusal)


def _begin(request: Request, customer: CustomerInfo, form: RecurringForm) -> Begun:
    source = form.source
    given: Any = {
        "actor": request.actor,
        "customer": customer,
        "wanted": form.wanted(),
        "today": timezone.localdate(),
    }
    if source == CART:
        return begin_with_cart(**given)
    if source.kind == "order" and source.id is not None:
        return begin_with_order(**given, order_id=source.id, at_quote=bool(form.cleaned_data.get("at_quote")))
    return Begun(services.create(**given), 0)


def _tell(request: Request, begun: Begun) -> None:
    messages.success(request, _("The list is ordered regularly from now on."))
    if begun.left_out:
        text = ngettext(
            "%(count)s line can no longer be ordered and was left out.",
            "%(count)s lines can no longer be ordered and were left out.",
            begun.left_out,
        )
        messages.warning(request, text % {"count": formatting.number(begun.left_out)})


def _asked(request: Request) -> Source | None:
    """What the address asks for, or the form says."""
    if "cart" in request.GET:
        return CART
    order_id = request.GET.get("order", "")
    try:
        return source_of(f"order:{order_id}") if order_id else source_of(request.GET.get("list", ""))
    except ValueError:
        return None


def _past(request: Request, customer: CustomerInfo, source: Source | None) -> PastOrder | None:
    if source is None or source.kind != "order" or source.id is None:
        return None
    found = past_order(request.actor, customer, source.id)
    if not any(line.bought for line in found.lines):
        raise Http404
    return found


def _quote(request: Request, customer: CustomerInfo, past: PastOrder | None) -> QuoteInfo | None:
    if past is None:
        return None
    return quote_of_order(request.actor, customer, past.id, today=timezone.localdate())


def _of_order(past: PastOrder | None) -> dict[str, Any]:
    """What the form takes over from a past order: where it went."""
    addresses = {line.said.address_id for line in past.lines} if past is not None else set()
    one: UUID | None = addresses.pop() if len(addresses) == 1 else None
    return {"address": str(one)} if one is not None else {}


def _extra(request: Request, customer: CustomerInfo, past: PastOrder | None) -> Choices:
    """What can be ordered regularly beside lists; a list is made of it then."""
    found: Choices = []
    if past is not None:
        found.append((str(Source("order", past.id)), _("Order %(number)s") % {"number": past.number}))
    count = line_count(request.actor, customer)
    if count:
        text = ngettext("The cart as it is now, %(count)s line", "The cart as it is now, %(count)s lines", count)
        found.append((str(CART), text % {"count": formatting.number(count)}))
    return found


def _lists(request: Request) -> Choices:
    found, _total = lists_page(request.actor, customer_of_request(request), limit=2 * MOST_LISTS)
    return [(str(info.id), info.name) for info in found if info.line_count]
