"""Our database backend: django-tenants' one, with the tenant in a ContextVar instead of on the connection.

One statement per switch puts search path, role and the settings that row-level security reads in place; nothing is
sent while the scope stays the same. A connection that was rolled back has lost what it was told, so it is told again.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import DatabaseError
from django_tenants.postgresql_backend import base as django_tenants_base

from core.scope import UNSCOPED, Scope, current_scope

_SWITCH = (
    "SELECT set_config('search_path', %s, false), set_config('role', %s, false), "
    "set_config('app.tenant', %s, false), set_config('app.company', %s, false), set_config('app.party', %s, false)"
)


class DatabaseWrapper(django_tenants_base.DatabaseWrapper):
    """PostgreSQL connection whose tenant is the current scope."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._is_built = False
        super().__init__(*args, **kwargs)
        self.search_path_set_schemas: tuple[str, ...] | None
        self._setting_search_path: bool
        self._is_built = True

    @property
    def tenant(self) -> Scope:
        return current_scope()

    @tenant.setter
    def tenant(self, value: object) -> None:
        """Ignored: a connection that is being built must not move the scope."""

    @property
    def schema_name(self) -> str:
        return current_scope().schema_name

    @schema_name.setter
    def schema_name(self, value: object) -> None:
        """Ignored, as for ``tenant``."""

    def set_tenant(self, tenant: object, include_public: object = None) -> None:
        if self._is_built:
            raise RuntimeError("only core.tenancy.use_tenant() switches tenants")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self.search_path_set_schemas = UNSCOPED.session_settings
        return connection

    def is_usable(self) -> bool:
        """Whether the server still answers, which is asked once per request: by the switch, where one is due."""
        wanted = current_scope().session_settings
        if self.connection is None or self.search_path_set_schemas == wanted:
            return bool(super().is_usable())
        try:
            self.connection.execute(_SWITCH, wanted)
        except psycopg.Error:
            return False
        self.search_path_set_schemas = wanted
        return True

    def _handle_search_path(self, cursor: Any = None) -> None:
        wanted = current_scope().session_settings
        if self._setting_search_path or self.search_path_set_schemas == wanted:
            return
        self._setting_search_path = True
        own = self.connection.cursor() if cursor is None else cursor
        try:
            own.execute(_SWITCH, wanted)
        except psycopg.errors.InFailedSqlTransaction:
            self.search_path_set_schemas = None
        except DatabaseError as error:
            self.search_path_set_schemas = None
            if not isinstance(error.__cause__, psycopg.errors.InFailedSqlTransaction):
                raise
        else:
            self.search_path_set_schemas = wanted
        finally:
            self._setting_search_path = False
            if cursor is None:
                own.close()
