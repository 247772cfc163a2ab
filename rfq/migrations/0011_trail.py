"""Moved deadlines, reminders, reports of spam and stopped companies, each behind its wall."""

import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from core import rls

_INVITED = (
    "EXISTS (SELECT 1 FROM public.rfq_invitation i WHERE i.rfq_id = rfq_deadlinechange.rfq_id "
    "AND i.tenant_id::text = current_setting('app.tenant', true))"
)
_OWN_STOP = (
    "CREATE POLICY own ON rfq_requeststop FOR SELECT USING (public.exchange_may_see(company_id, NULL))",
    "DROP POLICY own ON rfq_requeststop",
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_unit_of_cost_centre'),
        ('rfq', '0010_award_of_agreement'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeadlineChange',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('before_at', models.DateTimeField()),
                ('deadline_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor_id', models.UUIDField(null=True)),
                ('actor_name', models.CharField(blank=True, max_length=200)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deadline_changes', to='rfq.rfq')),
            ],
            options={
                'ordering': ('at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='RequestStop',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('stopped_by_name', models.CharField(max_length=120)),
                ('stopped_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lifted_by_name', models.CharField(blank=True, max_length=120)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('company',), name='rfq_requeststop_one')],
            },
        ),
        migrations.CreateModel(
            name='RFQReminder',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('supplier', 'Supplier'), ('buyer', 'Buyer')], max_length=10)),
                ('until', models.DateTimeField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rfq.invitation')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rfq.quoteversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('version', None)), fields=('invitation', 'until'), name='rfq_reminder_of_deadline'), models.UniqueConstraint(fields=('version', 'side'), name='rfq_reminder_of_version')],
            },
        ),
        migrations.CreateModel(
            name='SpamReport',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('reported_by_id', models.UUIDField()),
                ('reported_by_name', models.CharField(max_length=120)),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('open', 'Open'), ('dismissed', 'Dismissed'), ('stopped', 'Requests stopped')], default='open', max_length=12)),
                ('decided_by_name', models.CharField(blank=True, max_length=120)),
                ('decided_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='spam_report', to='rfq.invitation')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rfq.rfq')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'dismissed', 'stopped'])), name='rfq_spamreport_state')],
            },
        ),
        migrations.RunSQL(
            rls.protect_company_rows("rfq_deadlinechange", invited=_INVITED), rls.unprotect("rfq_deadlinechange")
        ),
        migrations.RunSQL(
            rls.protect("rfq_rfqreminder", company="NULL", tenant="NULL"), rls.unprotect("rfq_rfqreminder")
        ),
        migrations.RunSQL(rls.protect("rfq_spamreport", company="NULL"), rls.unprotect("rfq_spamreport")),
        migrations.RunSQL(
            rls.protect("rfq_requeststop", company="NULL", tenant="NULL"), rls.unprotect("rfq_requeststop")
        ),
        migrations.RunSQL(*_OWN_STOP),
    ]
