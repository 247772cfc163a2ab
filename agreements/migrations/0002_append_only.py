"""What was called off only grows; what comes back is an entry of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER agreements_calloff_append_only BEFORE UPDATE OR DELETE ON agreements_calloff "
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
            "DROP TRIGGER agreements_calloff_append_only ON agreements_calloff",
        )
    ]
