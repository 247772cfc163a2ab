"""Functions that other apps' policies and triggers call: who may see an exchange row; ledgers only grow."""

from django.db import migrations

from core import rls

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(rls.CREATE_FUNCTION, rls.DROP_FUNCTION),
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION IF EXISTS public.refuse_change();"),
    ]
