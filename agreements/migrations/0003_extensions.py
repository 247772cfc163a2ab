"""Proposals to let an agreement last longer."""

import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('supplier', 'Supplier'), ('buyer', 'Buyer')], max_length=10)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Taken back')], default='proposed', max_length=10)),
                ('before_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('proposed_by_id', models.UUIDField(null=True)),
                ('proposed_by_name', models.CharField(max_length=120)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.UUIDField(null=True)),
                ('decided_by_name', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='agreements.agreement')),
            ],
            options={
                'ordering': ('-proposed_at', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'accepted', 'declined', 'withdrawn'])), name='agreements_extension_state'), models.CheckConstraint(condition=models.Q(('side__in', ['supplier', 'buyer'])), name='agreements_extension_side'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('before_on'))), name='agreements_extension_longer'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('agreement',), name='agreements_extension_one')],
            },
        ),
    ]
