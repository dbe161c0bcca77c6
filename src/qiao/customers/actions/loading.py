"""Bulk loading of customers: one COPY into a holding table, a handful of statements from there."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from qiao.runtime import clock

from .current import refresh_all
from .files import customer_keys

# Column → type in the holding table. A None leaves what is stored as it is.
COLUMNS = {
    "code": "text",
    "name": "text",
    "short_name": "text",
    "kind": "text",
    "segment": "text",
    "industry": "text",
    "stage": "text",
    "phone": "text",
    "tax_number": "text",
    "starts_on": "date",
    "ends_before": "date",
    "traits": "varchar[]",
    "group_code": "text",
    "unit_id": "bigint",
    "primary_id": "bigint",
    "deputy_id": "bigint",
    "address": "text",
    "lat": "double precision",
    "lon": "double precision",
    "source_datum": "text",
    "contact_name": "text",
    "contact_phone": "text",
}
_FILE = (
    "name",
    "short_name",
    "kind",
    "segment",
    "industry",
    "stage",
    "phone",
    "tax_number",
    "ends_before",
    "traits",
)


@transaction.atomic
def load_customers(*, rows: Iterable[Mapping[str, Any]], on: date, reason: str, by: Any) -> tuple[int, int]:
    """Open or change many files at once, by customer number.

    New customers get their home unit and people from their first day; of known ones the fields given change, and
    a different home unit or other people take effect on ``on``.

    Args:
        rows: Values by ``COLUMNS``; missing or None leaves a known customer's value as it is. Codes, units and
            people are checked by the caller.
        on: Day on which changes of unit or people take effect.
        reason: Noted with those changes.
        by: Who loads.

    Returns:
        (created, updated).
    """
    with connection.cursor() as cursor:
        types = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        cursor.execute(f"CREATE TEMP TABLE incoming ({types}, pinyin text, search_key text) ON COMMIT DROP")
        _copy(cursor, rows)
        cursor.execute("CREATE INDEX ON incoming (code); ANALYZE incoming")
        _stages(cursor, reason)
        updated = _update(cursor)
        created = _insert(cursor)
        _link_groups(cursor)
        _homes(cursor, on, reason)
        _assignments(cursor, "primary", on, reason)
        _assignments(cursor, "deputy", on, reason)
        _sites(cursor)
        _contacts(cursor)
        # Freshly filled tables look empty to the planner, which would then read them whole for every customer.
        cursor.execute("ANALYZE customers_customer; ANALYZE customers_homeunit; ANALYZE customers_assignment")
        refresh_all(cursor, "c.code IN (SELECT code FROM incoming)")
        cursor.execute("DROP TABLE incoming")
    return created, updated


def _copy(cursor: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    names = ", ".join([*COLUMNS, "pinyin", "search_key"])
    with cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:
        for row in rows:
            keys = customer_keys(
                name=row.get("name") or "",
                short_name=row.get("short_name") or "",
                code=row["code"],
                phone=row.get("phone") or "",
            )
            copy.write_row((*(row.get(name) for name in COLUMNS), keys["pinyin"], keys["search_key"]))


def _stages(cursor: Any, reason: str) -> None:
    """Note stages that change. Of new files it is not known since when they stand where they stand."""
    cursor.execute(
        """
        INSERT INTO customers_stagechange (customer_id, stage, "on", reason)
        SELECT c.id, i.stage, %(today)s, coalesce(nullif(%(reason)s, ''), '-')
        FROM incoming i JOIN customers_customer c USING (code) WHERE i.stage IS NOT NULL AND i.stage <> c.stage
        """,
        {"today": clock.today(), "reason": reason[:200]},
    )


def _update(cursor: Any) -> int:
    """Change known files; rows that say nothing new are not touched, so they leave no trace in the audit."""
    sets = ", ".join(f"{name} = coalesce(i.{name}, c.{name})" for name in _FILE)
    differs = " OR ".join(f"(i.{name} IS NOT NULL AND i.{name} IS DISTINCT FROM c.{name})" for name in _FILE)
    cursor.execute(
        f"""
        UPDATE customers_customer c SET {sets},
            pinyin = CASE WHEN i.name IS NULL THEN c.pinyin ELSE i.pinyin END,
            search_key = CASE WHEN i.name IS NULL THEN c.search_key ELSE i.search_key END
        FROM incoming i WHERE i.code = c.code AND ({differs})
        """
    )
    return int(cursor.rowcount)


def _insert(cursor: Any) -> int:
    """Open new files, with today's unit and people in place at once: writing them later would index each row twice."""
    today = "CASE WHEN i.starts_on <= %(today)s THEN "
    cursor.execute(
        """
        INSERT INTO customers_customer (code, name, short_name, kind, segment, industry, stage, phone, tax_number,
            starts_on, ends_before, traits, home_unit_id, primary_id, deputy_id, pinyin, search_key)
        SELECT i.code, i.name, coalesce(i.short_name, ''), coalesce(i.kind, ''), coalesce(i.segment, ''),
            coalesce(i.industry, ''), coalesce(i.stage, 'service'), coalesce(i.phone, ''), coalesce(i.tax_number, ''),
            i.starts_on, i.ends_before, coalesce(i.traits, '{}'), {today}i.unit_id END, {today}i.primary_id END,
            {today}i.deputy_id END, i.pinyin, i.search_key
        FROM incoming i
        WHERE NOT EXISTS (SELECT 1 FROM customers_customer c WHERE c.code = i.code)
        ORDER BY i.code
        """.replace("{today}", today),
        {"today": clock.today()},
    )
    return int(cursor.rowcount)


