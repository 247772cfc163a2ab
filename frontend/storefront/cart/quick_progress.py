"""How far the worker is with the lines of a large quick order: shown on its page, asked again by it every second."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from core import formatting
from customers.queries import CustomerInfo
from frontend.guards import buyer_required
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request
from orders import lookups
from orders.lookups import Progress


@dataclass(frozen=True, slots=True)
class ProgressView:
    """A bar from 0 to ``total``; without ``href`` there is nothing more to ask for."""

    done: int
    total: int
    text: str
    href: str
    is_silent: bool


def progress_view(request: Request, customer: CustomerInfo) -> ProgressView | None:
    """The bar; None when nothing waits. One statement."""
    progress = lookups.progress_of(request.actor, customer)
    return _view(progress) if progress.waiting else None


@require_safe
@buyer_required
def progress(request: Request) -> HttpResponse:
    """The bar alone; when all is looked up it says so, and what was typed meanwhile stays."""
    found = lookups.progress_of(request.actor, customer_of_request(request))
    values = {"progress": _view(found), "lines_href": reverse("storefront_quick_order")}
    return render_page(request, "storefront/cart/quick_progress.html", values, fragment="bar")


def _view(progress: Progress) -> ProgressView:
    values = {"done": formatting.number(progress.done), "total": formatting.number(progress.total)}
    return ProgressView(
        done=progress.done,
        total=progress.total,
        text=_("%(done)s of %(total)s lines") % values,
        href=reverse("storefront_quick_progress") if progress.waiting and not progress.is_silent else "",
        is_silent=progress.is_silent,
    )
