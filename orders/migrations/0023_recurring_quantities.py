"""What a recurring order had of each line the last time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0022_recurring_cost_centre")]

    operations = [
        migrations.AddField(model_name="recurringorder", name="known_quantities", field=models.JSONField(null=True)),
    ]
