"""Ordering on behalf: the end of it, and what the company reads about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from customers import acting
from customers.middleware import ACTING_SESSION_KEY
from frontend.acting import acting_rows
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request


@require_safe
@buyer_required
def on_behalf(request: Request) -> HttpResponse:
    """Who of the supplier ordered for the company, and what was done."""
    rows = acting_rows(customer_of_request(request).id)
    return render_page(request, "storefront/on_behalf.html", {"rows": rows})


@require_POST
@buyer_required
def finish(request: Request) -> HttpResponse:
    """Stop ordering for the customer: back to its page in the portal. Raises NotAllowed for its own people."""
    customer_id = acting.end(actor=request.actor)
    del request.session[ACTING_SESSION_KEY]
    messages.success(request, _("You no longer order for %(company)s.") % {"company": request.actor.company_name})
    return see_other(reverse("portal_customer", args=[customer_id]))
