"""Errors as RFC 9457 problems: always ``type, title, status, detail, code``, and ``errors`` where values are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.db import is_conflict
from core.errors import Refused
from core.formatting import plain
from integrations.errors import PartsRefused
from orders.errors import LineProblem, LinesRefused

CONTENT_TYPE = "application/problem+json"


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:  # noqa: ARG001  # DRF's signature
    """DRF's exception handler; an error that is nobody's fault but ours stays an exception."""
    if isinstance(error, Refused):
        return _refusal(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif is_conflict(error):
        busy = _("Another request is changing the same thing. Send the same request again.")
        return problem(409, "busy", busy, headers={"Retry-After": "1"})
    if isinstance(error, exceptions.ValidationError):
        detail = _("Some values are not right. Nothing was changed.")
        return problem(422, "invalid", detail, errors=list(_flattened(error.get_full_details(), "")))
    if isinstance(error, exceptions.APIException):
        return _framework_error(error)
    return None


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem body; ``code`` is stable, ``detail`` in the caller's language."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = list(errors)
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def _refusal(refused: Refused) -> Response:
    """A rule's refusal: with one entry per line where it names lines, else with the field that it names."""
    if isinstance(refused, LinesRefused):
        errors = [_line_entry(line) for line in refused.problems]
        return problem(refused.status, refused.code, str(refused.message), errors=errors)
    if isinstance(refused, PartsRefused):
        entries = [
            {"pointer": f"/versions/{index}", "code": why.code, "detail": str(why)}
            for index, why in refused.refusals.items()
        ]
        return problem(refused.status, refused.code, str(refused), errors=entries)
    pointer = "/" + refused.field.replace(".", "/") if refused.field else ""
    errors = [{"pointer": pointer, "code": refused.code, "detail": str(refused)}] if pointer else []
    return problem(refused.status, refused.code, str(refused), errors=errors)


def _line_entry(line: LineProblem) -> dict[str, Any]:
    """``nearest``: quantities in the line's unit that would do, where the unit's minimum or multiple was missed."""
    entry: dict[str, Any] = {"pointer": f"/lines/{line.index}", "code": line.code, "detail": line.message}
    if line.nearest:
        entry["nearest"] = [plain(quantity) for quantity in line.nearest]
    return entry


def _framework_error(error: exceptions.APIException) -> Response:
    code = error.get_codes()
    headers: dict[str, str] = {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    named = {"parse_error": "malformed", "permission_denied": "not_allowed", "authentication_failed": "invalid_key"}
    text = code if isinstance(code, str) else error.default_code
    return problem(error.status_code, named.get(text, text), str(error.detail), headers=headers)


def _flattened(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    """One entry per wrong value, with its JSON pointer (RFC 6901)."""
    if isinstance(details, dict) and set(details) == {"message", "code"} and not isinstance(details["code"], dict):
        yield {"pointer": pointer or "/", "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            step = "" if name == "non_field_errors" else f"/{name}"
            yield from _flattened(inner, pointer + step)
    elif isinstance(details, list):
        for index, inner in enumerate(details):
            is_nested = isinstance(inner, dict) and set(inner) != {"message", "code"}
            yield from _flattened(inner, f"{pointer}/{index}" if is_nested else pointer)
