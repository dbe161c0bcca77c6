"""What stood as a text at a person becomes a dated attribute from the day he joined, each text a word of the list."""

from django.db import migrations

WORDS = """
INSERT INTO org_staffword (list, code, name_zh, name_en, rank, notice_days, in_use)
SELECT 'employment', employment_kind, employment_kind, '', 10 * row_number() OVER (ORDER BY employment_kind), 60, true
FROM (SELECT DISTINCT employment_kind FROM org_person WHERE employment_kind <> '') AS texts
"""
ROWS = """
INSERT INTO org_attribute (person_id, list, word_id, starts_on, ends_before, reason)
SELECT person.id, 'employment', word.id, person.starts_on, person.ends_before, ''
FROM org_person AS person
JOIN org_staffword AS word ON word.list = 'employment' AND word.code = person.employment_kind
"""


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0005_register'),
    ]

    operations = [
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
        migrations.RunSQL(ROWS, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]
