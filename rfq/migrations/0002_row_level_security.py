"""The second wall around the exchange: every row is seen by its company and its tenant only."""

from django.db import migrations

from core import rls

_BOTH = (
    "rfq_invitation",
    "rfq_invitationtransition",
    "rfq_quote",
    "rfq_quoteversion",
    "rfq_quoteversiontransition",
    "rfq_quoteline",
    "rfq_award",
)
_INVITED = (
    "EXISTS (SELECT 1 FROM public.rfq_invitation i WHERE i.rfq_id = {rfq} "
    "AND i.tenant_id::text = current_setting('app.tenant', true))"
)
_COMPANY = {"rfq_rfq": "rfq_rfq.id", "rfq_rfqline": "rfq_rfqline.rfq_id"}


class Migration(migrations.Migration):
    dependencies = [("rfq", "0001_initial"), ("core", "0002_walls")]

    operations = [
        *(migrations.RunSQL(rls.protect(table), rls.unprotect(table)) for table in _BOTH),
        *(
            migrations.RunSQL(rls.protect_company_rows(table, invited=_INVITED.format(rfq=rfq)), rls.unprotect(table))
            for table, rfq in _COMPANY.items()
        ),
        migrations.RunSQL(
            rls.protect_company_rows("rfq_rfqtransition", invited="false"), rls.unprotect("rfq_rfqtransition")
        ),
    ]
