"""Where runs of higher contexts write what they concluded about customers: one writer per result."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from qiao.customers.models import Standing


@transaction.atomic
def publish_standings(
    *, kind: str, month: date, run_id: int, rows: Iterable[tuple[int, str, Any, Any]], by: Any
) -> int:
    """Write a run's conclusions of one kind: the only way they get here.

    Args:
        kind: tier, class, credit, value …
        month: First day of the month they are for.
        run_id: The run that pins their inputs.
        rows: (customer, value, incomplete or None, trace or None).

    Returns:
        Rows written. Publishing the same run again writes the same rows once.
    """
    Standing.objects.filter(kind=kind, month=month, run_id=run_id).delete()
    written = 0
    columns = "customer_id, kind, value, incomplete, month, run_id, trace"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY customers_standing ({columns}) FROM STDIN") as copy,
    ):
        for customer_id, value, incomplete, trace in rows:
            copy.write_row(
                (
                    customer_id,
                    kind,
                    value,
                    Jsonb(incomplete) if incomplete else None,
                    month,
                    run_id,
                    Jsonb(trace) if trace else None,
                )
            )
            written += 1
    if kind == "tier":
        _publish_current_tier(month, run_id)
    return written


def _publish_current_tier(month: date, run_id: int) -> None:
    """The current row follows the newest month; a run over an older one leaves it alone."""
    previous = (month.replace(day=1) - timedelta(days=1)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_standing")  # just filled: the planner would take it for empty
        cursor.execute(
            """
            WITH before AS (
                SELECT DISTINCT ON (customer_id) customer_id, value FROM customers_standing
                WHERE kind = 'tier' AND month = %(previous)s ORDER BY customer_id, run_id DESC
            )
            INSERT INTO customers_currentstanding (customer_id, month, tier, tier_before, activity, run_id)
            SELECT s.customer_id, s.month, s.value, coalesce(b.value, ''), '', s.run_id
            FROM customers_standing s LEFT JOIN before b USING (customer_id)
            WHERE s.kind = 'tier' AND s.month = %(month)s AND s.run_id = %(run)s
            ORDER BY s.customer_id -- closes of two months at once take the rows in one order, or they wait for each other
            ON CONFLICT (customer_id) DO UPDATE
            SET tier = excluded.tier, tier_before = excluded.tier_before, month = excluded.month, run_id = excluded.run_id
            WHERE customers_currentstanding.month IS NULL OR customers_currentstanding.month <= excluded.month
            """,
            {"month": month, "previous": previous, "run": run_id},
        )


@transaction.atomic
def publish_figures(*, month: date, run_id: int, rows: Iterable[Mapping[str, Any]], by: Any) -> int:
    """Write the newest figures lists sort by; figures of an older month than the one shown are left alone.

    Args:
        rows: Per customer: customer_id, revenue_yuan, revenue_12_yuan, change_share, last_order_on, activity;
            None where incomplete.

    Returns:
        Rows written.
    """
    names = ("customer_id", "revenue_yuan", "revenue_12_yuan", "change_share", "last_order_on", "activity")
    written = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE newest (customer_id bigint, revenue_yuan numeric, revenue_12_yuan numeric,"
            " change_share numeric, last_order_on date, activity text) ON COMMIT DROP"
        )
        with cursor.copy(f"COPY newest ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row[name] for name in names))
                written += 1
        cursor.execute(
            """
            INSERT INTO customers_currentstanding
                (customer_id, month, tier, tier_before, revenue_yuan, revenue_12_yuan, change_share, last_order_on, activity, run_id)
            SELECT customer_id, %(month)s, '', '', revenue_yuan, revenue_12_yuan, change_share, last_order_on,
                coalesce(activity, ''), %(run)s FROM newest ORDER BY customer_id
            ON CONFLICT (customer_id) DO UPDATE SET revenue_yuan = excluded.revenue_yuan,
                revenue_12_yuan = excluded.revenue_12_yuan, change_share = excluded.change_share,
                last_order_on = excluded.last_order_on, activity = excluded.activity,
                month = excluded.month, run_id = excluded.run_id
            WHERE customers_currentstanding.month IS NULL OR customers_currentstanding.month <= excluded.month
            """,
            {"month": month, "run": run_id},
        )
        cursor.execute("DROP TABLE newest")
    return written
