"""By which channel news come, and turning a group off from a letter without signing in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from frontend.guards import signed_in_required
from frontend.notifications.forms import PreferencesForm
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.security.sessions import owner_of
from notifications.centre import preferences as chosen
from notifications.centre import unsubscribing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def preferences(request: Request) -> HttpResponse:
    """Which e-mails one gets, and how."""
    user_id = owner_of(request).id
    form = PreferencesForm(request.POST if request.method == "POST" else None, chosen=chosen.preferences_of(user_id))
    if request.method == "POST" and form.is_valid():
        chosen.choose(user_id=user_id, channels=form.channels())
        messages.success(request, _("Your choice of e-mails was saved."))
        return see_other(reverse("notifications_preferences"))
    return _page(request, "notifications/preferences.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@csrf_exempt  # a mail program posts here (RFC 8058); the signed token says for whom
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: Request, token: str) -> HttpResponse:
    """Say what the link turns off; a POST does it."""
    if request.method == "POST":
        link = unsubscribing.turn_off(token=token)
        return _page(request, "notifications/unsubscribe.html", {"link": link, "is_done": True})
    link = unsubscribing.opened(token)
    return _page(request, "notifications/unsubscribe.html", {"link": link, "is_done": False})


def _page(request: Request, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    area = "storefront" if request.tenant else "marketplace"
    return render_page(request, template, context, area=area, status=status)