def _link_groups(cursor: Any) -> None:
    cursor.execute(
        """
        UPDATE customers_customer c SET group_id = g.id
        FROM incoming i JOIN customers_customer g ON g.code = i.group_code
        WHERE c.code = i.code AND c.group_id IS DISTINCT FROM g.id AND g.id <> c.id
        """
    )


def _homes(cursor: Any, on: date, reason: str) -> None:
    _end_changed(cursor, "customers_homeunit", "unit_id", "i.unit_id", "TRUE", on)
    cursor.execute(
        """
        INSERT INTO customers_homeunit (customer_id, unit_id, starts_on, reason)
        SELECT c.id, i.unit_id, CASE WHEN EXISTS (SELECT 1 FROM customers_homeunit h WHERE h.customer_id = c.id)
            THEN %(on)s ELSE c.starts_on END, %(reason)s
        FROM incoming i JOIN customers_customer c USING (code)
        WHERE i.unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customers_homeunit h
            WHERE h.customer_id = c.id AND (h.ends_before IS NULL OR h.ends_before > %(on)s))
        """,
        {"on": on, "reason": reason},
    )


def _assignments(cursor: Any, role: str, on: date, reason: str) -> None:
    column = f"{role}_id"
    _end_changed(cursor, "customers_assignment", "person_id", f"i.{column}", f"h.role = '{role}'", on)
    cursor.execute(
        f"""
        INSERT INTO customers_assignment (customer_id, person_id, role, starts_on, reason)
        SELECT c.id, i.{column}, '{role}', CASE WHEN EXISTS (SELECT 1 FROM customers_assignment h
                WHERE h.customer_id = c.id AND h.role = '{role}') THEN %(on)s ELSE c.starts_on END, %(reason)s
        FROM incoming i JOIN customers_customer c USING (code)
        WHERE i.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customers_assignment h
            WHERE h.customer_id = c.id AND h.role = '{role}' AND (h.ends_before IS NULL OR h.ends_before > %(on)s))
        """,
        {"on": on, "reason": reason},
    )


def _end_changed(cursor: Any, table: str, column: str, wanted: str, condition: str, on: date) -> None:
    """End spans in force whose value differs from what comes in; one that began the same day is replaced."""
    matching = f"""c.id = h.customer_id AND {condition} AND {wanted} IS NOT NULL AND h.{column} <> {wanted}
        AND (h.ends_before IS NULL OR h.ends_before > %(on)s)"""
    source = "incoming i JOIN customers_customer c USING (code)"
    cursor.execute(
        f"DELETE FROM {table} h USING {source} WHERE {matching} AND h.starts_on >= %(on)s", {"on": on}
    )
    cursor.execute(f"UPDATE {table} h SET ends_before = %(on)s FROM {source} WHERE {matching}", {"on": on})


def _sites(cursor: Any) -> None:
    cursor.execute(
        """
        UPDATE customers_site s SET address = coalesce(i.address, s.address), lat = coalesce(i.lat, s.lat),
            lon = coalesce(i.lon, s.lon), source_datum = coalesce(i.source_datum, s.source_datum)
        FROM incoming i JOIN customers_customer c USING (code)
        WHERE s.customer_id = c.id AND s.is_main
          AND (coalesce(i.address, s.address), coalesce(i.lat, s.lat), coalesce(i.lon, s.lon)) IS DISTINCT FROM (s.address, s.lat, s.lon)
        """
    )
    cursor.execute(
        """
        INSERT INTO customers_site (customer_id, name, address, lat, lon, source_datum, is_main)
        SELECT c.id, '', coalesce(i.address, ''), i.lat, i.lon, coalesce(i.source_datum, 'wgs84'), TRUE
        FROM incoming i JOIN customers_customer c USING (code)
        WHERE (coalesce(i.address, '') <> '' OR i.lat IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM customers_site s WHERE s.customer_id = c.id AND s.is_main)
        """
    )


def _contacts(cursor: Any) -> None:
    cursor.execute(
        """
        INSERT INTO customers_contact (customer_id, name, role, title, phone, email, note, decision_role)
        SELECT c.id, i.contact_name, 'liaison', '', coalesce(i.contact_phone, ''), '', '', ''
        FROM incoming i JOIN customers_customer c USING (code)
        WHERE coalesce(i.contact_name, '') <> ''
          AND NOT EXISTS (SELECT 1 FROM customers_contact k WHERE k.customer_id = c.id AND k.name = i.contact_name)
        """
    )
