"""Versions and lines name their request; what was not offered says so in its kind."""

from django.db import migrations

_FILL = """
SELECT set_config('app.party', 'operator', true);
ALTER TABLE rfq_quoteversion DISABLE TRIGGER rfq_quoteversion_fixed;
ALTER TABLE rfq_quoteline DISABLE TRIGGER rfq_quoteline_fixed;
UPDATE rfq_quoteversion v SET rfq_id = i.rfq_id,
       state = CASE WHEN EXISTS (SELECT 1 FROM rfq_award a WHERE a.version_id = v.id) THEN 'ordered' ELSE v.state END
  FROM rfq_quote q JOIN rfq_invitation i ON i.id = q.invitation_id WHERE q.id = v.quote_id;
UPDATE rfq_quoteline l SET rfq_id = v.rfq_id, kind = CASE WHEN l.is_offered THEN 'as_asked' ELSE 'not_available' END
  FROM rfq_quoteversion v WHERE v.id = l.version_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE rfq_quoteversion ENABLE TRIGGER rfq_quoteversion_fixed;
ALTER TABLE rfq_quoteline ENABLE TRIGGER rfq_quoteline_fixed;
INSERT INTO rfq_awardline
       (id, award_id, rfq_line_id, quote_line_id, company_id, tenant_id, quantity, unit_price, net_amount)
SELECT gen_random_uuid(), a.id, l.rfq_line_id, l.id, a.company_id, a.tenant_id, l.quantity, l.unit_price, l.net_amount
  FROM rfq_award a JOIN rfq_quoteline l ON l.version_id = a.version_id AND l.is_offered;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('app.party', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("rfq", "0005_requests_and_answers")]

    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
