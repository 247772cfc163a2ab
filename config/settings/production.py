"""Production: every secret comes from the environment, and nothing starts without it."""

from __future__ import annotations

import os

from config.settings.base import *  # noqa: F403
from config.settings.databases import postgresql
from config.settings.environment import required

DEBUG = False
SECRET_KEY = required("SECRET_KEY")
PLATFORM_DOMAIN = required("PLATFORM_DOMAIN")
PUBLIC_SCHEME, PUBLIC_PORT = "https", ""
DATABASES = {"default": postgresql(required("DATABASE_URL"))}
required("REDIS_URL")
MEILISEARCH_URL = required("MEILISEARCH_URL")
MEILISEARCH_KEY = required("MEILISEARCH_KEY")
STRIPE_SECRET_KEY = required("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = required("STRIPE_WEBHOOK_SECRET")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = os.environ.get("SECURE_SSL_REDIRECT", "1") == "1"
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = required("EMAIL_HOST")
VAT_REGISTER_URL = os.environ.get("VAT_REGISTER_URL", "https://ec.europa.eu/taxation_customs/vies/rest-api")
