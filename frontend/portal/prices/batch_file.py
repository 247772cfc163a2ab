"""A file of prices into a batch: all of its rows, or what is wrong with them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from core import formatting
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.portal.prices.batches import batch_lists, page
from frontend.portal.prices.forms import BatchFileForm
from frontend.redirects import see_other
from integrations.price_file import PriceFile, read_price_file
from pricing import batches
from pricing.listing import list_choices

_SHOWN = 100


@require_POST
@staff_required
def load(request: Request, batch_id: UUID) -> HttpResponse:
    """Put the prices of a file in; a day that its rows name is proposed for publishing."""
    form = BatchFileForm(request.POST, request.FILES, lists=batch_lists(), auto_id="file-%s")
    if not form.is_valid():
        return page(request, batch_id, file_form=form)
    list_id = UUID(form.cleaned_data["price_list"])
    try:
        found = read_price_file(file=form.cleaned_data["file"], currency=_currency(list_id))
        if found.wrong:
            form.add_error("file", _("Some rows cannot be taken: nothing was put in. The reasons stand below."))
            more = formatting.number(max(len(found.wrong) - _SHOWN, 0))
            return page(request, batch_id, file_form=form, wrong=found.wrong[:_SHOWN], wrong_more=more)
        batches.fill_batch(batch_id=batch_id, price_list_id=list_id, prices=found.prices, actor=request.actor)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        add_refusal(form, refusal)
        return page(request, batch_id, file_form=form)
    messages.success(request, _("%(count)s prices were put in.") % {"count": formatting.number(found.price_count)})
    return see_other(_address(batch_id, found))


def _currency(list_id: UUID) -> str:
    return next(currency for key, _name, currency in list_choices() if key == list_id)


def _address(batch_id: UUID, found: PriceFile) -> str:
    address = reverse("portal_price_batch", args=[batch_id])
    return f"{address}?from={found.starts_on.isoformat()}#publish" if found.starts_on else address
