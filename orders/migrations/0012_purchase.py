"""An order names the purchase over several suppliers that it is a part of."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0011_approvals'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='purchase_id',
            field=models.UUIDField(null=True),
        ),
    ]
