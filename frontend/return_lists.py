"""Lists of returns: the same for the company and for the supplier, each sees its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.requests import Request
from frontend.paging import build_pager, page_number, query_url
from orders.enums import ReturnState
from orders.returns.queries import return_counts, returns_page

_PER_PAGE = 50


def return_list(request: Request) -> dict[str, Any]:
    """A page of the actor's returns as the address asks: all, those to be treated, or by state."""
    counts = return_counts(request.actor)
    labels = {"": _("All"), "open": _("Open")}
    labels |= {state.value: str(state.label) for state in ReturnState if counts.get(state.value)}
    state = request.GET.get("state", "")
    state = state if state in labels else ""
    is_open = state == "open"
    pages = -(-counts.get(state, 0) // _PER_PAGE)
    rows, total = returns_page(
        request.actor,
        state="" if is_open else state,
        only_open=is_open,
        limit=_PER_PAGE,
        offset=(page_number(request, pages) - 1) * _PER_PAGE,
    )
    return {
        "rows": rows,
        "tabs": [
            (label, query_url(request, state=key or None, page=None), key == state, counts.get(key, 0))
            for key, label in labels.items()
        ],
        "pager": build_pager(request, total=total, per_page=_PER_PAGE),
    }
