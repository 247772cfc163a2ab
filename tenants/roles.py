"""PostgreSQL roles: each tenant has its own, with rights on its schema and on named tables of ``public``.

Every tenant's role is a member of one group role per database, which carries the rights on ``public``. A qualified name
of another tenant's schema is refused by the server.
"""

from __future__ import annotations

from django.db import connection

#: Rights of tenants on tables of ``public``, by table name pattern (SQL LIKE). Exchange tables are behind
#: row-level security on top.
_PUBLIC_RIGHTS = (
    ("tenants\\_%", "SELECT"),
    ("vendors\\_vendor", "SELECT"),
    ("accounts\\_%", "SELECT, INSERT, UPDATE"),
    ("accounts\\_companyaddress", "DELETE"),
    ("accounts\\_businessunit", "DELETE"),
    ("accounts\\_customrole", "DELETE"),
    ("accounts\\_companyuser", "DELETE"),
    ("accounts\\_usersession", "DELETE"),
    ("accounts\\_provider%", "DELETE"),
    ("mfa\\_authenticator", "SELECT, INSERT, UPDATE, DELETE"),
    ("django\\_content\\_type", "SELECT"),
    ("django\\_session", "SELECT, INSERT, UPDATE, DELETE"),
    ("rfq\\_%", "SELECT, INSERT, UPDATE, DELETE"),
    ("marketplace\\_%", "SELECT, INSERT, UPDATE, DELETE"),
    ("core\\_outboxevent", "INSERT"),
    ("notifications\\_notification", "SELECT, UPDATE"),
)


def group_role() -> str:
    """Name of the role that carries the rights of all tenants of this database on ``public``."""
    return f"{connection.settings_dict['NAME']}_tenants"[:63]


def ensure_group_role() -> None:
    """Create the group role and give it its rights. Idempotent; runs after each migration of ``public``."""
    group = connection.ops.quote_name(group_role())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [group_role()])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {group} NOLOGIN")
            cursor.execute(f"GRANT {group} TO CURRENT_USER")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {group}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {group}")
        for pattern, rights in _PUBLIC_RIGHTS:
            cursor.execute(
                "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables "
                "WHERE schemaname = 'public' AND tablename LIKE %s",
                [pattern],
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"GRANT {rights} ON {table} TO {group}")


def create_tenant_role(role: str) -> None:
    """Create a tenant's role as a member of the group, and let the login role assume it."""
    quoted, group = connection.ops.quote_name(role), connection.ops.quote_name(group_role())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {quoted} NOLOGIN IN ROLE {group}")
        cursor.execute(f"GRANT {quoted} TO CURRENT_USER")


def grant_schema(schema: str, role: str) -> None:
    """Give ``role`` its schema's rows: now, and for tables that later migrations add."""
    quoted_schema, quoted = connection.ops.quote_name(schema), connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            GRANT USAGE ON SCHEMA {quoted_schema} TO {quoted};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {quoted_schema} TO {quoted};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {quoted_schema} TO {quoted};
            ALTER DEFAULT PRIVILEGES IN SCHEMA {quoted_schema}
              GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {quoted};
            ALTER DEFAULT PRIVILEGES IN SCHEMA {quoted_schema} GRANT USAGE, SELECT ON SEQUENCES TO {quoted};
            REVOKE INSERT, UPDATE, DELETE ON {quoted_schema}.django_migrations FROM {quoted};
            """  # noqa: S608  (quoted names)
        )
