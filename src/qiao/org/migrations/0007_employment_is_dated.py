import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0006_employment_rows'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='person',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='person',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='person',
            name='delete_delete',
        ),
        migrations.RemoveField(
            model_name='person',
            name='employment_kind',
        ),
        migrations.RemoveField(
            model_name='personevent',
            name='employment_kind',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_personevent" ("code", "email", "ends_before", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pinyin", "search_key", "starts_on", "user_id") SELECT new_values."code", new_values."email", new_values."ends_before", new_values."id", new_values."name", new_values."name_en", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."phone", new_values."pinyin", new_values."search_key", new_values."starts_on", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='905ff6be352ee34ed9ea40da6a0749d20051fd0c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_e57ab', referencing='REFERENCING NEW TABLE AS new_values ', table='org_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_personevent" ("code", "email", "ends_before", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pinyin", "search_key", "starts_on", "user_id") SELECT new_values."code", new_values."email", new_values."ends_before", new_values."id", new_values."name", new_values."name_en", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone", new_values."pinyin", new_values."search_key", new_values."starts_on", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='ed39dc8e50ee9b3697356a6baa4625d11e8e0714', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_673e0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='org_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "org_personevent" ("code", "email", "ends_before", "id", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pinyin", "search_key", "starts_on", "user_id") SELECT old_values."code", old_values."email", old_values."ends_before", old_values."id", old_values."name", old_values."name_en", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."phone", old_values."pinyin", old_values."search_key", old_values."starts_on", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='056eb288813d44d2bff10987e58bf7f5b5f699af', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_50dfd', referencing='REFERENCING OLD TABLE AS old_values ', table='org_person', when='AFTER')),
        ),
    ]
