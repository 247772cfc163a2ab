"""The bell on every page of who is signed in; one statement."""

from __future__ import annotations

from django.urls import reverse

from accounts.requests import Request
from core import formatting
from frontend.context import EVERYWHERE, Bell, ShellPart, shell_provider
from notifications.centre.policies import has_centre
from notifications.centre.queries import MOST, unread_count
from notifications.centre.writing import NOTICES


@shell_provider(EVERYWHERE)
def with_bell(request: Request) -> ShellPart:
    """The bell, where there is a centre."""
    actor = getattr(request, "actor", None)
    return ShellPart(bell=bell_of(request)) if actor is not None and has_centre(actor) else ShellPart()


def bell_of(request: Request) -> Bell:
    """How much is not read; live for those whose sockets are let in."""
    actor, prefix = request.actor, prefix_of(request)
    count = unread_count(actor)
    text = f"{formatting.number(MOST)}+" if count > MOST else formatting.number(count) if count else ""
    is_live = actor.kind == "staff" or actor.company_id is not None
    return Bell(
        href=reverse(f"{prefix}notifications"),
        count_text=text,
        topic=NOTICES if is_live else "",
        live_href=reverse(f"{prefix}notifications_bell"),
    )


def prefix_of(request: Request) -> str:
    """What the names of the centre's addresses begin with."""
    return "portal_" if request.actor.kind == "staff" else ""
