"""What companies count other currencies as; only the company reads it, and nothing of it is ever changed."""

import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from core import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_verified_companies'),
        ('rfq', '0013_address_of_line'),
    ]

    operations = [
        migrations.CreateModel(
            name='StatedRate',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(default='EUR', max_length=3)),
                ('target', models.CharField(default='EUR', max_length=3)),
                ('rate', models.DecimalField(decimal_places=8, max_digits=18, null=True)),
                ('stated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('stated_by_name', models.CharField(max_length=120)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
            ],
            options={
                'indexes': [models.Index(fields=['company', 'target', 'source', '-stated_at'], name='rfq_stated_rate_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('rate__isnull', True), ('rate__gt', 0), _connector='OR'), models.Q(('source', models.F('target')), _negated=True)), name='rfq_stated_rate')],
            },
        ),
        migrations.RunSQL(rls.protect_company_rows("rfq_statedrate", invited="false"), rls.unprotect("rfq_statedrate")),
        migrations.RunSQL(
            "CREATE TRIGGER rfq_statedrate_fixed BEFORE UPDATE ON rfq_statedrate "
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
            "DROP TRIGGER rfq_statedrate_fixed ON rfq_statedrate",
        ),
    ]
