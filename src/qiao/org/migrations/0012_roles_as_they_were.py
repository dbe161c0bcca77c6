from django.db import migrations

# Fields protected from this version on; until now everybody who saw the record read them.
WERE_OPEN = {"contact.phone": "open", "contact.email": "open"}
MAKES_LOG_INS = "log_ins.edit"
CHANGES_ROLES = "org.roles"


def keep(apps, schema_editor):
    """Role types of an older home go on as they were: their people read the fields, administrators change roles."""
    for role in apps.get_model("org", "RoleType").objects.all():
        role.sights = {**WERE_OPEN, **role.sights}
        if MAKES_LOG_INS in role.rights and CHANGES_ROLES not in role.rights:
            role.rights = [*role.rights, CHANGES_ROLES]
        role.save()


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0011_protected_fields'),
    ]

    operations = [
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
