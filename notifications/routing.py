"""Websockets: their origin, host, language-free, one path."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from notifications.consumers import LiveConsumer
from notifications.hosts import HostScope

live_application = HostScope(AuthMiddlewareStack(URLRouter([path("live/", LiveConsumer.as_asgi())])))
