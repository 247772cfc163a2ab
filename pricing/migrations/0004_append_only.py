"""What customers have ordered only grows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pricing", "0003_price_batches")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER pricing_volumeentry_append_only BEFORE UPDATE OR DELETE ON pricing_volumeentry "
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
            "DROP TRIGGER pricing_volumeentry_append_only ON pricing_volumeentry",
        )
    ]
