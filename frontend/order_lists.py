"""Lists of orders and of invoices: the same for the company and for the supplier, each sees its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.requests import Request
from core.live import topic
from frontend.paging import build_pager, page_number, query_url
from orders.enums import OrderState
from orders.lists import order_counts, orders_page
from payments.credit_balances import balances
from payments.queries import invoice_counts, invoices_for

_PER_PAGE = 50


def order_list(request: Request) -> dict[str, Any]:
    """A page of the actor's orders as the address asks: by state, searched, newest first; live."""
    state = request.GET.get("state", "")
    state = state if state in OrderState.values else ""
    search = request.GET.get("q", "").strip()[:60]
    counts = order_counts(request.actor)
    rows, total = orders_page(request.actor, state=state, search=search, limit=_PER_PAGE, offset=_offset(request))
    return {
        "rows": rows,
        "search": search,
        "state": state,
        "tabs": [
            (label, query_url(request, state=value or None, page=None), value == state, counts.get(value, 0))
            for value, label in counts.choices
        ],
        "pager": build_pager(request, total=total, per_page=_PER_PAGE),
        "live_href": request.get_full_path(),
        "topic": topic("orders"),
    }


def invoice_list(request: Request) -> dict[str, Any]:
    """A page of the actor's invoices: all, or only those that are open, overdue or paid."""
    labels = {"": _("All"), "open": _("To pay"), "overdue": _("Overdue"), "paid": _("Paid")}
    only = request.GET.get("only", "")
    only = only if only in labels else ""
    counts = invoice_counts(request.actor)
    return {
        "rows": invoices_for(request.actor, only=only, limit=_PER_PAGE, offset=_offset(request)),
        "tabs": [
            (label, query_url(request, only=key or None, page=None), key == only, counts[key])
            for key, label in labels.items()
        ],
        "pager": build_pager(request, total=counts[only], per_page=_PER_PAGE),
        "owed": balances(request.actor),
    }


def _offset(request: Request) -> int:
    return (page_number(request) - 1) * _PER_PAGE
