import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0007_employment_is_dated'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='LabourCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day.', verbose_name='Month')),
                ('yuan', models.DecimalField(decimal_places=2, max_digits=16, verbose_name='Labour cost in yuan')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.unit', verbose_name='Unit')),
            ],
            options={
                'verbose_name': 'Labour cost',
            },
        ),
        migrations.CreateModel(
            name='LabourCostEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('month', models.DateField(help_text='Its first day.', verbose_name='Month')),
                ('yuan', models.DecimalField(decimal_places=2, max_digits=16, verbose_name='Labour cost in yuan')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.labourcost')),
                ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.unit', verbose_name='Unit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='labourcost',
            index=models.Index(fields=['-month', 'id'], name='labour_cost_newest'),
        ),
        migrations.AddConstraint(
            model_name='labourcost',
            constraint=models.UniqueConstraint(fields=('unit', 'month'), name='labour_cost_once'),
        ),
        migrations.AddConstraint(
            model_name='labourcost',
            constraint=models.CheckConstraint(condition=models.Q(('yuan__gte', 0)), name='labour_cost_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='labourcost',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='labour_cost_first_of_month'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='labourcost',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_labourcostevent" ("id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "yuan") SELECT new_values."id", new_values."month", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."unit_id", new_values."yuan" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8aed123b22c3ae7a0fd5f2ca0f4c05bf56c79556', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_f3cc4', referencing='REFERENCING NEW TABLE AS new_values ', table='org_labourcost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='labourcost',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_labourcostevent" ("id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "yuan") SELECT new_values."id", new_values."month", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."unit_id", new_values."yuan" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4e3ef69d0e64d681888ab471fa9f1790d51b2577', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_421c9', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_labourcost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='labourcost',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_labourcostevent" ("id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "yuan") SELECT old_values."id", old_values."month", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."unit_id", old_values."yuan" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='9aad77a74478b90da4a54a91e746905eb72a7a58', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_80e1a', referencing='REFERENCING OLD TABLE AS old_values ', table='org_labourcost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='labourcostevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8cb618cb95ab068e4de596b71140b9a0feb68ab1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6b554', table='org_labourcostevent', when='BEFORE')),
        ),
    ]
