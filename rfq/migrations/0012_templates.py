"""Names for requests to begin again from; only their company reads them."""

import core.ids
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

from core import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_verified_companies'),
        ('rfq', '0011_trail'),
    ]

    operations = [
        migrations.CreateModel(
            name='RFQTemplate',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by_name', models.CharField(max_length=120)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rfq.rfq')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('company'), django.db.models.functions.text.Lower('name'), name='rfq_template_name')],
            },
        ),
        migrations.RunSQL(
            rls.protect_company_rows("rfq_rfqtemplate", invited="false"), rls.unprotect("rfq_rfqtemplate")
        ),
    ]
