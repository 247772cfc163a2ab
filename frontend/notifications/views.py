"""What somebody was told, by document; read when it is opened, or when its reader says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from frontend.guards import signed_in_required, staff_required
from frontend.notifications.shell import bell_of, prefix_of
from frontend.paging import build_pager, page_number
from frontend.redirects import back_path, see_other
from frontend.render import render_page
from notifications.centre import services
from notifications.centre.policies import has_centre
from notifications.centre.queries import address_of, topics_page
from notifications.centre.writing import NOTICES, tell_people

PER_PAGE = 20


@never_cache
@require_safe
@signed_in_required
def centre(request: Request) -> HttpResponse:
    """The buyer's centre."""
    return _centre(request, "storefront" if request.tenant else "marketplace")


@never_cache
@require_safe
@signed_in_required
def bell(request: Request) -> HttpResponse:
    """The bell alone, for a page that heard of news."""
    return _bell(request)


@require_POST
@signed_in_required
def read(request: Request) -> HttpResponse:
    """Mark what is about one document read, or everything."""
    return _read(request)


@require_POST
@signed_in_required
def open_one(request: Request, notification_id: UUID) -> HttpResponse:
    """Mark one entry read and go where it leads."""
    return _open(request, notification_id)


@never_cache
@require_safe
@staff_required
def portal_centre(request: Request) -> HttpResponse:
    """The centre of a supplier's staff."""
    return _centre(request, "portal")


@never_cache
@require_safe
@staff_required
def portal_bell(request: Request) -> HttpResponse:
    """The bell of the back office."""
    return _bell(request)


@require_POST
@staff_required
def portal_read(request: Request) -> HttpResponse:
    """Mark what is about one document read, or everything."""
    return _read(request)


@require_POST
@staff_required
def portal_open(request: Request, notification_id: UUID) -> HttpResponse:
    """Mark one entry read and go where it leads."""
    return _open(request, notification_id)


def _centre(request: Request, area: str) -> HttpResponse:
    _require_centre(request)
    only_unread, prefix = request.GET.get("show") == "unread", prefix_of(request)
    offset = (page_number(request) - 1) * PER_PAGE
    topics, total = topics_page(request.actor, only_unread=only_unread, limit=PER_PAGE, offset=offset)
    here = reverse(f"{prefix}notifications")
    values: dict[str, Any] = {
        "topics": topics,
        "total": total,
        "only_unread": only_unread,
        "tabs": [(_("All"), here, not only_unread, 0), (_("Unread"), f"{here}?show=unread", only_unread, 0)],
        "open_name": f"{prefix}notifications_open",
        "read_href": reverse(f"{prefix}notifications_read"),
        "here": request.get_full_path(),
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "topic": NOTICES if area == "portal" or request.actor.company_id else "",
    }
    template = f"notifications/{'desk' if area == 'portal' else 'shop'}.html"
    return render_page(request, template, values, area=area, fragment="results")


def _bell(request: Request) -> HttpResponse:
    _require_centre(request)
    return render_page(request, "notifications/bell.html", {"bell": bell_of(request)})


def _read(request: Request) -> HttpResponse:
    _require_centre(request)
    subject = request.POST.get("subject", "")
    count = services.mark_read(actor=request.actor, subject_id=_key(subject) if subject else None)
    tell_people([request.actor.require_user()])
    text = ngettext("%(count)s notification was marked as read.", "%(count)s notifications were marked as read.", count)
    messages.success(request, text % {"count": count})
    return see_other(back_path(request, reverse(f"{prefix_of(request)}notifications")))


def _open(request: Request, notification_id: UUID) -> HttpResponse:
    _require_centre(request)
    row = services.open_entry(notification_id=notification_id, actor=request.actor)
    tell_people([request.actor.require_user()])
    return see_other(address_of(row, request.tenant.id if request.tenant else None))


def _require_centre(request: Request) -> None:
    """Who orders for somebody else has no centre here."""
    if not has_centre(request.actor):
        raise Http404


def _key(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise Http404 from error
