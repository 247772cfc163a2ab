"""Where a line is to be delivered, where that is not where the request is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rfq', '0012_templates'),
    ]

    operations = [
        migrations.AddField(
            model_name='rfqline',
            name='delivery_address',
            field=models.JSONField(null=True),
        ),
    ]
