
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_relations'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='currentstanding',
            name='current_by_revenue',
        ),
        migrations.AddIndex(
            model_name='currentstanding',
            index=models.Index(models.OrderBy(models.F('revenue_12_yuan'), descending=True, nulls_last=True), models.OrderBy(models.F('customer_id'), descending=True), name='current_by_most'),
        ),
        migrations.AddIndex(
            model_name='currentstanding',
            index=models.Index(models.OrderBy(models.F('revenue_12_yuan'), nulls_last=True), models.F('customer_id'), name='current_by_least'),
        ),
        migrations.RunSQL(
            """
            INSERT INTO customers_currentstanding (customer_id, tier, tier_before, activity)
            SELECT id, '', '', '' FROM customers_customer ON CONFLICT (customer_id) DO NOTHING
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # or the table cannot be altered
        pgtrigger.migrations.AddTrigger(
            model_name='customer',
            trigger=pgtrigger.compiler.Trigger(name='current_row', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO customers_currentstanding (customer_id, tier, tier_before, activity) SELECT id, '', '', '' FROM entered ON CONFLICT (customer_id) DO NOTHING; RETURN NULL;", hash='b0e447de56309a76265908d37e2f891db611a730', level='STATEMENT', operation='INSERT', pgid='pgtrigger_current_row_46126', referencing='REFERENCING NEW TABLE AS entered ', table='customers_customer', when='AFTER')),
        ),
    ]
