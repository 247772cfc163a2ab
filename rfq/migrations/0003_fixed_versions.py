"""A sent version never changes but for its state; counters are behind the wall like what they count."""

from django.db import migrations

_FIXED = (
    "quote_id, company_id, tenant_id, number, side, currency, valid_until, net_amount, freight_amount, message, "
    "content_hash, sent_by_id, sent_by_name"
)
_OWNER = """
CASE current_setting('app.party', true)
  WHEN 'company' THEN key LIKE 'c' || current_setting('app.company', true) || ':%'
  WHEN 'tenant' THEN key LIKE 't' || current_setting('app.tenant', true) || ':%'
  ELSE false
END
"""


class Migration(migrations.Migration):
    dependencies = [("rfq", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER rfq_quoteversion_fixed BEFORE DELETE OR UPDATE OF {_FIXED} ON rfq_quoteversion "
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
            "DROP TRIGGER rfq_quoteversion_fixed ON rfq_quoteversion",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER rfq_quoteline_fixed BEFORE UPDATE OR DELETE ON rfq_quoteline "
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
            "DROP TRIGGER rfq_quoteline_fixed ON rfq_quoteline",
        ),
        migrations.RunSQL(
            f"""
            ALTER TABLE rfq_rfqcounter ENABLE ROW LEVEL SECURITY;
            ALTER TABLE rfq_rfqcounter FORCE ROW LEVEL SECURITY;
            CREATE POLICY owners ON rfq_rfqcounter USING ({_OWNER}) WITH CHECK ({_OWNER});
            """,
            """
            DROP POLICY owners ON rfq_rfqcounter;
            ALTER TABLE rfq_rfqcounter NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE rfq_rfqcounter DISABLE ROW LEVEL SECURITY;
            """,
        ),
    ]
