"""API keys: ``cpt_live_<prefix>_<secret>``, one company at one tenant. Only a digest is kept, the key is shown once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotAllowed, NotFound
from customers.queries import require_approved
from integrations import policies
from integrations.errors import KeyExists, TooManyKeys
from integrations.models import ApiKey

MAXIMUM = 20
_FORM = re.compile(r"cpt_live_([0-9a-f]{12})_([0-9a-f]{48})", re.ASCII)
_SEEN_EVERY = timedelta(minutes=1)
_NOBODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """What a request with a valid key acts for."""

    key_id: UUID
    company_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as its company sees it."""

    id: UUID
    name: str
    prefix: str
    created_text: str
    used_text: str
    is_active: bool
    state_text: str


@atomic
def create_key(*, key_id: UUID, name: str, actor: Actor) -> str:
    """Create a key of the actor's company at the current tenant; answers it in clear, once.

    ``key_id`` is drawn with the form, so that a form that is sent twice makes one key. Raises NotAllowed, NotACustomer,
    TooManyKeys, KeyExists.
    """
    _require_manager(actor)
    customer = require_approved(actor)
    if ApiKey.objects.filter(company_id=customer.company_id, revoked_at__isnull=True).count() >= MAXIMUM:
        raise TooManyKeys(maximum=MAXIMUM)
    prefix, secret = secrets.token_hex(6), secrets.token_hex(24)
    clear = f"cpt_live_{prefix}_{secret}"
    try:
        with savepoint():
            ApiKey.objects.create(
                id=key_id,
                company_id=customer.company_id,
                name=name,
                prefix=prefix,
                digest=_digest(clear),
                created_by_id=actor.user_id,
                created_by_name=actor.name,
            )
    except IntegrityError as error:
        raise KeyExists from error
    return clear


@atomic
def revoke_key(*, key_id: UUID, actor: Actor) -> None:
    """Make a key of the actor's company worthless from now on. Raises NotAllowed, NotFound."""
    _require_manager(actor)
    row = ApiKey.objects.select_for_update(of=("self",)).filter(pk=key_id, company_id=actor.require_company()).first()
    if row is None:
        raise NotFound
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])


def keys_of(actor: Actor) -> list[KeyRow]:
    """The keys of the actor's company at the current tenant, newest first; one statement. Raises NotAllowed."""
    _require_manager(actor)
    return [
        _row(key) for key in ApiKey.objects.filter(company_id=actor.require_company()).order_by("-created_at", "-id")
    ]


def find_holder(clear: str) -> KeyHolder | None:
    """Whom a key of the current tenant stands for; None when it is unknown, wrong or revoked. One statement.

    Digests are compared in constant time, also when there is nothing to compare with. ``last_used_at`` is written once
    a minute at most.
    """
    match = _FORM.fullmatch(clear)
    row = ApiKey.objects.filter(prefix=match[1], revoked_at__isnull=True).first() if match else None
    is_right = hmac.compare_digest(row.digest if row else _NOBODY, _digest(clear))
    if row is None or not is_right:
        return None
    seen_before = timezone.now() - _SEEN_EVERY
    if row.last_used_at is None or row.last_used_at < seen_before:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=seen_before)
        ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=timezone.now())
    return KeyHolder(key_id=row.pk, company_id=row.company_id, name=row.name)


def _require_manager(actor: Actor) -> None:
    if not policies.can_manage_keys(actor):
        raise NotAllowed


def _digest(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()


def _row(key: ApiKey) -> KeyRow:
    return KeyRow(
        id=key.id,
        name=key.name,
        prefix=f"cpt_live_{key.prefix}_…",
        created_text=" · ".join(part for part in (formatting.moment(key.created_at), key.created_by_name) if part),
        used_text=formatting.moment(key.last_used_at) if key.last_used_at else _("never"),
        is_active=key.revoked_at is None,
        state_text=_("Active") if key.revoked_at is None else _("Revoked"),
    )
