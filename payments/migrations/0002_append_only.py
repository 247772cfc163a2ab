"""The ledger only grows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER payments_creditentry_append_only BEFORE UPDATE OR DELETE ON payments_creditentry "
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
            "DROP TRIGGER payments_creditentry_append_only ON payments_creditentry",
        )
    ]
