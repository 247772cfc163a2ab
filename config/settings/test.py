"""The suite's settings: cheap passwords, no retries, everything else as in production."""

from __future__ import annotations

import os

from config.settings.development import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# ./dev test gives each run its own folder; each of its processes gets its own within.
VAR_DIR = VAR_DIR / "test" / os.environ.get("PYTEST_XDIST_WORKER", "main")  # noqa: F405
MEDIA_ROOT = VAR_DIR / "media"
SEARCH_ROOT = VAR_DIR / "search"
STATIC_ROOT = VAR_DIR / "static"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES["default"]["KEY_FUNCTION"] = "tests.cache_keys.make_key"  # noqa: F405
# A provider of the tests' own, on this machine (tests/accounts/openid.py); nothing else can be reached.
SINGLE_SIGN_ON_SCHEMES = ("https", "http")
SINGLE_SIGN_ON_EGRESS = "tests.accounts.openid.local_egress"
RFQ_MOST_A_DAY = RFQ_MOST_A_DAY_TO_ONE = 10_000  # a property test asks more often than a company
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
