"""Companies that somebody has looked at. Those that are there already have been."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_company_keys")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="verified_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL("UPDATE accounts_company SET verified_at = created_at", migrations.RunSQL.noop),
    ]
