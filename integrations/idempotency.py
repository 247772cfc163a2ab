"""Creating requests are done once: the same key with the same body gets the first answer again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from core.db import atomic, savepoint
from integrations.errors import IdempotencyKeyReused, MissingIdempotencyKey
from integrations.models import IdempotentRequest

_KEY = re.compile(r"[\x21-\x7e]{1,120}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; ``is_replay`` when nothing was done this time."""

    status: int
    body: dict[str, Any]
    is_replay: bool


@atomic
def once(*, company_id: UUID, key: str, request: object, act: Callable[[], tuple[int, dict[str, Any]]]) -> Answer:
    """Do ``act`` and keep its answer under the company's key, in one transaction; or give the kept answer.

    A second request with the key waits for the first. What ``act`` refuses leaves no trace, so that the corrected
    request may use the same key. Raises MissingIdempotencyKey, IdempotencyKeyReused.
    """
    if not _KEY.fullmatch(key):
        raise MissingIdempotencyKey
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with savepoint():
            row = IdempotentRequest.objects.create(company_id=company_id, key=key, body_digest=digest)
    except IntegrityError:
        return _kept(company_id, key, digest)
    row.status, row.response = act()
    row.save(update_fields=["status", "response"])
    return Answer(row.status, row.response, is_replay=False)


def _kept(company_id: UUID, key: str, digest: str) -> Answer:
    row = IdempotentRequest.objects.get(company_id=company_id, key=key)
    if row.body_digest != digest or row.status is None or row.response is None:
        raise IdempotencyKeyReused
    return Answer(row.status, row.response, is_replay=True)
