"""An account is seen by its company and its tenant; offers by the marketplace, and written by their own tenant only."""

from django.db import migrations

from core import rls

_OWN = "tenant_id::text = current_setting('app.tenant', true)"
_NO_TENANT = "coalesce(current_setting('app.tenant', true), '') = ''"


def _offers(table: str) -> str:
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} USING ({_OWN}) WITH CHECK ({_OWN});
CREATE POLICY shown ON {table} FOR SELECT USING ({_NO_TENANT});
"""


def _no_offers(table: str) -> str:
    return f"""
DROP POLICY IF EXISTS own ON {table};
DROP POLICY IF EXISTS shown ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0003_goods")]

    operations = [
        migrations.RunSQL(rls.protect("marketplace_account"), rls.unprotect("marketplace_account")),
        migrations.RunSQL(_offers("marketplace_goodsoffer"), _no_offers("marketplace_goodsoffer")),
    ]
