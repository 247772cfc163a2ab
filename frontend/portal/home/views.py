"""What a supplier sees first: what is to be done, and how business goes."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import Request
from core.live import topic
from frontend.guards import staff_required
from frontend.paging import query_url
from frontend.portal.counts import counts_of
from frontend.portal.home.overview import overview
from frontend.portal.home.queue import KINDS, queue
from frontend.render import render_page
from payments.credit_use import most_used


@require_safe
@staff_required
def home(request: Request) -> HttpResponse:
    """The work queue by urgency, tiles, sales of two weeks, customers near their limit."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    tasks, waiting = queue(request.actor), counts_of(request).total
    context = {
        "overview": overview(request.actor, waiting=waiting),
        "more": max(waiting - len(tasks), 0),
        "tasks": [task for task in tasks if not kind or task.kind == kind],
        "kind_text": str(KINDS[kind]),
        "kinds": [(str(label), query_url(request, kind=value)) for value, label in KINDS.items()],
        "credit": most_used(),
        "href": request.get_full_path(),
        "topic": topic("todo"),
    }
    return render_page(request, "portal/home.html", context, area="portal", fragment="todo")
