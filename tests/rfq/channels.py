"""Everything that a supplier can read of a request, by every channel, with its own keys and tokens made comparable."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import sql
from pypdf import PdfReader

from core.tenancy import use_tenant
from notifications.models import Notification
from tests.world import TenantWorld

_PAGES = (
    "/portal/",
    "/portal/rfqs/",
    "/portal/rfqs/?whose=mine",
    "/portal/rfqs/?state=unanswered",
    "/portal/rfqs/?state=answered",
    "/portal/rfqs/?state=over",
    "/notifications/",
    "/portal/notifications/",
    "/portal/customers/",
    "/portal/messages/",
)
_OF_REQUEST = ("", "questions/", "trail/", "versions/", "presence/")
_OF_API = ("", "talk/")
_LONG = re.compile(r"\b[0-9a-f]{64}\b")
_KEY = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_CSRF = re.compile(r"\b[A-Za-z0-9]{64}\b")
_CURSOR = re.compile(r'"next_cursor":"[^"]+"')
#: A version's hash is made of its keys; pages show the beginning of it, a PDF breaks it over two lines. Pages of errors
#: name their request.
_BROKEN = re.compile(r"\b[0-9a-f]{40,63}\s[0-9a-f]{1,24}\b")
_SHORT = re.compile(r"\b[0-9a-f]{12}\b")
_OF_ONE_ANSWER = ("Content-Length", "X-Request-ID")


class Names:
    """Keys as the order in which they were met: two worlds have other ones, and the same order."""

    def __init__(self) -> None:
        self._met: dict[str, str] = {}

    def plain(self, text: str) -> str:
        """The text with keys, hashes and form tokens replaced."""
        text = _BROKEN.sub("(hash)", _LONG.sub(self._name, text))
        text = _SHORT.sub("(short)", _KEY.sub(self._name, text))
        return _CSRF.sub("(token)", _CURSOR.sub('"next_cursor":"…"', text))

    def _name(self, found: re.Match[str]) -> str:
        key = found[0].replace("-", "")
        return self._met.setdefault(key, f"({len(self._met) + 1})")


@dataclass
class Supplier:
    """A supplier's people and systems: a signed-in browser, a key of the API, and one request that it was asked."""

    world: TenantWorld
    browser: Any
    api: Client
    invitation_id: UUID

    def everything(self, at: str) -> dict[str, Any]:
        """What each channel says now, by the name of the channel; ``at`` is put in front."""
        names = Names()
        found: dict[str, Any] = {}
        portal, api = f"/portal/rfqs/{self.invitation_id}/", f"/api/v1/supplier/rfqs/{self.invitation_id}/"
        for path in (*_PAGES, *(f"{portal}{part}" for part in _OF_REQUEST), f"{portal}trail.pdf"):
            found[f"page {names.plain(path)}"] = _answer(names, self.browser, path)
        for path in ("/api/v1/supplier/rfqs/", *(f"{api}{part}" for part in _OF_API)):
            found[f"api {names.plain(path)}"] = _answer(names, self.api, path)
        found["letters"] = [names.plain(_letter(one)) for one in mail.outbox if one.to == [self.world.owner.email]]
        found["notices"] = self._notices(names)
        for owner in (False, True):
            for table, rows in self._tables(as_owner=owner).items():
                found[f"{'owner' if owner else 'role'} {table}"] = [names.plain(row) for row in rows]
        return {f"{at}: {name}": what for name, what in found.items()}

    def _notices(self, names: Names) -> list[str]:
        with use_tenant(self.world.scope, party="tenant"):
            rows = Notification.objects.filter(user_id=self.world.owner.id).order_by("pk")
            return [names.plain(f"{row.kind} {row.words} {row.path} {row.subject_id}") for row in rows]

    def _tables(self, *, as_owner: bool) -> dict[str, list[str]]:
        """Every row of the exchange that a statement without any filter finds."""
        scope = self.world.scope.as_party("tenant")
        with use_tenant(replace(scope, role=None) if as_owner else scope), connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                "AND (tablename LIKE 'rfq\\_%' OR tablename LIKE 'marketplace\\_%' "
                "OR tablename = 'notifications_notification') ORDER BY tablename"
            )
            found = {}
            for (table,) in cursor.fetchall():
                rows = sql.SQL("SELECT to_jsonb(t)::text AS row FROM public.{} t ORDER BY row")
                cursor.execute(rows.format(sql.Identifier(table)))
                found[table] = [_plain_row(table, row) for (row,) in cursor.fetchall()]
        return found


def _answer(names: Names, client: Any, path: str) -> dict[str, Any]:
    """Status, headers, length, text, and how many statements it took: what takes longer says something, too."""
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(path)
    is_pdf = answer.headers.get("Content-Type") == "application/pdf"
    text = _pdf_text(answer.content) if is_pdf else answer.content.decode()
    headers = {name: names.plain(value) for name, value in answer.headers.items() if name not in _OF_ONE_ANSWER}
    return {
        "status": answer.status_code,
        "headers": headers,
        "length": len(text if is_pdf else answer.content),
        "text": names.plain(text),
        "statements": len(statements),
    }


def _pdf_text(content: bytes) -> str:
    return "\f".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def _letter(letter: Any) -> str:
    alternatives = [content for content, _kind in getattr(letter, "alternatives", ())]
    headers = {name: value for name, value in letter.extra_headers.items() if "unsubscribe" not in name.lower()}
    return "\n".join(
        [letter.subject, letter.body, *map(str, alternatives), str(headers), str(letter.cc), str(letter.bcc)]
    )


def _plain_row(table: str, row: str) -> str:
    """Without what the clock of the database said.

    A request that is over for want of offers says so in its own row; :mod:`rfq.standing` is what suppliers are told.
    """
    if table == "rfq_rfq":
        row = re.sub(r'"state": "(evaluating|expired)"', '"state": "(over)"', row)
    return re.sub(r'"\d{4}-\d\d-\d\dT[^"]+"', '"(moment)"', row)
