"""Settings shared by every environment. Nothing secret has a default here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from config.settings.environment import redis_urls
from core.scope import HEADER, PLATFORM

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("COMPTOIR_VAR", BASE_DIR / "var"))

# --- Apps: what lives in which schema (docs/adr/0002). The two lists share nothing. -----------------------------------
SHARED_APPS = [
    "django_tenants",
    "core",
    "tenants",
    "accounts",
    "vendors",
    "rfq",
    "marketplace",
    "notifications",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth.account",  # allauth.mfa stands on it; its own tables stay empty
    "allauth.mfa",
]
TENANT_APPS = [
    "customers",
    "catalog",
    "inventory",
    "pricing",
    "shipping",
    "payments",
    "agreements",
    "orders",
    "quoting",
    "integrations",
    "search",
]
TABLELESS_APPS = [
    "frontend",
    "channels",
    "rest_framework",
    "demo",
    "drf_spectacular",
    "django_htmx",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, *TABLELESS_APPS]

TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_TEMPLATE_SCHEMA = "tenant_template"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Keys that SECRET_KEY has replaced, newest first: what they signed or sealed (second factors) is still read.
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()

# --- HTTP -------------------------------------------------------------------------------------------------------------
PLATFORM_DOMAIN = os.environ.get("PLATFORM_DOMAIN", "localhost")
PUBLIC_SCHEME = os.environ.get("PUBLIC_SCHEME", "http")  # of links in e-mails
PUBLIC_PORT = os.environ.get("PORT", "")
ROOT_URLCONF = "config.urls_platform"
PLATFORM_URLCONF = "config.urls_platform"
TENANT_URLCONF = "config.urls_tenant"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
ALLOWED_HOSTS = [
    "*"
]  # every host that is not in the domain table is answered 404 by HostMiddleware, before anything else
MIDDLEWARE = [
    "tenants.middleware.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "frontend.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ActorMiddleware",
    "customers.middleware.ActingMiddleware",
    "frontend.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontend.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
APPEND_SLASH = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "frontend.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A request for quotation has a field for drawings in each of the lines that it shows; a browser sends empty ones too.
DATA_UPLOAD_MAX_NUMBER_FILES = 250
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Payments: Stripe where its key is set, else a test gateway that moves no money -----------------------------------
STRIPE_SECRET_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = os.environ.get("STRIPE_WEBHOOK_SECRET", "")
# A browser follows a payment form's redirect only to addresses that the policy names.
_PAYMENT_PAGES = ["https://checkout.stripe.com"] if STRIPE_SECRET_KEY else []

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *_PAYMENT_PAGES],
        "frame-ancestors": ["'none'"],
    }
}


# --- Sign-in ----------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.EmailBackend",
    "accounts.backends.CodeBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
# Requests for quotation that a company may send in a day, to all suppliers together and to one of them.
RFQ_MOST_A_DAY = 60
RFQ_MOST_A_DAY_TO_ONE = 15
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "frontend.errors.locked_out"
# allauth keeps second factors; its pages are not used (docs/adr/0023).
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
MFA_ADAPTER = "accounts.security.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Comptoir"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute wrong; what was used is kept, so no code counts twice
MFA_RECOVERY_CODE_DIGITS = 12
SINGLE_SIGN_ON_SCHEMES: tuple[str, ...] = ("https",)
SINGLE_SIGN_ON_EGRESS = "accounts.security.provider.protocol.guarded_egress"

# --- Templates, texts, formats ----------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "frontend.jinja.environment", "context_processors": []},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
LANGUAGE_CODE = "en"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "lang"
LOCALE_PATHS = [BASE_DIR / "frontend" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
USE_THOUSAND_SEPARATOR = False

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Files that no URL serves, such as imports.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "private"},
    },
    "staticfiles": {"BACKEND": "frontend.storage.StaticStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
SEARCH_ROOT = VAR_DIR / "search"
MEILISEARCH_URL = os.environ.get("MEILISEARCH_URL", "")
MEILISEARCH_KEY = os.environ.get("MEILISEARCH_KEY", "")

# --- Redis: broker, cache, channel layer ------------------------------------------------------------------------------
REDIS_URLS = redis_urls(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URLS["cache"],
        "KEY_FUNCTION": "tenants.cache.make_key",
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URLS["channels"]]},
    }
}
CELERY_BROKER_URL = REDIS_URLS["broker"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # none are kept: beat would ring a clean-up of its own each night, outside any scope
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
_ON_PLATFORM = {"headers": {HEADER: PLATFORM.to_header()}}
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "prices that begin or end": {"task": "pricing.tasks.announce_everywhere", "schedule": 30, "options": _ON_PLATFORM},
    "recurring orders": {"task": "orders.tasks.run_recurring_everywhere", "schedule": 600, "options": _ON_PLATFORM},
    "goods that are ordered together": {
        "task": "orders.tasks.refresh_together_everywhere",
        "schedule": crontab(hour=2, minute=40),
        "options": _ON_PLATFORM,
    },
    "approvals that waited for too long": {
        "task": "orders.tasks.look_after_approvals_everywhere",
        "schedule": crontab(minute="*/10"),
        "options": _ON_PLATFORM,
    },
    "carts that were deleted long ago": {
        "task": "orders.tasks.forget_deleted_carts_everywhere",
        "schedule": crontab(hour=3, minute=20),
        "options": _ON_PLATFORM,
    },
    "agreements that end soon": {
        "task": "agreements.tasks.remind_everywhere",
        "schedule": crontab(hour=7, minute=20),
        "options": _ON_PLATFORM,
    },
    "deadlines of requests for quotation": {
        "task": "rfq.tasks.pass_deadlines",
        "schedule": 60,
        "options": _ON_PLATFORM,
    },
    "reminders about requests for quotation": {
        "task": "rfq.tasks.remind",
        "schedule": 300,
        "options": _ON_PLATFORM,
    },
    "VAT numbers": {
        "task": "customers.tasks.check_vat_everywhere",
        "schedule": crontab(minute=25),
        "options": _ON_PLATFORM,
    },
    "what came since yesterday": {
        "task": "notifications.tasks.gather_digests",
        "schedule": crontab(minute="*/10"),
        "options": _ON_PLATFORM,
    },
    "what is due to be ordered again": {
        "task": "notifications.tasks.remind_everywhere",
        "schedule": crontab(minute=15),
        "options": _ON_PLATFORM,
    },
    "news that are old": {
        "task": "notifications.tasks.forget_old_news",
        "schedule": crontab(hour=4, minute=10),
        "options": _ON_PLATFORM,
    },
    "indexes that differ": {
        "task": "search.tasks.repair_indexes",
        "schedule": crontab(hour=3, minute=20),
        "options": _ON_PLATFORM,
    },
}

# --- Value-added tax --------------------------------------------------------------------------------------------------
#: The register that VAT numbers are asked of, by workers only; empty: nobody is asked and numbers stay unverified.
VAT_REGISTER_URL = os.environ.get("VAT_REGISTER_URL", "")

# --- Mail -------------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", f"no-reply@{PLATFORM_DOMAIN}")

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["integrations.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["integrations.api.permissions.IsApprovedCustomer"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "integrations.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_THROTTLE_CLASSES": ["integrations.api.throttling.KeyThrottle"],
}
API_REQUESTS_PER_MINUTE = 600  # of one key
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Comptoir API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "OrderState": "orders.enums.OrderState",
        "InvoiceState": "payments.enums.InvoiceState",
        "ShipmentState": "shipping.enums.ShipmentState",
        "RFQState": "rfq.enums.RFQState",
        "InvitationState": "rfq.enums.InvitationState",
        "VersionState": "rfq.enums.VersionState",
    },
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
