"""What documents are found by: their numbers and references without signs, and the digits at their ends."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0009_credit_notes'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='number_key',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower(models.Func('number', models.Value('[^A-Za-z0-9]'), models.Value(''), models.Value('g'), function='regexp_replace')), output_field=models.CharField(db_collation='C', max_length=60)),
        ),
        migrations.AddField(
            model_name='document',
            name='number_tail',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.Func('number', models.Value('[0-9]*$'), function='substring'), models.Value('0'), function='ltrim'), output_field=models.CharField(db_collation='C', max_length=60)),
        ),
        migrations.AddField(
            model_name='document',
            name='reference_key',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower(models.Func('po_number', models.Value('[^A-Za-z0-9]'), models.Value(''), models.Value('g'), function='regexp_replace')), output_field=models.CharField(db_collation='C', max_length=60)),
        ),
        migrations.AddField(
            model_name='document',
            name='reference_tail',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.Func('po_number', models.Value('[0-9]*$'), function='substring'), models.Value('0'), function='ltrim'), output_field=models.CharField(db_collation='C', max_length=60)),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', 'number_key'], name='marketplace_document_number'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', 'number_tail'], name='marketplace_document_num_tail'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', 'reference_key'], name='marketplace_document_reference'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['company', 'reference_tail'], name='marketplace_document_ref_tail'),
        ),
    ]
