"""Messages about documents, with files; what the list of documents is searched and narrowed by."""

import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from core import rls

TABLES = ("marketplace_message", "marketplace_attachment")
#: An order is its own; references that purchases know. Other rows are filled by the command ``fill_documents``.
FILL = """
DO $$
DECLARE before text := coalesce(current_setting('app.party', true), '');
BEGIN
  PERFORM set_config('app.party', 'operator', true);
  UPDATE marketplace_document SET order_id = object_id WHERE kind = 'order' AND order_id IS NULL;
  UPDATE marketplace_document d SET po_number = p.po_number
    FROM marketplace_purchaseorder o JOIN marketplace_purchase p ON p.id = o.purchase_id
    WHERE d.kind = 'order' AND d.object_id = o.order_id AND d.po_number = '' AND p.po_number <> '';
  PERFORM set_config('app.party', before, true);
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_spending'),
        ('marketplace', '0007_purchases'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('company', 'Buyer'), ('tenant', 'Supplier')], max_length=8)),
                ('author_id', models.UUIDField()),
                ('author_name', models.CharField(max_length=120)),
                ('body', models.TextField(blank=True, max_length=5000)),
                ('token', models.UUIDField()),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='document',
            name='marketplace_document_list',
        ),
        migrations.AddField(
            model_name='document',
            name='company_unread',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='document',
            name='last_message_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='document',
            name='last_message_side',
            field=models.CharField(blank=True, choices=[('company', 'Buyer'), ('tenant', 'Supplier')], db_default='', max_length=8),
        ),
        migrations.AddField(
            model_name='document',
            name='message_count',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='document',
            name='order_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='document',
            name='po_number',
            field=models.CharField(blank=True, db_default='', max_length=60),
        ),
        migrations.AddField(
            model_name='document',
            name='tenant_unread',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', '-happened_at', '-id'], name='marketplace_document_list'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', 'kind', '-happened_at', '-id'], name='marketplace_document_kind'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', 'tenant', '-happened_at', '-id'], name='marketplace_document_supplier'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('company_unread__gt', 0)), fields=['company', '-last_message_at'], name='marketplace_document_unread'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('message_count__gt', 0)), fields=['tenant', '-last_message_at'], name='marketplace_document_talk'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='marketplace.document'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddField(
            model_name='message',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.company'),
        ),
        migrations.AddField(
            model_name='message',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='marketplace.document'),
        ),
        migrations.AddField(
            model_name='message',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='marketplace.message'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['document', '-id'], name='marketplace_message_thread'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['author_id', 'sent_at'], name='marketplace_message_rate'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('document', 'token'), name='marketplace_message_once'),
        ),
        *(migrations.RunSQL(rls.protect(table), rls.unprotect(table)) for table in TABLES),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
