"""What is said about a line of a cart or an order, and the price that its buyer saw."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0014_vat'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='cartline',
            name='orders_cartline_once',
        ),
        migrations.AddField(
            model_name='cartline',
            name='address_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='cartline',
            name='note',
            field=models.CharField(blank=True, db_default='', max_length=500),
        ),
        migrations.AddField(
            model_name='cartline',
            name='seen_currency',
            field=models.CharField(blank=True, db_default='', max_length=3),
        ),
        migrations.AddField(
            model_name='cartline',
            name='seen_price',
            field=models.DecimalField(decimal_places=6, max_digits=19, null=True),
        ),
        migrations.AddField(
            model_name='cartline',
            name='seen_quantity',
            field=models.DecimalField(decimal_places=4, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name='cartline',
            name='wanted_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='orderline',
            name='address',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='orderline',
            name='note',
            field=models.CharField(blank=True, db_default='', max_length=500),
        ),
        migrations.AddField(
            model_name='orderline',
            name='wanted_on',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='cartline',
            constraint=models.UniqueConstraint(fields=('cart', 'variant', 'unit_code', 'choice', 'address_id', 'wanted_on'), name='orders_cartline_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='cartline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seen_price__isnull', True), ('seen_quantity__isnull', True)), models.Q(('seen_price__isnull', False), ('seen_quantity__isnull', False)), _connector='OR'), name='orders_cartline_seen'),
        ),
    ]
