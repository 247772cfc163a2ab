"""The template schema: migrated like any other, never used by a tenant, copied by provisioning."""

from __future__ import annotations

import threading

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from core.scope import PLATFORM, Scope
from core.tenancy import use_tenant
from tenants.clone import Blueprint, read_blueprint
from tenants.revision import expected_revision

_blueprints: dict[tuple[str, str], Blueprint] = {}
_lock = threading.Lock()


def schema_only(schema: str) -> Scope:
    """Scope of a schema alone, as the login role: for migrations and copies, which must not see ``public``."""
    return Scope(schema, with_public=False)


def migrate_public(*, verbosity: int = 0) -> None:
    """Run the migrations of the shared apps in ``public``."""
    with use_tenant(PLATFORM):
        call_command(migrate.Command(), interactive=False, verbosity=verbosity)


def migrate_schema(schema: str, *, verbosity: int = 0) -> None:
    """Run the migrations of the tenant apps in ``schema``, creating it when it is missing."""
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(schema)}")
    with use_tenant(schema_only(schema)):
        MigrationRecorder(connection).ensure_schema()
        call_command(migrate.Command(), interactive=False, verbosity=verbosity)


def blueprint() -> Blueprint:
    """The template's structure, read once per process and revision."""
    key = (str(connection.settings_dict["NAME"]), expected_revision())
    with _lock:
        if key not in _blueprints:
            with use_tenant(schema_only(settings.TENANT_TEMPLATE_SCHEMA)):
                _blueprints[key] = read_blueprint(settings.TENANT_TEMPLATE_SCHEMA)
        return _blueprints[key]
