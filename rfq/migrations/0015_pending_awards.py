"""Awards that wait for an approval, behind the wall of their two parties."""

import core.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from core import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_verified_companies'),
        ('rfq', '0014_stated_rates'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PendingAward',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('tenant_name', models.CharField(max_length=120)),
                ('request_id', models.UUIDField(unique=True)),
                ('line_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('closes', models.BooleanField()),
                ('ends_on', models.DateField(null=True)),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('net_amount', models.DecimalField(decimal_places=4, max_digits=19)),
                ('unit_id', models.UUIDField(null=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by_id', models.UUIDField()),
                ('asked_by_name', models.CharField(max_length=120)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pending_awards', to='rfq.rfq')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='pending_award', to='rfq.quoteversion')),
            ],
            options={
                'ordering': ('asked_at', 'id'),
            },
        ),
        migrations.RunSQL(rls.protect("rfq_pendingaward"), rls.unprotect("rfq_pendingaward")),
    ]
