import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0009_posts'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='TemplatePost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('for_kind', models.CharField(max_length=40, verbose_name='For units of the kind')),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='People')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.post', verbose_name='Post')),
            ],
            options={
                'verbose_name': 'Post of a template',
            },
        ),
        migrations.CreateModel(
            name='TemplateUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(help_text='Becomes the end of the codes of the units made by it.', max_length=20, unique=True, verbose_name='Code')),
                ('for_kind', models.CharField(max_length=40, verbose_name='For units of the kind')),
                ('kind', models.CharField(max_length=40, verbose_name='Kind')),
                ('name_zh', models.CharField(max_length=60, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('place', models.PositiveSmallIntegerField(default=0, verbose_name='Order')),
                ('above', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='below', to='org.templateunit', verbose_name='Within')),
            ],
            options={
                'verbose_name': 'Unit of a template',
            },
        ),
        migrations.CreateModel(
            name='TemplatePostEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('for_kind', models.CharField(max_length=40, verbose_name='For units of the kind')),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='People')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.templatepost')),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.post', verbose_name='Post')),
                ('within', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.templateunit', verbose_name='Within')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='templatepost',
            name='within',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='org.templateunit', verbose_name='Within'),
        ),
        migrations.CreateModel(
            name='TemplateUnitEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, help_text='Becomes the end of the codes of the units made by it.', max_length=20, verbose_name='Code')),
                ('for_kind', models.CharField(max_length=40, verbose_name='For units of the kind')),
                ('kind', models.CharField(max_length=40, verbose_name='Kind')),
                ('name_zh', models.CharField(max_length=60, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('place', models.PositiveSmallIntegerField(default=0, verbose_name='Order')),
                ('above', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.templateunit', verbose_name='Within')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.templateunit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='templateunit',
            constraint=models.CheckConstraint(condition=models.Q(('above', models.F('id')), _negated=True), name='template_not_within_itself'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templateunit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_templateunitevent" ("above_id", "code", "for_kind", "id", "kind", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place") SELECT new_values."above_id", new_values."code", new_values."for_kind", new_values."id", new_values."kind", new_values."name_en", new_values."name_zh", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='24ff8484bf20c29a3da9094eaff9ff1530462f16', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_68240', referencing='REFERENCING NEW TABLE AS new_values ', table='org_templateunit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templateunit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_templateunitevent" ("above_id", "code", "for_kind", "id", "kind", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place") SELECT new_values."above_id", new_values."code", new_values."for_kind", new_values."id", new_values."kind", new_values."name_en", new_values."name_zh", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='45fea8f1641bdb8a1cb0c9bef98244978354b731', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_d8fa5', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_templateunit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templateunit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_templateunitevent" ("above_id", "code", "for_kind", "id", "kind", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place") SELECT old_values."above_id", old_values."code", old_values."for_kind", old_values."id", old_values."kind", old_values."name_en", old_values."name_zh", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='834fdf0787960147ff4a4a61f8a93c09570b22fc', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_d85fd', referencing='REFERENCING OLD TABLE AS old_values ', table='org_templateunit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templatepostevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5ffcf90fb866574b5b70d667210f73957d63a8b8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f45a1', table='org_templatepostevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='templatepost',
            constraint=models.UniqueConstraint(fields=('for_kind', 'within', 'post'), name='template_post_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='templatepost',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='template_post_somebody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templatepost',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_templatepostevent" ("for_kind", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "within_id") SELECT new_values."for_kind", new_values."id", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."post_id", new_values."within_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5e45e677e0bf20f4e53f7b7b4d0fac1e7569c505', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_59c51', referencing='REFERENCING NEW TABLE AS new_values ', table='org_templatepost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templatepost',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_templatepostevent" ("for_kind", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "within_id") SELECT new_values."for_kind", new_values."id", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."post_id", new_values."within_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e807d6c0aa57d77c1b44559ea0ea21d53ac09340', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_52f07', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_templatepost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templatepost',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_templatepostevent" ("for_kind", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "within_id") SELECT old_values."for_kind", old_values."id", old_values."number", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."post_id", old_values."within_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='0644e1eb670184000800699cb75826a46f9929a2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1f1a4', referencing='REFERENCING OLD TABLE AS old_values ', table='org_templatepost', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templateunitevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f7c27e3e72b0b7b9ee2b318a04fcb1b4a84d3044', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9f0aa', table='org_templateunitevent', when='BEFORE')),
        ),
    ]
