"""Row-level security of the exchange tables: the statements that migrations run.

A row names the company and, where there is one, the tenant that it is between; ``exchange_may_see`` compares them with
the settings that every switch of scope sets. FORCE makes it hold for the owner of the table as well.
"""

from __future__ import annotations

CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION public.exchange_may_see(company uuid, tenant uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('app.party', true)
    WHEN 'company' THEN company::text = current_setting('app.company', true)
    WHEN 'tenant' THEN tenant::text = current_setting('app.tenant', true)
    WHEN 'operator' THEN true
    ELSE false
  END
$$;
"""
DROP_FUNCTION = "DROP FUNCTION IF EXISTS public.exchange_may_see(uuid, uuid);"


def protect(table: str, *, company: str = "company_id", tenant: str = "tenant_id") -> str:
    """Statements that put ``table`` behind the wall: only the two parties of a row see or write it."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY parties ON {table} USING (public.exchange_may_see({company}, {tenant}))
  WITH CHECK (public.exchange_may_see({company}, {tenant}));
"""


def protect_company_rows(table: str, *, invited: str) -> str:
    """As :func:`protect` for rows of a company that invited tenants may read: ``invited`` is an SQL condition."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY parties ON {table} USING (public.exchange_may_see(company_id, NULL))
  WITH CHECK (public.exchange_may_see(company_id, NULL));
CREATE POLICY invited ON {table} FOR SELECT USING (current_setting('app.party', true) = 'tenant' AND {invited});
"""


def unprotect(table: str) -> str:
    """Undo :func:`protect` and :func:`protect_company_rows`."""
    return f"""
DROP POLICY IF EXISTS parties ON {table};
DROP POLICY IF EXISTS invited ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
