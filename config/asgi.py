"""ASGI entry: websockets under ``/live/``; pages too where one server does both."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
_pages = get_asgi_application()

from notifications.routing import live_application  # noqa: E402  (needs the app registry)

application = ProtocolTypeRouter({"http": _pages, "websocket": live_application})
