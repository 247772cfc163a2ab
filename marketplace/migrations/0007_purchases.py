"""Purchases over several suppliers; only their company sees them, and its counter."""

import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from core import rls

_OWNER = """
current_setting('app.party', true) = 'company' AND key LIKE 'c' || current_setting('app.company', true) || ':%'
"""
PROTECT = f"""
ALTER TABLE marketplace_purchasecounter ENABLE ROW LEVEL SECURITY;
ALTER TABLE marketplace_purchasecounter FORCE ROW LEVEL SECURITY;
CREATE POLICY owners ON marketplace_purchasecounter USING ({_OWNER}) WITH CHECK ({_OWNER});
"""
UNPROTECT = """
DROP POLICY IF EXISTS owners ON marketplace_purchasecounter;
ALTER TABLE marketplace_purchasecounter NO FORCE ROW LEVEL SECURITY;
ALTER TABLE marketplace_purchasecounter DISABLE ROW LEVEL SECURITY;
"""
TABLES = ("marketplace_purchase", "marketplace_purchaseorder")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_units_and_roles'),
        ('marketplace', '0006_unit_of_document'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PurchaseCounter',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('value', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Purchase',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=30)),
                ('placed_by_id', models.UUIDField()),
                ('placed_by_name', models.CharField(max_length=120)),
                ('unit_id', models.UUIDField(null=True)),
                ('po_number', models.CharField(blank=True, max_length=60)),
                ('placed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
            ],
        ),
        migrations.CreateModel(
            name='PurchaseOrder',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('tenant_name', models.CharField(max_length=120)),
                ('order_id', models.UUIDField(unique=True)),
                ('number', models.CharField(max_length=30)),
                ('net_amount', models.DecimalField(decimal_places=4, max_digits=19)),
                ('total_amount', models.DecimalField(decimal_places=4, max_digits=19)),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('purchase', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='orders', to='marketplace.purchase')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ('tenant_name', 'id'),
            },
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.UniqueConstraint(fields=('company', 'number'), name='marketplace_purchase_number'),
        ),
        migrations.AddConstraint(
            model_name='purchaseorder',
            constraint=models.UniqueConstraint(fields=('purchase', 'tenant'), name='marketplace_purchaseorder_once'),
        ),
        *(
            migrations.RunSQL(rls.protect_company_rows(table, invited="false"), rls.unprotect(table))
            for table in TABLES
        ),
        migrations.RunSQL(PROTECT, UNPROTECT),
    ]
