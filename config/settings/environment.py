"""Reading the environment: URLs of the services and typed values."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def required(name: str) -> str:
    """The variable's value. Raises ImproperlyConfigured when it is not set."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} must be set")
    return value


def database(url: str) -> dict[str, Any]:
    """Django's settings of ``postgresql://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or dict(parse_qsl(parts.query)).get("host", ""),
        "PORT": str(parts.port or ""),
    }


def redis_urls(url: str) -> dict[str, str]:
    """URLs of the broker (database 1), cache (2) and channel layer (3) on one Redis, TCP or unix socket."""
    if url.startswith("unix://"):
        path = url.removeprefix("unix://").split("?")[0]
        return {
            "broker": f"redis+socket://{path}?virtual_host=1",
            "cache": f"unix://{path}?db=2",
            "channels": f"unix://{path}?db=3",
        }
    base = url.rstrip("/")
    return {"broker": f"{base}/1", "cache": f"{base}/2", "channels": f"{base}/3"}
