"""Error pages that stand alone: no shell, no session, no database.

What happened, what was kept, the next step, and a reference to quote. API callers and other
programs get the same as an RFC 9457 problem.
"""

from __future__ import annotations

import json
import logging
from secrets import token_hex
from urllib.parse import urlencode

from django.http import HttpResponse
from django.template import loader
from django.utils.cache import patch_cache_control
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.identity import is_known_in_several
from accounts.requests import Request
from core.actor import ANONYMOUS, Actor
from core.errors import Refused

logger = logging.getLogger(__name__)

PAGES = frozenset({400, 403, 404, 409, 422, 429, 500, 503})


def render_error(
    request: Request,
    status: int,
    *,
    message: str = "",
    code: str = "",
    retry_after: int | None = None,
) -> HttpResponse:
    """Return the error page (or problem) of `status`; `message` is safe to show."""
    reference = getattr(request, "request_id", "") or token_hex(6)
    if wants_json(request):
        response = _problem(status, message, code, str(reference))
    else:
        response = HttpResponse(_safe_page(request, status, message, str(reference)), status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    response["X-Request-ID"] = str(reference)
    patch_cache_control(response, private=True, no_store=True)
    return response


def bad_request(request: Request, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that cannot be understood."""
    return render_error(request, 400)


def permission_denied(request: Request, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that is understood and refused."""
    return render_error(request, 403)


def not_found(request: Request, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer for what does not exist, or not for this visitor."""
    return render_error(request, 404)


def server_error(request: Request) -> HttpResponse:
    """Answer when the code failed; must never fail itself."""
    return render_error(request, 500)


def refusal_page(request: Request, refusal: Refused) -> HttpResponse:
    """Answer a rule's refusal that no view caught, with its own status and message."""
    return render_error(request, refusal.status, message=str(refusal), code=refusal.code)


def busy_page(request: Request) -> HttpResponse:
    """Answer when others were changing the same thing for too long at the same moment; nothing was changed."""
    message = _(
        "Others are changing the same thing at this moment. Nothing of yours was changed: go back and send it again."
    )
    return render_error(request, 409, message=message, code="busy", retry_after=1)


def locked_out(
    request: Request,
    original_response: HttpResponse | None = None,  # noqa: ARG001
    credentials: dict[str, str] | None = None,  # noqa: ARG001
) -> HttpResponse:
    """Answer who has given wrong passwords or codes too often (django-axes)."""
    message = _("Too many attempts. Wait a quarter of an hour, then try again.")
    return render_error(request, 429, message=message, code="locked_out", retry_after=900)


def csrf_failure(request: Request, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose protection token is missing or stale; nothing was changed."""
    message = _(
        "This form was open for too long, or came from another site. Go back, reload the page and send it again."
    )
    return render_error(request, 403, message=message, code="csrf")


def wants_json(request: Request) -> bool:
    """Return whether a program, not a person, waits for the answer."""
    if request.path.startswith("/api/"):
        return True
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and "text/html" not in accepted


def _problem(status: int, message: str, code: str, reference: str) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": message or advice_of(status),
        "code": code or f"http-{status}",
        "instance": f"urn:request:{reference}",
    }
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/problem+json")


def _safe_page(request: Request, status: int, message: str, reference: str) -> str:
    """The page, or bare text when even that cannot be rendered: an error page may not fail."""
    try:
        return _page(request, status, message, reference)
    except Exception:
        logger.exception("error page failed")
        return escape(f"{status} · {reference}")


def _page(request: Request, status: int, message: str, reference: str) -> str:
    name = status if status in PAGES else (500 if status >= 500 else 400)
    values = {
        "language": (get_language() or "en").split("-")[0],
        "status": status,
        "title": title_of(status),
        "message": message or advice_of(status),
        "reference": reference,
        "path": request.path,
        "company": _one_of_several(request) if status == 404 else "",
        "choose_href": f"/company/choose/?{urlencode({'next': request.get_full_path()})}",
    }
    return loader.get_template(f"errors/{name}.html").render(values)


def _one_of_several(request: Request) -> str:
    """The company that somebody of several acts for, as far as the request knows by itself.

    Whether the address is another company's is not looked up: the page says the same in any case.
    """
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    if actor.kind != "buyer" or actor.acting_id is not None or request.method != "GET":
        return ""
    return actor.company_name if is_known_in_several(request.user) else ""


def title_of(status: int) -> str:
    """Return what happened, in a few words."""
    titles = {
        400: _("This request could not be read"),
        403: _("You may not do this"),
        404: _("This page does not exist"),
        409: _("Somebody was faster"),
        422: _("Some values are not right"),
        429: _("Too many requests"),
        503: _("Back in a moment"),
    }
    return titles.get(status, _("Something went wrong on our side"))


def advice_of(status: int) -> str:
    """Return what was kept and what to do next."""
    advice = {
        400: _("Nothing was changed. Go back and try again."),
        403: _("Nothing was changed. Sign in with another account, or ask your administrator for the right."),
        404: _("The address may be mistyped, or what it showed is not visible to you. Nothing was changed."),
        409: _("What you were changing has changed meanwhile, so yours was not saved. Go back, reload and look again."),
        422: _("Nothing was changed. Go back: the form still holds what you typed."),
        429: _("Wait a minute, then try again. Nothing was changed."),
        503: _("We are updating this site. Nothing is lost; please try again in a minute."),
    }
    return advice.get(
        status, _("We have been told. Go back and try again; if it happens again, send us the reference.")
    )
