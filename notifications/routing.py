"""Websockets: their origin, host, language-free, one path."""

from __future__ import annotations

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from notifications.consumers import LiveConsumer
from notifications.hosts import HostScope

_consumer: Any = LiveConsumer.as_asgi()  # a consumer where Django's types expect a view
_routes: Any = [path("live/", _consumer)]
_inner: Any = AuthMiddlewareStack(URLRouter(_routes))
live_application = HostScope(_inner)
