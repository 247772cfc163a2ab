"""Files, questions and answers: what all invited read, what one supplier and the buyer read, what is sealed."""

import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from core import rls

_INVITED = (
    "EXISTS (SELECT 1 FROM public.rfq_invitation i WHERE i.rfq_id = {table}.rfq_id "
    "AND i.tenant_id::text = current_setting('app.tenant', true))"
)
_SEALED = """
CREATE POLICY sealed ON rfq_quotefile AS RESTRICTIVE USING (
  current_setting('app.party', true) <> 'company'
  OR rfq_id NOT IN (SELECT id FROM public.rfq_rfq WHERE is_sealed AND deadline_at > now())
)
"""
#: What was said stays as it was said.
_FIXED = {
    "rfq_quotefile": "UPDATE OR DELETE",
    "rfq_clarification": "UPDATE OR DELETE",
    "rfq_question": (
        "DELETE OR UPDATE OF rfq_id, rfq_line_id, invitation_id, company_id, tenant_id, text, asked_at, asked_by_id, "
        "asked_by_name"
    ),
}


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_unit_of_cost_centre'),
        ('rfq', '0008_assessments'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Clarification',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('question', models.TextField(blank=True, max_length=2000)),
                ('text', models.TextField(blank=True, max_length=4000)),
                ('token', models.UUIDField(default=core.ids.uuid7)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_by_name', models.CharField(max_length=120)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clarifications', to='rfq.rfq')),
                ('rfq_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rfq.rfqline')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(max_length=2000)),
                ('token', models.UUIDField()),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_by_id', models.UUIDField()),
                ('asked_by_name', models.CharField(max_length=120)),
                ('answer', models.TextField(blank=True, max_length=4000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by_name', models.CharField(blank=True, max_length=120)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company')),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='rfq.invitation')),
                ('published_as', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rfq.clarification')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='rfq.rfq')),
                ('rfq_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rfq.rfqline')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='QuoteFile',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.company')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rfq.rfq')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='rfq.quoteversion')),
            ],
            options={
                'ordering': ('version', 'position'),
            },
        ),
        migrations.CreateModel(
            name='RequestFile',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by_name', models.CharField(max_length=120)),
                ('clarification', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='rfq.clarification')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.company')),
                ('rfq', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='rfq.rfq')),
                ('rfq_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rfq.rfqline')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddConstraint(
            model_name='clarification',
            constraint=models.UniqueConstraint(fields=('rfq', 'token'), name='rfq_clarification_once'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(fields=('invitation', 'token'), name='rfq_question_once'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('published_as__isnull', True)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='rfq_question_answered'),
        ),
        migrations.AddConstraint(
            model_name='quotefile',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='rfq_quotefile_position'),
        ),
        *(
            migrations.RunSQL(
                rls.protect_company_rows(table, invited=_INVITED.format(table=table)), rls.unprotect(table)
            )
            for table in ("rfq_clarification", "rfq_requestfile")
        ),
        *(
            migrations.RunSQL(rls.protect(table), rls.unprotect(table)) for table in ("rfq_question", "rfq_quotefile")
        ),
        migrations.RunSQL(_SEALED, "DROP POLICY sealed ON rfq_quotefile"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_fixed BEFORE {when} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
                f"DROP TRIGGER {table}_fixed ON {table}",
            )
            for table, when in _FIXED.items()
        ),
    ]
