"""Lines of a cart that say something else are lines of their own."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0023_recurring_quantities"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="cartline",
            name="orders_cartline_once",
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.UniqueConstraint(
                models.F("cart"),
                models.F("variant"),
                models.F("unit_code"),
                models.F("choice"),
                models.F("address_id"),
                models.F("wanted_on"),
                django.db.models.functions.text.MD5("note"),
                name="orders_cartline_once",
                nulls_distinct=False,
            ),
        ),
    ]
