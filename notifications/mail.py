"""E-mails: plain text from a template in the recipient's language, once per event and person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core import formatting
from core.events import Event, dump
from core.scope import PLATFORM
from core.tenancy import use_tenant
from notifications.models import SentMail

_FOLDER = Path(__file__).resolve().parent / "templates" / "mail"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to write to, and in which language ("" is the platform's own)."""

    email: str
    name: str
    language: str = ""


def send(template: str, *, event: Event, to: Iterable[Recipient], values: Mapping[str, Any]) -> int:
    """Write to each recipient that has not heard of this event yet; answers how many were written to.

    Values that are callables are called in the recipient's language. Talks to the mail server: never inside a
    transaction. An error leaves the rest to the next attempt.
    """
    written = 0
    for recipient in {person.email: person for person in to if person.email}.values():
        with use_tenant(PLATFORM):
            row, _is_new = SentMail.objects.get_or_create(
                key=_key(template, event, recipient), defaults={"template": template, "recipient": recipient.email}
            )
            if row.sent_at is not None:
                continue
            _message(template, recipient, values, row.key).send()
            SentMail.objects.filter(pk=row.pk).update(sent_at=timezone.now())
        written += 1
    return written


def origin(domain: str) -> str:
    """Address of a host of ours as people reach it."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{domain}{port}"


def _message(template: str, recipient: Recipient, values: Mapping[str, Any], key: str) -> EmailMessage:
    with translation.override(recipient.language or "fr"):
        ready = {name: value() if callable(value) else value for name, value in values.items()}
        text = _environment().get_template(f"{template}.txt").render(name=recipient.name, **ready)
    subject, _blank, body = text.strip().partition("\n")
    return EmailMessage(
        " ".join(subject.split())[:200],
        body.strip() + "\n",
        to=[recipient.email],
        headers={"Message-ID": f"<{key}@{settings.PLATFORM_DOMAIN}>", "Auto-Submitted": "auto-generated"},
    )


def _environment() -> Environment:
    """Plain text: nothing is escaped; names that are missing are errors."""
    env = Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  (text/plain)
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    env.filters.update(money=formatting.money, day=formatting.day)
    return env


def _key(template: str, event: Event, recipient: Recipient) -> str:
    said = "\n".join((event.NAME, dump(event.payload()), template, recipient.email))
    return hashlib.sha256(said.encode()).hexdigest()
