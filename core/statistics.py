"""What the planner knows of a tenant's tables."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

from core.scope import current_scope
from core.tenancy import PLATFORM, use_tenant


def refresh_statistics(*models: type[Model]) -> None:
    """Have the tables of the current tenant counted anew, as after very many new rows.

    The server does it by itself, up to a minute later; until then lists of what is new are planned badly.
    """
    schema = current_scope().schema_name
    quote = connection.ops.quote_name
    tables = ", ".join(f"{quote(schema)}.{quote(model._meta.db_table)}" for model in models)  # noqa: SLF001
    with use_tenant(PLATFORM), connection.cursor() as cursor:  # the tables belong to the login role
        cursor.execute(f"ANALYZE {tables}")
