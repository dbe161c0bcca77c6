import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0003_calendar'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='First day away')),
                ('reason', models.CharField(max_length=200, verbose_name='Reason')),
                ('checklist', models.JSONField(default=list, help_text='What he had in hand: label and count.')),
                ('moved', models.JSONField(default=dict, help_text='By who moved it: ids of the rows.')),
                ('made_at', models.DateTimeField(verbose_name='Registered at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='Taken back at')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Registered by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departures', to='org.person', verbose_name='Person')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person', verbose_name='Signs in his place')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.person', verbose_name='Takes over')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Taken back by')),
                ('unit', models.ForeignKey(help_text='His unit on the last day: whose editors see it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit', verbose_name='Unit')),
            ],
            options={
                'verbose_name': 'Departure',
            },
        ),
        migrations.CreateModel(
            name='DepartureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('on', models.DateField(verbose_name='First day away')),
                ('reason', models.CharField(max_length=200, verbose_name='Reason')),
                ('checklist', models.JSONField(default=list, help_text='What he had in hand: label and count.')),
                ('moved', models.JSONField(default=dict, help_text='By who moved it: ids of the rows.')),
                ('made_at', models.DateTimeField(verbose_name='Registered at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='Taken back at')),
                ('made_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Registered by')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.person', verbose_name='Person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.departure')),
                ('signer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.person', verbose_name='Signs in his place')),
                ('successor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.person', verbose_name='Takes over')),
                ('undone_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Taken back by')),
                ('unit', models.ForeignKey(db_constraint=False, help_text='His unit on the last day: whose editors see it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.unit', verbose_name='Unit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='departure',
            index=models.Index(fields=['-on', 'id'], name='departure_newest'),
        ),
        migrations.AddConstraint(
            model_name='departure',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('person', 'on'), name='departure_once'),
        ),
        migrations.AddConstraint(
            model_name='departure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person', models.F('successor')), _negated=True), models.Q(('person', models.F('signer')), _negated=True)), name='departure_to_others'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='departure',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_departureevent" ("checklist", "id", "made_at", "made_by_id", "moved", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "signer_id", "successor_id", "undone_at", "undone_by_id", "unit_id") SELECT new_values."checklist", new_values."id", new_values."made_at", new_values."made_by_id", new_values."moved", new_values."on", new_values."person_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."signer_id", new_values."successor_id", new_values."undone_at", new_values."undone_by_id", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c9da319b481bdff57eaa2e27fe4baf8c8f271bee', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c49f3', referencing='REFERENCING NEW TABLE AS new_values ', table='org_departure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='departure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_departureevent" ("checklist", "id", "made_at", "made_by_id", "moved", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "signer_id", "successor_id", "undone_at", "undone_by_id", "unit_id") SELECT new_values."checklist", new_values."id", new_values."made_at", new_values."made_by_id", new_values."moved", new_values."on", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."signer_id", new_values."successor_id", new_values."undone_at", new_values."undone_by_id", new_values."unit_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1dbd8d1979656ccfc08a332626ae07a5939c75c9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_81608', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_departure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='departure',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_departureevent" ("checklist", "id", "made_at", "made_by_id", "moved", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "signer_id", "successor_id", "undone_at", "undone_by_id", "unit_id") SELECT old_values."checklist", old_values."id", old_values."made_at", old_values."made_by_id", old_values."moved", old_values."on", old_values."person_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."signer_id", old_values."successor_id", old_values."undone_at", old_values."undone_by_id", old_values."unit_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='8798f2641108d078cd15e919a5ab9a44adb6277d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_af779', referencing='REFERENCING OLD TABLE AS old_values ', table='org_departure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='departureevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1171b490caadcb5295e042d754cdb281639ac855', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_39054', table='org_departureevent', when='BEFORE')),
        ),
    ]
