import django.contrib.postgres.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import qiao.runtime.spans
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0008_labour_cost'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='JobDescription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duties_zh', models.TextField(verbose_name='Duties (Chinese)')),
                ('duties_en', models.TextField(blank=True, verbose_name='Duties (English)')),
                ('starts_on', models.DateField(verbose_name='Starts on')),
                ('ends_before', models.DateField(blank=True, null=True, verbose_name='Until before')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='Reason')),
            ],
            options={
                'verbose_name': 'Job description',
            },
        ),
        migrations.CreateModel(
            name='Known',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='Known since')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.person', verbose_name='Person')),
            ],
            options={
                'verbose_name': 'Known',
            },
        ),
        migrations.CreateModel(
            name='MustKnow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='Order')),
                ('text_zh', models.CharField(max_length=300, verbose_name='Chinese text')),
                ('text_en', models.CharField(blank=True, max_length=300, verbose_name='English text')),
                ('description', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='must_knows', to='org.jobdescription', verbose_name='Job description')),
            ],
            options={
                'verbose_name': 'Must-know',
            },
        ),
        migrations.CreateModel(
            name='KnownEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('on', models.DateField(verbose_name='Known since')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.person', verbose_name='Person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.known')),
                ('must_know', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.mustknow', verbose_name='Must-know')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='known',
            name='must_know',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known', to='org.mustknow', verbose_name='Must-know'),
        ),
        migrations.CreateModel(
            name='MustKnowEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('place', models.PositiveSmallIntegerField(verbose_name='Order')),
                ('text_zh', models.CharField(max_length=300, verbose_name='Chinese text')),
                ('text_en', models.CharField(blank=True, max_length=300, verbose_name='English text')),
                ('description', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.jobdescription', verbose_name='Job description')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.mustknow')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='Code')),
                ('level', models.CharField(blank=True, help_text='A grade; empty: every grade of the role type.', max_length=40, verbose_name='Level')),
                ('name_zh', models.CharField(max_length=80, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staffword', verbose_name='Post family')),
                ('role_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.roletype', verbose_name='Role type')),
            ],
            options={
                'verbose_name': 'Post',
            },
        ),
        migrations.CreateModel(
            name='JobDescriptionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('duties_zh', models.TextField(verbose_name='Duties (Chinese)')),
                ('duties_en', models.TextField(blank=True, verbose_name='Duties (English)')),
                ('starts_on', models.DateField(verbose_name='Starts on')),
                ('ends_before', models.DateField(blank=True, null=True, verbose_name='Until before')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='Reason')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.jobdescription')),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.post', verbose_name='Post')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='jobdescription',
            name='post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='descriptions', to='org.post', verbose_name='Post'),
        ),
        migrations.CreateModel(
            name='PostEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=40, verbose_name='Code')),
                ('level', models.CharField(blank=True, help_text='A grade; empty: every grade of the role type.', max_length=40, verbose_name='Level')),
                ('name_zh', models.CharField(max_length=80, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('family', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.staffword', verbose_name='Post family')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.post')),
                ('role_type', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.roletype', verbose_name='Role type')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='mustknow',
            constraint=models.UniqueConstraint(fields=('description', 'place'), name='must_know_place_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mustknow',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_mustknowevent" ("description_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "text_en", "text_zh") SELECT new_values."description_id", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."place", new_values."text_en", new_values."text_zh" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8a6b8ff52969a4147b310efa376b32835b4670ac', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_ac94a', referencing='REFERENCING NEW TABLE AS new_values ', table='org_mustknow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mustknow',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_mustknowevent" ("description_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "text_en", "text_zh") SELECT new_values."description_id", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."place", new_values."text_en", new_values."text_zh" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f14922990eec6cf27c8b1de4280f997f5fe464ce', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_010ab', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_mustknow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mustknow',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_mustknowevent" ("description_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "text_en", "text_zh") SELECT old_values."description_id", old_values."id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."place", old_values."text_en", old_values."text_zh" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='677f8f913d9644a773b68665c2295cba33b05c83', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_28792', referencing='REFERENCING OLD TABLE AS old_values ', table='org_mustknow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='knownevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5a420f37e9dd9c8a6dfa530f0251fabc226cd55f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d4d60', table='org_knownevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='known',
            constraint=models.UniqueConstraint(fields=('person', 'must_know'), name='known_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='known',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_knownevent" ("id", "must_know_id", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."id", new_values."must_know_id", new_values."on", new_values."person_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='ea30ea6b2514b68f92aa5f2a80991f17c2595445', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_ba027', referencing='REFERENCING NEW TABLE AS new_values ', table='org_known', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='known',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_knownevent" ("id", "must_know_id", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."id", new_values."must_know_id", new_values."on", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8bee0860082e709b2f8d02a0ab19c82409415e2a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_ef328', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_known', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='known',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_knownevent" ("id", "must_know_id", "on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."id", old_values."must_know_id", old_values."on", old_values."person_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f9506f9574eb27d27855846ac758a0ebc8895fea', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_fa691', referencing='REFERENCING OLD TABLE AS old_values ', table='org_known', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mustknowevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f6dfb3ed3698b2acb5e3df6d382fbc1bce816523', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f80a4', table='org_mustknowevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('role_type__isnull', False)), fields=('role_type', 'level'), name='post_once_per_level'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_postevent" ("code", "family_id", "id", "level", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_type_id") SELECT new_values."code", new_values."family_id", new_values."id", new_values."level", new_values."name_en", new_values."name_zh", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."role_type_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4ba6a60f8a7fdedc7b9002265011e1514ecc036d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_0546b', referencing='REFERENCING NEW TABLE AS new_values ', table='org_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_postevent" ("code", "family_id", "id", "level", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_type_id") SELECT new_values."code", new_values."family_id", new_values."id", new_values."level", new_values."name_en", new_values."name_zh", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."role_type_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a4437a7e8e329a1509c0b3510a711f9e49e618fe', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_4b277', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_postevent" ("code", "family_id", "id", "level", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_type_id") SELECT old_values."code", old_values."family_id", old_values."id", old_values."level", old_values."name_en", old_values."name_zh", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."role_type_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='10889f2d3944b6091a73682670cdba3fc4fab809', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a6492', referencing='REFERENCING OLD TABLE AS old_values ', table='org_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='jobdescriptionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4068ede64260a76420218d4b254a506721213bf4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6e706', table='org_jobdescriptionevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='jobdescription',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('post', '='), (qiao.runtime.spans.DateRange(models.F('starts_on'), models.F('ends_before')), '&&')], name='description_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='jobdescription',
            constraint=models.CheckConstraint(condition=models.Q(('ends_before__isnull', True), ('ends_before__gt', models.F('starts_on')), _connector='OR'), name='description_ends_later'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='jobdescription',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_jobdescriptionevent" ("duties_en", "duties_zh", "ends_before", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "reason", "starts_on") SELECT new_values."duties_en", new_values."duties_zh", new_values."ends_before", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."post_id", new_values."reason", new_values."starts_on" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1e8ef26846fbf815a58fdaae62c0668937e702e0', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_b5791', referencing='REFERENCING NEW TABLE AS new_values ', table='org_jobdescription', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='jobdescription',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_jobdescriptionevent" ("duties_en", "duties_zh", "ends_before", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "reason", "starts_on") SELECT new_values."duties_en", new_values."duties_zh", new_values."ends_before", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."post_id", new_values."reason", new_values."starts_on" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='01f4e8632b902030a02f1f7b3782f1d00748ab0f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_992ba', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_jobdescription', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='jobdescription',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_jobdescriptionevent" ("duties_en", "duties_zh", "ends_before", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "reason", "starts_on") SELECT old_values."duties_en", old_values."duties_zh", old_values."ends_before", old_values."id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."post_id", old_values."reason", old_values."starts_on" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d9e7963c92823d8bd6808770b4f883e01bdde880', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_229df', referencing='REFERENCING OLD TABLE AS old_values ', table='org_jobdescription', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='postevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ef769293ac932bba75d4e4ec995e9f98df1373eb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_47465', table='org_postevent', when='BEFORE')),
        ),
    ]
