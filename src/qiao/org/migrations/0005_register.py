import django.contrib.postgres.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import qiao.runtime.spans
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0004_departures'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20, verbose_name='List')),
                ('starts_on', models.DateField(verbose_name='Starts on')),
                ('ends_before', models.DateField(blank=True, null=True, verbose_name='Until before')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='Reason')),
            ],
            options={
                'verbose_name': 'Attribute of a person',
            },
        ),
        migrations.CreateModel(
            name='AttributeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('list', models.CharField(max_length=20, verbose_name='List')),
                ('starts_on', models.DateField(verbose_name='Starts on')),
                ('ends_before', models.DateField(blank=True, null=True, verbose_name='Until before')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='Reason')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PersonalDetail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('born_on', models.DateField(blank=True, null=True, verbose_name='Date of birth')),
            ],
            options={
                'verbose_name': 'Personal particulars',
            },
        ),
        migrations.CreateModel(
            name='PersonalDetailEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('born_on', models.DateField(blank=True, null=True, verbose_name='Date of birth')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(blank=True, max_length=60, verbose_name='Level')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='Certificate number')),
                ('issued_on', models.DateField(verbose_name='Issued on')),
                ('valid_before', models.DateField(blank=True, null=True, verbose_name='Valid until before')),
            ],
            options={
                'verbose_name': 'Qualification',
            },
        ),
        migrations.CreateModel(
            name='QualificationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('level', models.CharField(blank=True, max_length=60, verbose_name='Level')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='Certificate number')),
                ('issued_on', models.DateField(verbose_name='Issued on')),
                ('valid_before', models.DateField(blank=True, null=True, verbose_name='Valid until before')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StaffWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20, verbose_name='List')),
                ('code', models.CharField(max_length=40, verbose_name='Code')),
                ('name_zh', models.CharField(max_length=80, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('rank', models.PositiveSmallIntegerField(default=0, help_text='Order in its list; of an age band the youngest age in it.', verbose_name='Rank')),
                ('notice_days', models.PositiveSmallIntegerField(default=60, help_text='Of a kind of qualification: its end is near so many days before.', verbose_name='Days of notice')),
                ('in_use', models.BooleanField(default=True, verbose_name='In use')),
            ],
            options={
                'verbose_name': 'Word of a list',
            },
        ),
        migrations.CreateModel(
            name='StaffWordEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('list', models.CharField(max_length=20, verbose_name='List')),
                ('code', models.CharField(max_length=40, verbose_name='Code')),
                ('name_zh', models.CharField(max_length=80, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('rank', models.PositiveSmallIntegerField(default=0, help_text='Order in its list; of an age band the youngest age in it.', verbose_name='Rank')),
                ('notice_days', models.PositiveSmallIntegerField(default=60, help_text='Of a kind of qualification: its end is near so many days before.', verbose_name='Days of notice')),
                ('in_use', models.BooleanField(default=True, verbose_name='In use')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TalentPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='Planned')),
                ('starts_on', models.DateField(verbose_name='Starts on')),
                ('ends_before', models.DateField(blank=True, null=True, verbose_name='Until before')),
            ],
            options={
                'verbose_name': 'Talent plan',
            },
        ),
        migrations.CreateModel(
            name='TalentPlanEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.PositiveIntegerField(verbose_name='Planned')),
                ('starts_on', models.DateField(verbose_name='Starts on')),
                ('ends_before', models.DateField(blank=True, null=True, verbose_name='Until before')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='attribute',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attributes', to='org.person', verbose_name='Person'),
        ),
        migrations.AddField(
            model_name='attributeevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.person', verbose_name='Person'),
        ),
        migrations.AddField(
            model_name='attributeevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='attributeevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.attribute'),
        ),
        migrations.AddField(
            model_name='personaldetail',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='personal', to='org.person', verbose_name='Person'),
        ),
        migrations.AddField(
            model_name='personaldetailevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.person', verbose_name='Person'),
        ),
        migrations.AddField(
            model_name='personaldetailevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='personaldetailevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.personaldetail'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='qualifications', to='org.person', verbose_name='Person'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.person', verbose_name='Person'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.qualification'),
        ),
        migrations.AddConstraint(
            model_name='staffword',
            constraint=models.UniqueConstraint(fields=('list', 'code'), name='staff_word_once'),
        ),
        migrations.AddConstraint(
            model_name='staffword',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_zh', ''), _negated=True), models.Q(('code', ''), _negated=True)), name='staff_word_named'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='kind',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.staffword', verbose_name='Kind of qualification'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='kind',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staffword', verbose_name='Kind of qualification'),
        ),
        migrations.AddField(
            model_name='attributeevent',
            name='word',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.staffword', verbose_name='Word of a list'),
        ),
        migrations.AddField(
            model_name='attribute',
            name='word',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staffword', verbose_name='Word of a list'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffword',
            trigger=pgtrigger.compiler.Trigger(name='stamping', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;', hash='970f8fb451ea8570a749b338f70c1101485267e0', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_stamping_afd6f', table='org_staffword', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffword',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_staffwordevent" ("code", "id", "in_use", "list", "name_en", "name_zh", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank") SELECT new_values."code", new_values."id", new_values."in_use", new_values."list", new_values."name_en", new_values."name_zh", new_values."notice_days", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."rank" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='3f497380e6ffb5f490867aa40f928cf80c0628fd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_cce27', referencing='REFERENCING NEW TABLE AS new_values ', table='org_staffword', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffword',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_staffwordevent" ("code", "id", "in_use", "list", "name_en", "name_zh", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank") SELECT new_values."code", new_values."id", new_values."in_use", new_values."list", new_values."name_en", new_values."name_zh", new_values."notice_days", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."rank" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='95acb4fd60de74c15b2f101b19a875e420ef4bf1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_12526', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_staffword', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffword',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_staffwordevent" ("code", "id", "in_use", "list", "name_en", "name_zh", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank") SELECT old_values."code", old_values."id", old_values."in_use", old_values."list", old_values."name_en", old_values."name_zh", old_values."notice_days", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."rank" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='304e158364bde3430bb25132b93372367edef6b9', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_75dfa', referencing='REFERENCING OLD TABLE AS old_values ', table='org_staffword', when='AFTER')),
        ),
        migrations.AddField(
            model_name='staffwordevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='staffwordevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.staffword'),
        ),
        migrations.AddField(
            model_name='talentplan',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.unit', verbose_name='Unit'),
        ),
        migrations.AddField(
            model_name='talentplan',
            name='word',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staffword', verbose_name='Talent type'),
        ),
        migrations.AddField(
            model_name='talentplanevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='talentplanevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='org.talentplan'),
        ),
        migrations.AddField(
            model_name='talentplanevent',
            name='unit',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.unit', verbose_name='Unit'),
        ),
        migrations.AddField(
            model_name='talentplanevent',
            name='word',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='org.staffword', verbose_name='Talent type'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaldetail',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_personaldetailevent" ("born_on", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."born_on", new_values."id", new_values."person_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7447ee2294591530578d79dea1d6aedea19b4fc6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_389a2', referencing='REFERENCING NEW TABLE AS new_values ', table='org_personaldetail', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaldetail',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_personaldetailevent" ("born_on", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."born_on", new_values."id", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='123af8480d2ebb3d3e514dc7820c625c50c1bfd7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_8a380', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_personaldetail', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaldetail',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_personaldetailevent" ("born_on", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."born_on", old_values."id", old_values."person_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='04cc595780e6673dab45153327bf1a30fa2357a0', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1aef5', referencing='REFERENCING OLD TABLE AS old_values ', table='org_personaldetail', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='personaldetailevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5879e139ccca2d952d168944578fe9dc81a0c99f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_36f6e', table='org_personaldetailevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualificationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b2f801e8aee3cafc47db82568546e66d00838979', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8c7ff', table='org_qualificationevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='qualification',
            index=models.Index(fields=['valid_before', 'id'], name='qualification_by_end'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'number', 'issued_on'), name='qualification_once'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.CheckConstraint(condition=models.Q(('valid_before__isnull', True), ('valid_before__gt', models.F('issued_on')), _connector='OR'), name='qualification_ends_later'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_qualificationevent" ("id", "issued_on", "kind_id", "level", "number", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_before") SELECT new_values."id", new_values."issued_on", new_values."kind_id", new_values."level", new_values."number", new_values."person_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."valid_before" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7021dbc845a2bd802c37105ae20563a50663edfa', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_61a61', referencing='REFERENCING NEW TABLE AS new_values ', table='org_qualification', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_qualificationevent" ("id", "issued_on", "kind_id", "level", "number", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_before") SELECT new_values."id", new_values."issued_on", new_values."kind_id", new_values."level", new_values."number", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."valid_before" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4cc1659fa26de4aaf353f04303ac3cc22e4b1aae', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_35a54', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_qualification', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_qualificationevent" ("id", "issued_on", "kind_id", "level", "number", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_before") SELECT old_values."id", old_values."issued_on", old_values."kind_id", old_values."level", old_values."number", old_values."person_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."valid_before" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='26919026cccfb404e7ee6bd7d76d9d09f29fa609', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1cd40', referencing='REFERENCING OLD TABLE AS old_values ', table='org_qualification', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attributeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='097ad7a50b6c5b8ab28d8a19f8b56772ba27f36e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5d9f4', table='org_attributeevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='attribute',
            index=models.Index(fields=['list', 'person', 'starts_on'], name='attribute_of_list'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('word', '='), (qiao.runtime.spans.DateRange(models.F('starts_on'), models.F('ends_before')), '&&')], name='attribute_word_once'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('list__in', ['education', 'employment'])), expressions=[('person', '='), ('list', '='), (qiao.runtime.spans.DateRange(models.F('starts_on'), models.F('ends_before')), '&&')], name='attribute_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=models.Q(('ends_before__isnull', True), ('ends_before__gt', models.F('starts_on')), _connector='OR'), name='attribute_ends_later'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attribute',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_attributeevent" ("ends_before", "id", "list", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_on", "word_id") SELECT new_values."ends_before", new_values."id", new_values."list", new_values."person_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."starts_on", new_values."word_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='601aa2f40c45263f6046cb617394c80f8edaeb47', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_52a81', referencing='REFERENCING NEW TABLE AS new_values ', table='org_attribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attribute',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_attributeevent" ("ends_before", "id", "list", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_on", "word_id") SELECT new_values."ends_before", new_values."id", new_values."list", new_values."person_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."starts_on", new_values."word_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a92a13a37588f9a3e4c4a286d5bf08d9dfcb98dd', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_1f512', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_attribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attribute',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_attributeevent" ("ends_before", "id", "list", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts_on", "word_id") SELECT old_values."ends_before", old_values."id", old_values."list", old_values."person_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."starts_on", old_values."word_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='433525e5697577df21ab61642dfbd9d268706a60', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_4d3d6', referencing='REFERENCING OLD TABLE AS old_values ', table='org_attribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='staffwordevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1c9ae454799da32928efbf1ddcc78c2e271334e8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c7245', table='org_staffwordevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='talentplan',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('unit', '='), ('word', '='), (qiao.runtime.spans.DateRange(models.F('starts_on'), models.F('ends_before')), '&&')], name='talent_plan_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='talentplan',
            constraint=models.CheckConstraint(condition=models.Q(('ends_before__isnull', True), ('ends_before__gt', models.F('starts_on')), _connector='OR'), name='talent_plan_ends_later'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='talentplan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_talentplanevent" ("ends_before", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "unit_id", "word_id") SELECT new_values."ends_before", new_values."id", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."starts_on", new_values."unit_id", new_values."word_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c67eec80940586f53129b6a62e036a6ce69caf0f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_76bb3', referencing='REFERENCING NEW TABLE AS new_values ', table='org_talentplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='talentplan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_talentplanevent" ("ends_before", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "unit_id", "word_id") SELECT new_values."ends_before", new_values."id", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."starts_on", new_values."unit_id", new_values."word_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7cf0853f1f7fb3e63e4f6185162ecf65875e5eb1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_58353', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_talentplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='talentplan',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_talentplanevent" ("ends_before", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "unit_id", "word_id") SELECT old_values."ends_before", old_values."id", old_values."number", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."starts_on", old_values."unit_id", old_values."word_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e85f3e1066b6d58bb24278261bc4dcfe943ee56f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_d0aa2', referencing='REFERENCING OLD TABLE AS old_values ', table='org_talentplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='talentplanevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='be2e99ec39830621aad8c9fc7a61f9de95c1e2b3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c03f8', table='org_talentplanevent', when='BEFORE')),
        ),
    ]
