import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('runtime', '0003_sessions'),
        ('org', '0001_start'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='2d5523d14c58b9979f49272cc7e521c964b0a75b', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_0d518', table='org_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='posting',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='ecec64c970ad2ae1305727294a410470cbf40769', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_0dd47', table='org_posting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postingunit',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='d5e47d417d4596decc4c3a7cd9201586222b2f90', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_0af60', table='org_postingunit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roletype',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='c9da33a3989823e36f39f55d151c275458700e1d', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_27ee5', table='org_roletype', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='a2d72d0fafe493652ff016f46bce7d55f5e01a04', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_4257e', table='org_unit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitplacement',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='958a31c63f32136c2b5ba46c3f2c5ca5195384f5', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_582d8', table='org_unitplacement', when='AFTER')),
        ),
    ]
