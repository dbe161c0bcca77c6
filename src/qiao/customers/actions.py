"""Writes about customers: keyword-only, atomic, audited by the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from psycopg.types.json import Jsonb

from qiao.kernel.errors import N_, RuleBroken
from qiao.org.models import Person, Unit
from qiao.runtime import clock
from qiao.runtime.search import pinyin_of, search_key
from qiao.runtime.spans import in_force

from . import queries
from .core.assignment import DeputyPolicy, check_assignment
from .models import Assignment, Contact, CurrentDay, Customer, HomeUnit, Site, Standing

FILE_FIELDS = ("name", "short_name", "kind", "segment", "industry", "stage", "traits", "phone", "tax_number")


def customer_keys(*, name: str, short_name: str, code: str, phone: str) -> dict[str, str]:
    """Derived columns of a customer."""
    return {
        "pinyin": pinyin_of(name),
        "search_key": search_key(names=[name, short_name], codes=[code, phone]),
    }


@transaction.atomic
def open_file(*, code: str, name: str, home_unit: Unit, starts_on: date, by: Any, **file: Any) -> Customer:
    """Open a customer's file in a unit.

    Raises:
        RuleBroken: The number is taken.
    """
    if Customer.objects.filter(code=code).exists():
        raise RuleBroken(N_("The code %(value)s is taken."), code="code_taken", field="code", value=code)
    keys = customer_keys(
        name=name, short_name=file.get("short_name", ""), code=code, phone=file.get("phone", "")
    )
    customer = Customer.objects.create(
        code=code, name=name, starts_on=starts_on,
        home_unit=home_unit if starts_on <= clock.today() else None, **file, **keys,
    )  # fmt: skip
    HomeUnit.objects.create(customer=customer, unit=home_unit, starts_on=starts_on)
    return customer


@transaction.atomic
def change_file(*, customer: Customer, changes: Mapping[str, Any], by: Any) -> Customer:
    """Change fields of a file (``FILE_FIELDS`` and ``group``).

    Raises:
        RuleBroken: The group would contain itself.
    """
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    for name, value in changes.items():
        if name not in (*FILE_FIELDS, "group"):
            raise KeyError(name)
        setattr(row, name, value)
    if "group" in changes and row.group is not None:
        _check_group(row)
    for name, value in customer_keys(
        name=row.name, short_name=row.short_name, code=row.code, phone=row.phone
    ).items():
        setattr(row, name, value)
    row.save()
    return row


def _check_group(row: Customer) -> None:
    seen, above = {row.pk}, row.group
    while above is not None:
        if above.pk in seen:
            raise RuleBroken(
                N_("A customer cannot belong to a group below itself."), code="group_cycle", field="group"
            )
        seen.add(above.pk)
        above = above.group


@transaction.atomic
def put_contact(*, customer: Customer, by: Any, contact: Contact | None = None, **values: str) -> Contact:
    """Enter or change a person at the customer."""
    row = contact or Contact(customer=customer)
    for name in ("name", "role", "title", "phone", "email", "note"):
        setattr(row, name, values.get(name, getattr(row, name)))
    row.save()
    return row


@transaction.atomic
def remove_contact(*, contact: Contact, by: Any) -> None:
    """Take a person off the file; the audit keeps that he was there."""
    contact.delete()


@transaction.atomic
def put_site(*, customer: Customer, by: Any, site: Site | None = None, **values: Any) -> Site:
    """Enter or change a place. Coordinates come in as WGS-84; the caller converts and names the source's datum."""
    row = site or Site(
        customer=customer, is_main=not Site.objects.filter(customer=customer, is_main=True).exists()
    )
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("The coordinates are not on the earth, or only one of them is given."),
            code="site_coordinates",
            field="lat",
        ) from None
    return row


@transaction.atomic
def move_home(*, customer_ids: Sequence[int], unit: Unit, on: date, reason: str, by: Any) -> int:
    """Give customers another home unit from a day on. Returns how many moved.

    Raises:
        RuleBroken: A later move is planned for one of them.
    """
    spans = HomeUnit.objects.select_for_update().filter(customer_id__in=customer_ids)
    if spans.filter(starts_on__gt=on).exists():
        raise RuleBroken(
            N_("A later move of the customer is planned already."), code="later_move", field="on"
        )
    moving = [s for s in spans.filter(in_force(on)) if s.unit_id != unit.pk]
    for span in moving:
        _end_or_remove(span, on)
    known = {s.customer_id for s in spans.filter(in_force(on))}
    HomeUnit.objects.bulk_create(
        HomeUnit(customer_id=pk, unit=unit, starts_on=on, reason=reason)
        for pk in customer_ids
        if pk not in known
    )
    refresh_current(customer_ids)
    return len(moving)


