"""The company that somebody acts for goes along from host to host."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_spending_changes")]

    operations = [
        migrations.AddField(model_name="entrytoken", name="company_id", field=models.UUIDField(null=True)),
    ]
