"""A document is seen by its company and its tenant only."""

from django.db import migrations

from core import rls


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_initial"), ("core", "0002_walls")]

    operations = [migrations.RunSQL(rls.protect("marketplace_document"), rls.unprotect("marketplace_document"))]
