
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0016_returns'),
    ]

    operations = [
        migrations.AddField(
            model_name='approvalrequest',
            name='closes_rfq',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='approvalrequest',
            name='quote_picks',
            field=models.JSONField(null=True),
        ),
    ]
