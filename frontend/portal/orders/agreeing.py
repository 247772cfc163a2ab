"""Until when recurring orders go on at the prices of the quote that an order came of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from core.errors import InvalidInput
from frontend.guards import staff_required
from frontend.redirects import see_other
from orders.recurring.quoting import agree_until


@require_POST
@staff_required
def quote_prices(request: Request, order_id: UUID) -> HttpResponse:
    """Agree to a later day."""
    try:
        agree_until(order_id=order_id, day=_day(request.POST.get("until", "")), actor=request.actor)
    except InvalidInput as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved: recurring orders at the prices of this quote may go on until then."))
    return see_other(reverse("portal_order", args=[order_id]))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
