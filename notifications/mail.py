"""E-mails: text from a template in the recipient's language, and HTML made from it; once per event and person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core import formatting
from core.events import Event, dump
from core.scope import PLATFORM, current_scope
from core.tenancy import use_tenant
from notifications.centre import unsubscribing
from notifications.centre.writing import Subject, tell
from notifications.enums import Channel
from notifications.kinds import KINDS
from notifications.letter import FOLDER, Sender, html_of
from notifications.models import SentMail
from tenants import directory


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to write to, and in which language ("" is the platform's own); ``user_id`` where it is somebody known."""

    email: str
    name: str
    language: str = ""
    user_id: UUID | None = None


Personal = Callable[[Recipient], Mapping[str, Any]]


def send(
    template: str,
    *,
    event: Event,
    to: Iterable[Recipient],
    values: Mapping[str, Any],
    about: Subject | None = None,
    kind: str = "",
    personal: Personal | None = None,
    stop: str = "",
) -> int:
    """Write to each recipient that has not heard of this event yet; answers how many were written to.

    Values that are callables are called in the recipient's language; ``link`` is the page that the letter's button
    opens, ``personal`` are values of one recipient. A letter about something at a supplier looks as that supplier's
    storefront does. News ``about`` something also go to the recipients' notification centres, as ``kind`` (the
    template's name), and those who do not want that kind at once get no letter. ``stop`` is the group that the letter's
    foot turns off, that of its kind where none is given. Talks to the mail server: never inside
    a transaction. An error leaves the rest to the next attempt.
    """
    people = {person.email: person for person in to if person.email}.values()
    kind, sender, written = kind or template, sender_of(current_scope().tenant_id), 0
    channels: dict[UUID, Channel] = {}
    if about is not None:
        key, user_ids = _key(template, event), {person.user_id for person in people if person.user_id}
        tenant_id = current_scope().tenant_id or getattr(event, "tenant_id", None)
        stop = KINDS[kind].group if may_stop(kind) else ""
        channels = tell(kind, key=key, user_ids=user_ids, subject=about, values=values, tenant_id=tenant_id)
    for person in people:
        if person.user_id in channels and channels[person.user_id] not in (Channel.NOW, Channel.WEEKLY):
            continue
        stop_href = stop_link(person.user_id, stop) if stop and person.user_id else ""
        own = {**values, **(personal(person) if personal else {})}
        with use_tenant(PLATFORM):
            row, _is_new = SentMail.objects.get_or_create(
                key=_key(template, event, person), defaults={"template": template, "recipient": person.email}
            )
            if row.sent_at is not None:
                continue
            _message(template, person, own, row.key, sender, stop=stop_href).send()
            SentMail.objects.filter(pk=row.pk).update(sent_at=timezone.now())
        written += 1
    return written


def origin(domain: str) -> str:
    """Address of a host of ours as people reach it."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{domain}{port}"


def may_stop(kind: str) -> bool:
    """Whether a letter says how to turn its kind off: not what everybody must get, nor what waits for an answer."""
    return not KINDS[kind].required and not KINDS[kind].urgent


def stop_link(user_id: UUID, group: str) -> str:
    """The page that turns a person's letters of a group off, on the host that the letter comes from."""
    tenant_id = current_scope().tenant_id
    tenant = directory.find_by_id(tenant_id) if tenant_id else None
    host = origin(tenant.primary_domain if tenant else settings.PLATFORM_DOMAIN)
    return f"{host}/unsubscribe/{unsubscribing.token_of(user_id=user_id, group=group)}/"


def sender_of(tenant_id: UUID | None) -> Sender:
    """In whose name letters are sent: a tenant's, with its colour and logo, or the platform's."""
    tenant = directory.find_by_id(tenant_id) if tenant_id else None
    if tenant is None:
        return Sender()
    logo = f"{origin(tenant.primary_domain)}{tenant.logo_url}" if tenant.logo_url else ""
    return Sender(tenant.name, tenant.primary.lower(), logo)


def _message(
    template: str, recipient: Recipient, values: Mapping[str, Any], key: str, sender: Sender, *, stop: str = ""
) -> EmailMultiAlternatives:
    language = recipient.language or "fr"
    with translation.override(language):
        ready = {name: value() if callable(value) else value for name, value in values.items()}
        text = _environment().get_template(f"{template}.txt").render(name=recipient.name, **ready)
        first, _blank, rest = text.strip().partition("\n")
        subject, body = " ".join(first.split())[:200], rest.strip() + "\n"
        html = html_of(
            subject=subject,
            body=body,
            link=str(ready.get("link", "")),
            quick_link=str(ready.get("quick_link", "")),
            sender=sender,
            language=language,
            stop=stop,
        )
        if stop:
            body += f"\n-- \n{_('No more e-mails of this kind:')}\n{stop}\n"
    headers = {"Message-ID": f"<{key}@{settings.PLATFORM_DOMAIN}>", "Auto-Submitted": "auto-generated"}
    if stop:  # RFC 2369 and 8058: the mail program's own button
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(
        subject,
        body,
        to=[recipient.email],
        headers=headers,
    )
    message.attach_alternative(html, "text/html")
    return message


def _environment() -> Environment:
    """Plain text: nothing is escaped; names that are missing are errors."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
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


def _key(template: str, event: Event, recipient: Recipient | None = None) -> str:
    said = "\n".join((event.NAME, dump(event.payload()), template, *([recipient.email] if recipient else [])))
    return hashlib.sha256(said.encode()).hexdigest()
