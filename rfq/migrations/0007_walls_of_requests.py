"""What only a company reads, what only its two parties read, and sealed offers that nobody reads before the deadline."""

import django.db.models.deletion
from django.db import migrations, models

from core import rls

_COMPANY = ("rfq_rfqprivate", "rfq_rfqtarget")
_SEALED = ("rfq_quoteversion", "rfq_quoteline")
_OPENED = """
CREATE POLICY sealed ON {table} AS RESTRICTIVE USING (
  current_setting('app.party', true) <> 'company'
  OR rfq_id NOT IN (SELECT id FROM public.rfq_rfq WHERE is_sealed AND deadline_at > now())
)
"""
_FIXED = "rfq_id, incoterm, incoterm_place, term_kind, term_days"


class Migration(migrations.Migration):
    dependencies = [("rfq", "0006_fill_requests")]

    operations = [
        *(
            migrations.AlterField(
                model_name=model,
                name="rfq",
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rfq.rfq"),
            )
            for model in ("quoteversion", "quoteline")
        ),
        migrations.AddConstraint(
            model_name="quoteline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_offered", False), ("kind", "not_available")),
                    models.Q(("is_offered", True), models.Q(("kind", "not_available"), _negated=True)),
                    _connector="OR",
                ),
                name="rfq_quoteline_kind",
            ),
        ),
        *(
            migrations.RunSQL(rls.protect_company_rows(table, invited="false"), rls.unprotect(table))
            for table in _COMPANY
        ),
        migrations.RunSQL(rls.protect("rfq_awardline"), rls.unprotect("rfq_awardline")),
        *(migrations.RunSQL(_OPENED.format(table=table), f"DROP POLICY sealed ON {table}") for table in _SEALED),
        migrations.RunSQL(
            f"CREATE TRIGGER rfq_quoteversion_terms_fixed BEFORE UPDATE OF {_FIXED} ON rfq_quoteversion "
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
            "DROP TRIGGER rfq_quoteversion_terms_fixed ON rfq_quoteversion",
        ),
    ]
