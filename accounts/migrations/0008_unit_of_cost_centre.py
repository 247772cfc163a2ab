import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_sign_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='costcentre',
            name='unit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cost_centres', to='accounts.businessunit'),
        ),
    ]
