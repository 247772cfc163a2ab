"""Entries of the centre are written with the letters, for the same people, once per event and person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings

from core.live import push, user_group
from core.scope import OPERATOR
from core.tenancy import use_tenant
from notifications.centre.preferences import channels_of
from notifications.enums import Channel, Place, Reader, SubjectKind
from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.values import kept_values
from tenants import directory

#: What the pages of a person listen to.
NOTICES = "notices"
#: Pages that are the same on every host.
_EVERYWHERE = ("/security/", "/company/")


@dataclass(frozen=True, slots=True)
class Subject:
    """What news are about. Without a ``company_id`` they are the person's own, or the supplier's staff's.

    ``path`` leads there from every host, where the letter's link does not say it.
    """

    kind: SubjectKind
    id: UUID
    label: str = ""
    company_id: UUID | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    """Where an entry leads, and as what its reader goes there."""

    place: Place
    path: str
    reader: Reader
    tenant_id: UUID | None


def tell(
    kind: str,
    *,
    key: str,
    user_ids: Collection[UUID],
    subject: Subject,
    values: Mapping[str, Any],
    tenant_id: UUID | None,
) -> dict[UUID, Channel]:
    """Write an entry for each person, and answer by which channel each wants the letter; two statements.

    ``tenant_id`` is the supplier that the news come from, where there is one.
    """
    page = _page(subject.path or str(values.get("link", "")), tenant_id)
    with use_tenant(OPERATOR):
        channels = channels_of(user_ids, KINDS[kind])
        words = kept_values(KINDS[kind].title, values)
        rows = [
            Notification(
                user_id=user_id,
                reader=page.reader,
                company_id=subject.company_id if page.reader == Reader.BUYER else None,
                tenant_id=page.tenant_id,
                key=key,
                kind=kind,
                subject_kind=subject.kind,
                subject_id=subject.id,
                subject_label=subject.label,
                words=words,
                place=page.place,
                path=page.path,
                for_digest=channels[user_id] == Channel.DIGEST,
            )
            for user_id in sorted(user_ids)
        ]
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
    tell_people(user_ids)
    return channels


def tell_people(user_ids: Collection[UUID]) -> None:
    """The open pages of these people count anew."""
    for user_id in user_ids:
        push(user_group(user_id, NOTICES), NOTICES)


def _page(link: str, tenant_id: UUID | None) -> _Page:
    """Take a letter's link apart: an entry is opened on whichever host its reader is."""
    parts = urlsplit(link)
    path = urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment))
    if (link and not parts.netloc) or path.startswith(_EVERYWHERE):
        return _Page(Place.ANY, path, Reader.BUYER, None)
    if not link or parts.hostname == settings.PLATFORM_DOMAIN:
        return _Page(Place.PLATFORM, path, Reader.BUYER, tenant_id)
    tenant = directory.find_by_id(tenant_id) if tenant_id else None
    if tenant is not None and parts.hostname == tenant.primary_domain:
        reader = Reader.STAFF if path.startswith("/portal/") else Reader.BUYER
        return _Page(Place.TENANT, path, reader, tenant_id)
    raise LookupError(f"no entry can lead to {parts.hostname}")
