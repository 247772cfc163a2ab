"""Credit is by currency; what there is was always counted in the customer's own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0007_doubtful_vat'),
        ('payments', '0007_owed_before'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE payments_creditaccount a SET currency = c.currency FROM customers_customer c "
            "WHERE c.id = a.customer_id AND a.currency <> c.currency",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='creditaccount',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_accounts', to='customers.customer'),
        ),
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.UniqueConstraint(fields=('customer', 'currency'), name='payments_credit_once'),
        ),
    ]
