"""Requests per key and minute, counted in the cache."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from integrations.keys import KeyHolder

log = structlog.get_logger(__name__)

_WINDOW = 60


class KeyThrottle(BaseThrottle):
    """At most ``API_REQUESTS_PER_MINUTE`` of one key. Without the cache nobody is held up."""

    def allow_request(self, request: Request, view: Any) -> bool:
        holder = request.auth
        if not isinstance(holder, KeyHolder):
            return True
        try:
            return self._count(holder) <= settings.API_REQUESTS_PER_MINUTE
        except RedisError as error:
            log.warning("api.throttle_unavailable", error=repr(error))
            return True

    def wait(self) -> float:
        return _WINDOW - time.time() % _WINDOW

    def _count(self, holder: KeyHolder) -> int:
        """Requests in the current minute, this one among them. The cache's keys carry the tenant."""
        key = f"api-rate:{holder.key_id.hex}:{int(time.time() // _WINDOW)}"
        if cache.add(key, 1, timeout=2 * _WINDOW):
            return 1
        return cache.incr(key)
