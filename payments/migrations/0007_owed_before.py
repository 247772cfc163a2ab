"""What earlier credit notes owe. Nothing of it goes back to a card by itself: their suppliers may have paid already."""

from django.db import migrations

FILL = """
INSERT INTO payments_customercredit (id, credit_note_id, customer_id, currency, amount, used_amount)
SELECT gen_random_uuid(), id, customer_id, currency, total_amount - settled_amount, 0
  FROM payments_creditnote WHERE total_amount > settled_amount
    ON CONFLICT (credit_note_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_repayments")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
