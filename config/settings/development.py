"""One machine, nothing to configure: what ``./dev`` uses."""

from __future__ import annotations

import os

from config.settings.base import *  # noqa: F403
from config.settings.databases import postgresql

DEBUG = False
LOGGING["loggers"] = {"django.request": {"level": "ERROR"}}  # noqa: F405  # a refused form is no news
SECRET_KEY = os.environ.get("SECRET_KEY", "for-this-machine-only-production-refuses-to-start-without-its-own")
DATABASES = {"default": postgresql(os.environ.get("DATABASE_URL", "postgresql://comptoir@127.0.0.1:5432/comptoir"))}
