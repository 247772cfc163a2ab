"""API keys: ``cpt_live_<prefix>_<secret>``. Only a digest is kept, the key is shown once.

Whose they are is said by the table that holds them: :class:`ApiKeyRow` with its owner.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import IntegrityError, models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formatting
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound, Refused
from core.fields import Keyed

MAXIMUM = 20
_FORM = re.compile(r"cpt_live_([0-9a-f]{12})_([0-9a-f]{48})", re.ASCII)
_SEEN_EVERY = timedelta(minutes=1)
_NOBODY = hashlib.sha256(b"").hexdigest()


class KeyExists(Refused):
    """The form that creates this key was sent before; the key itself cannot be shown again."""

    code = "key_exists"
    status = 409
    message = gettext_lazy(
        "This key was created already. It is shown once only: revoke it and create another if it is lost."
    )


class TooManyKeys(Refused):
    code = "too_many_keys"
    message = gettext_lazy("A company has %(maximum)s active keys at most. Revoke one that is no longer used.")


class ApiKeyRow(Keyed):
    """A key of somebody's system; the prefix names it."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-created_at",)


Row = TypeVar("Row", bound=ApiKeyRow)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as its owner sees it."""

    id: UUID
    name: str
    prefix: str
    created_text: str
    used_text: str
    is_active: bool
    state_text: str


@dataclass(frozen=True, slots=True)
class KeyRing(Generic[Row]):
    """The keys of one owner: its rows, and the columns that make a row its own."""

    rows: QuerySet[Row]
    owner: Mapping[str, Any]

    @atomic
    def add(self, *, key_id: UUID, name: str, actor: Actor) -> str:
        """Create a key; answers it in clear, once. Raises TooManyKeys, KeyExists for a form that is sent twice."""
        if self.rows.filter(revoked_at__isnull=True).count() >= MAXIMUM:
            raise TooManyKeys(maximum=MAXIMUM)
        prefix, secret = secrets.token_hex(6), secrets.token_hex(24)
        clear = f"cpt_live_{prefix}_{secret}"
        try:
            with savepoint():
                self.rows.create(
                    id=key_id,
                    name=name,
                    prefix=prefix,
                    digest=_digest(clear),
                    created_by_id=actor.user_id,
                    created_by_name=actor.name,
                    **self.owner,
                )
        except IntegrityError as error:
            raise KeyExists from error
        return clear

    @atomic
    def revoke(self, key_id: UUID) -> None:
        """Make a key worthless from now on. Raises NotFound."""
        row = self.rows.select_for_update(of=("self",)).filter(pk=key_id).first()
        if row is None:
            raise NotFound
        if row.revoked_at is None:
            row.revoked_at = timezone.now()
            row.save(update_fields=["revoked_at"])

    def listed(self) -> list[KeyRow]:
        """All of them, newest first; one statement."""
        return [_shown(row) for row in self.rows.order_by("-created_at", "-id")]


def find_key(rows: QuerySet[Row], clear: str) -> Row | None:
    """The row of a key; None when it is unknown, wrong or revoked. One statement.

    Digests are compared in constant time, also when there is nothing to compare with. ``last_used_at`` is written once
    a minute at most.
    """
    match = _FORM.fullmatch(clear)
    row = rows.filter(prefix=match[1], revoked_at__isnull=True).first() if match else None
    is_right = hmac.compare_digest(row.digest if row else _NOBODY, _digest(clear))
    if row is None or not is_right:
        return None
    seen_before = timezone.now() - _SEEN_EVERY
    if row.last_used_at is None or row.last_used_at < seen_before:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=seen_before)
        rows.filter(stale, pk=row.pk).update(last_used_at=timezone.now())
    return row


def _digest(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()


def _shown(key: ApiKeyRow) -> KeyRow:
    return KeyRow(
        id=key.id,
        name=key.name,
        prefix=f"cpt_live_{key.prefix}_…",
        created_text=" · ".join(part for part in (formatting.moment(key.created_at), key.created_by_name) if part),
        used_text=formatting.moment(key.last_used_at) if key.last_used_at else _("never"),
        is_active=key.revoked_at is None,
        state_text=_("Active") if key.revoked_at is None else _("Revoked"),
    )