def _end_or_remove(row: Any, on: date) -> None:
    if row.starts_on >= on:
        row.delete()
    else:
        row.ends_before = on
        row.save(update_fields=["ends_before"])


@transaction.atomic
def assign(
    *, customer_ids: Sequence[int], role: str, person: Person | None, on: date, reason: str, by: Any,
    policy: DeputyPolicy,
) -> int:  # fmt: skip
    """Give customers another account manager or deputy from a day on, or none.

    Args:
        customer_ids: One or many; all change or none.
        role: primary or deputy.
        person: Who is to serve; None ends the present assignment.
        on: First day.
        reason: Why; asked for, since changes are to be rare and explained (6.4).
        policy: The article in force on that day.

    Returns:
        How many customers changed.

    Raises:
        RuleBroken: Policy forbids it, the reason is missing, or a later change is planned.
    """
    if not reason.strip():
        raise RuleBroken(
            N_("Say why: changes of who serves a customer are explained."),
            code="reason_missing",
            field="reason",
        )
    spans = Assignment.objects.select_for_update().filter(customer_id__in=customer_ids)
    if spans.filter(role=role, starts_on__gt=on).exists():
        raise RuleBroken(
            N_("A later change of this assignment is planned already."), code="later_change", field="on"
        )
    in_charge = {s.customer_id: s for s in spans.filter(in_force(on), role=role)}
    changing = [
        pk
        for pk in customer_ids
        if person is None or pk not in in_charge or in_charge[pk].person_id != person.pk
    ]
    if person is not None:
        others = spans.filter(in_force(on), customer_id__in=changing).exclude(role=role)
        check_assignment(
            role=role,
            person_id=person.pk,
            other_role_person_ids=set(others.values_list("person_id", flat=True)),
            is_primary_elsewhere=queries.is_primary_somewhere(person.pk, on, besides=changing),
            policy=policy,
        )
    for pk in changing:
        if pk in in_charge:
            _end_or_remove(in_charge[pk], on)
    if person is not None:
        _create_assignments(changing, role, person, on, reason)
    refresh_current(changing)
    return len(changing)


def _create_assignments(
    customer_ids: Iterable[int], role: str, person: Person, on: date, reason: str
) -> None:
    rows = [
        Assignment(customer_id=pk, person=person, role=role, starts_on=on, reason=reason)
        for pk in customer_ids
    ]
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(rows, batch_size=5000)
    except IntegrityError as error:
        raise _overlap(error) from None


def _overlap(error: IntegrityError) -> RuleBroken:
    if "one_role_per_person" in str(error):
        return RuleBroken(
            N_("One person cannot be both account manager and deputy of a customer."),
            code="same_person",
            field="person",
        )
    return RuleBroken(
        N_("Somebody else serves the customer in that time."), code="assignment_overlap", field="on"
    )


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
        changed = cursor.rowcount
    day.on = on
    day.save(update_fields=["on"])
    return changed


@transaction.atomic
def close_unit_homes(*, unit_id: int, into_id: int | None, on: date, reason: str, by: Any, **_: Any) -> None:
    """Hook: when a unit closes, its customers go to the unit that takes over.

    Raises:
        RuleBroken: Customers are still in it and no unit takes them.
    """
    homes = HomeUnit.objects.filter(unit_id=unit_id).exclude(ends_before__lte=on)
    ids = list(homes.values_list("customer_id", flat=True))
    if ids and into_id is None:
        raise RuleBroken(
            N_("%(count)s customers are still in this unit; say which unit takes them over."),
            code="unit_has_customers", field="merge_into", count=len(ids),
        )  # fmt: skip
    if ids and into_id is not None:
        move_home(customer_ids=ids, unit=Unit.objects.get(pk=into_id), on=on, reason=reason, by=by)


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
                coalesce(activity, ''), %(run)s FROM newest
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
