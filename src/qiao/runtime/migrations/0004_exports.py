import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runtime', '0003_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('username', models.CharField(max_length=150)),
                ('listing', models.CharField(help_text='Code of the list.', max_length=60)),
                ('title', models.CharField(help_text="The list's title as the person read it.", max_length=200)),
                ('narrowed', models.TextField(blank=True, help_text='Search, filters and grouping as the person read them.')),
                ('address', models.TextField(help_text="The list's address with its whole state.")),
                ('columns', models.TextField(help_text='Headings of the columns taken.')),
                ('kind', models.CharField(help_text='xlsx or csv', max_length=10)),
                ('rows', models.BigIntegerField(help_text='Rows delivered; empty when it broke off.', null=True)),
                ('network', models.GenericIPAddressField(help_text='Where the request came from.', null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exportrecord',
            trigger=pgtrigger.compiler.Trigger(name='export_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0c485152afe7377d292bb93de939a28aaa37d857', operation='DELETE', pgid='pgtrigger_export_stays_9978b', table='runtime_exportrecord', when='BEFORE')),
        ),
    ]
