import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('runtime', '0003_sessions'),
        ('rulebook', '0001_start'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='version',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='0456550b320d1e83e2853e093e2e07e9a152dce6', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_aedf4', table='rulebook_version', when='AFTER')),
        ),
    ]
