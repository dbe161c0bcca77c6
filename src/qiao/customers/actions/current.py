"""Keeping the columns that repeat on a customer what is in force today."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from qiao.customers.models import CurrentDay
from qiao.runtime import clock

CURRENT_SQL = """
UPDATE customers_customer c SET home_unit_id = s.home_unit_id, primary_id = s.primary_id, deputy_id = s.deputy_id
FROM (
    SELECT c.id,
        (SELECT unit_id FROM customers_homeunit h WHERE h.customer_id = c.id
            AND h.starts_on <= %(on)s AND (h.ends_before IS NULL OR h.ends_before > %(on)s)) AS home_unit_id,
        (SELECT person_id FROM customers_assignment a WHERE a.customer_id = c.id AND a.role = 'primary'
            AND a.starts_on <= %(on)s AND (a.ends_before IS NULL OR a.ends_before > %(on)s)) AS primary_id,
        (SELECT person_id FROM customers_assignment a WHERE a.customer_id = c.id AND a.role = 'deputy'
            AND a.starts_on <= %(on)s AND (a.ends_before IS NULL OR a.ends_before > %(on)s)) AS deputy_id
    FROM customers_customer c WHERE {which}
) s
WHERE c.id = s.id AND (c.home_unit_id, c.primary_id, c.deputy_id) IS DISTINCT FROM (s.home_unit_id, s.primary_id, s.deputy_id)
"""


def refresh_current(customer_ids: Sequence[int]) -> None:
    """Repeat on the customers what their dated rows say for today."""
    with connection.cursor() as cursor:
        cursor.execute(
            CURRENT_SQL.format(which="c.id = ANY(%(ids)s)"), {"on": clock.today(), "ids": list(customer_ids)}
        )


def refresh_all(cursor: Any, which: str) -> int:
    """Repeat today's values on the customers a condition names. ``which`` comes from code, never from users."""
    cursor.execute(CURRENT_SQL.format(which=which), {"on": clock.today()})
    return int(cursor.rowcount)


@transaction.atomic
def roll_over(*, on: date) -> int:
    """Bring the repeated columns to a day: only customers with a span that began or ended since. Idempotent.

    Returns:
        Rows changed.
    """
    day, created = CurrentDay.objects.select_for_update().get_or_create(defaults={"on": on})
    if not created and day.on == on:
        return 0
    first, last = min(day.on, on), max(day.on, on)
    # After a clock set back (a demonstration's fixed day) spans between the two days changed just the same.
    which = (
        "TRUE" if created else
        "c.id IN (SELECT customer_id FROM customers_assignment WHERE starts_on BETWEEN %(first)s AND %(last)s OR ends_before BETWEEN %(first)s AND %(last)s"
        " UNION SELECT customer_id FROM customers_homeunit WHERE starts_on BETWEEN %(first)s AND %(last)s OR ends_before BETWEEN %(first)s AND %(last)s)"
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CURRENT_SQL.format(which=which), {"on": on, "first": first, "last": last})
        changed = int(cursor.rowcount)
    day.on = on
    day.save(update_fields=["on"])
    return changed
