"""The company that somebody acts for goes along from host to host."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_verified_companies")]

    operations = [
        migrations.AddField(model_name="entrytoken", name="company_id", field=models.UUIDField(null=True)),
    ]
