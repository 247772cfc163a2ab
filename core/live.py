"""Live updates: names of websocket groups, and the push. Only ids travel; pages fetch what they may see over HTTP."""

from __future__ import annotations

import re
from hashlib import sha256
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

TOPIC = re.compile(r"^[a-z]{2,20}(-[0-9a-f]{32})?$")


def topic(kind: str, object_id: UUID | None = None) -> str:
    """A topic such as ``order-0190…``: what a page listens to and its elements refresh on."""
    return f"{kind}-{object_id.hex}" if object_id else kind


def company_group(company_id: UUID, name: str) -> str:
    """Group of a buying company's sockets that listen to a topic."""
    return f"c.{company_id.hex}.{name}"


def tenant_group(tenant_id: UUID, name: str) -> str:
    """Group of a tenant's staff sockets that listen to a topic."""
    return f"t.{tenant_id.hex}.{name}"


def user_group(user_id: UUID, name: str) -> str:
    """Group of a person's sockets, on whatever host and as whatever the person acts there."""
    return f"u.{user_id.hex}.{name}"


def session_group(session_key: str) -> str:
    """Group of the sockets that a session opened; the key itself does not travel."""
    return f"s.{sha256(session_key.encode()).hexdigest()[:32]}"


def hang_up(session_key: str) -> None:
    """Close every socket that a session opened: it is over."""
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(session_group(session_key), {"type": "live.ended"})


def push(group: str, name: str) -> None:
    """Tell every socket of ``group`` that ``name`` (a topic) has news."""
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, {"type": "live.news", "topic": name})
