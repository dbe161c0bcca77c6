"""Reads of files that look alike: candidates for one, and every pair of the whole register."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Prefetch, Q, QuerySet

from qiao.customers.core.duplicates import (
    SHORTEST_TAX_NUMBER,
    DuplicatePolicy,
    Marks,
    digits_of,
    own_words,
)
from qiao.customers.core.place import place_key
from qiao.customers.core.tax_number import plain_tax_number
from qiao.kernel.geo import Point
from qiao.runtime.scope import Scope
from qiao.runtime.search import pinyin_of, spaced

from ..models import Contact, Customer, DuplicatePair, Site
from ..models.files import Digits

MOST_CANDIDATES = 60
# Names that share so much of their own words are looked at; whether they are alike the policy says.
_NAME_THRESHOLD = "0.5"
_CHUNK = 20_000
# How far apart in the order of names two files are still compared.
_NEIGHBOURS = 5


def marks_from(
    *, name: str, short_name: str = "", phones: Iterable[str] = (), tax_number: str = "",
    address: str = "", lat: float | None = None, lon: float | None = None,
) -> Marks:  # fmt: skip
    """What a file is compared by, from values as they are stored or entered."""
    return Marks(
        names=tuple(n for n in dict.fromkeys((name, short_name)) if n),
        phones=frozenset(d for d in map(digits_of, phones) if d),
        tax_number=code if len(code := plain_tax_number(tax_number)) >= SHORTEST_TAX_NUMBER else "",
        place=Point(lat, lon) if lat is not None and lon is not None else None,
        address=place_key(address or ""),
    )


def list_candidates(marks: Marks, policy: DuplicatePolicy) -> set[int]:
    """Ids of files that may be alike: same number or phone, or names that share words. Never all."""
    live, found = Customer.objects.filter(merged_into__isnull=True).order_by(), set[int]()
    if marks.tax_number:
        found |= set(live.filter(tax_number=marks.tax_number).values_list("pk", flat=True)[:MOST_CANDIDATES])
    if marks.phones:
        own = live.annotate(digits=Digits("phone")).filter(digits__in=marks.phones)
        found |= set(own.values_list("pk", flat=True)[:MOST_CANDIDATES])
        theirs = Contact.objects.annotate(digits=Digits("phone")).filter(digits__in=marks.phones)
        people = theirs.filter(customer__merged_into__isnull=True).order_by()
        found |= set(people.values_list("customer_id", flat=True)[:MOST_CANDIDATES])
    for name in marks.names:
        found |= _alike_in_name(spaced(own_words(name, policy.light_words)))
    return found


def _alike_in_name(words: str) -> set[int]:
    if not words:
        return set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [_NAME_THRESHOLD])
        cursor.execute(
            "SELECT id FROM customers_customer WHERE merged_into_id IS NULL AND %s <%% search_key"
            " ORDER BY word_similarity(%s, search_key) DESC, id LIMIT %s",
            [words, words, MOST_CANDIDATES],
        )
        return {row[0] for row in cursor.fetchall()}


def list_with_marks(ids: Collection[int]) -> list[tuple[Any, Marks]]:
    """Files with what they are compared by, in a constant number of queries."""
    rows = Customer.objects.filter(pk__in=list(ids)).select_related("home_unit").prefetch_related(
        Prefetch("sites", Site.objects.filter(is_main=True), to_attr="main_sites"),
        Prefetch("contacts", Contact.objects.exclude(phone=""), to_attr="people"),
    )  # fmt: skip
    return [(row, _marks_of(row)) for row in rows]


def list_customers_by_id(ids: Collection[int]) -> list[Customer]:
    """Files with their home units."""
    return list(Customer.objects.filter(pk__in=list(ids)).select_related("home_unit"))


def _marks_of(row: Any) -> Marks:
    site = row.main_sites[0] if row.main_sites else None
    return marks_from(
        name=row.name, short_name=row.short_name, phones=[row.phone, *(one.phone for one in row.people)],
        tax_number=row.tax_number, address=site.address if site else "", lat=site.lat if site else None,
        lon=site.lon if site else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToCompare:
    """Two files of the register with what they are compared by."""

    first: int
    second: int
    one: Marks
    other: Marks


_ALIKE_SQL = """
CREATE TEMP TABLE alike ON COMMIT DROP AS
SELECT c.id, c.name, c.short_name, c.phone, c.tax_number, c.pinyin, s.address, s.lat, s.lon,
    coalesce(p.phones, '{}') AS phones,
    coalesce(nullif(regexp_replace(n.plain, %(light)s, '', 'g'), ''), n.plain) AS own
FROM customers_customer c
CROSS JOIN LATERAL (SELECT regexp_replace(lower(normalize(c.name, NFKC)), '[[:space:][:punct:]]+', '', 'g') AS plain) n
LEFT JOIN customers_site s ON s.customer_id = c.id AND s.is_main
LEFT JOIN (SELECT customer_id, array_agg(phone) AS phones FROM customers_contact WHERE phone <> '' GROUP BY 1) p
    ON p.customer_id = c.id
WHERE c.merged_into_id IS NULL
"""
# Rows of one key are compared with each other; keys of too many rows tell nothing and are left out. Names are laid in
# order – forwards, backwards, by sound – and each is compared with its neighbours: the work grows with the rows, not
# with their square.
_PAIRS_SQL = """
CREATE TEMP TABLE alike_pairs ON COMMIT DROP AS
WITH keys AS (
    SELECT 't' || upper(regexp_replace(tax_number, '[[:space:]]', '', 'g')) AS key, id FROM alike WHERE length(tax_number) >= 8
    UNION SELECT 'p' || regexp_replace(f.phone, '[^0-9]', '', 'g'), id
        FROM alike, LATERAL unnest(phones || phone::varchar) AS f(phone) WHERE length(regexp_replace(f.phone, '[^0-9]', '', 'g')) >= 7
    UNION SELECT 'g' || round(lat::numeric, 3) || ',' || round(lon::numeric, 3), id FROM alike WHERE lat IS NOT NULL
), few AS (SELECT key FROM keys GROUP BY key HAVING count(*) BETWEEN 2 AND %(most)s),
same AS (
    SELECT a.id AS one, b.id AS other FROM few JOIN keys a USING (key) JOIN keys b USING (key) WHERE a.id < b.id
), near AS (
    SELECT id AS one, unnest(ARRAY[{forwards}]) AS other FROM alike WINDOW w AS (ORDER BY own, id)
    UNION ALL SELECT id, unnest(ARRAY[{forwards}]) FROM alike WINDOW w AS (ORDER BY reverse(own), id)
    UNION ALL SELECT id, unnest(ARRAY[{forwards}]) FROM alike WINDOW w AS (ORDER BY pinyin, id)
)
SELECT DISTINCT least(one, other) AS first, greatest(one, other) AS second
FROM (SELECT * FROM same UNION ALL SELECT * FROM near) found WHERE other IS NOT NULL AND one <> other {which}
"""


def _add_incoming(cursor: Any, rows: Sequence[Mapping[str, Any]], policy: DuplicatePolicy) -> None:
    columns = "id, name, short_name, phone, tax_number, pinyin, address, lat, lon, phones, own"
    with cursor.copy(f"COPY alike ({columns}) FROM STDIN") as copy:
        for number, row in enumerate(rows, 1):
            phones = [row["contact_phone"]] if row.get("contact_phone") else []
            texts = [row.get(name) or "" for name in ("name", "short_name", "phone", "tax_number")]
            copy.write_row((
                -number, *texts, pinyin_of(texts[0]), row.get("address") or "", row.get("lat"), row.get("lon"), phones,
                own_words(texts[0], policy.light_words),
            ))  # fmt: skip


def lay_out_pairs(policy: DuplicatePolicy, incoming: Sequence[Mapping[str, Any]] = ()) -> int:
    """Find which files of the register are worth comparing, into tables of this transaction.

    Args:
        policy: The article in force.
        incoming: Rows of an import, which get the ids -1, -2, … in their order; then only pairs with one of them.

    Returns:
        How many pairs.
    """
    words = sorted(filter(None, policy.light_words), key=len, reverse=True)
    light = "|".join(re.escape(word.lower()) for word in words) or "(?!)"
    forwards = ", ".join(f"lead(id, {n}) OVER w" for n in range(1, _NEIGHBOURS + 1))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS alike_pairs, alike")
        cursor.execute(_ALIKE_SQL, {"light": light})
        if incoming:
            _add_incoming(cursor, incoming, policy)
        which = "AND least(one, other) < 0" if incoming else ""
        cursor.execute(_PAIRS_SQL.format(forwards=forwards, which=which), {"most": policy.most_alike})
        cursor.execute("CREATE INDEX ON alike (id); ANALYZE alike; ANALYZE alike_pairs")
        cursor.execute("SELECT count(*) FROM alike_pairs")
        return int(cursor.fetchone()[0])


def drop_pairs() -> None:
    """Let go what :func:`lay_out_pairs` made before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS alike_pairs, alike")


_SIDES = ("name", "short_name", "phone", "phones", "tax_number", "address", "lat", "lon")


def stream_pairs() -> Iterator[list[ToCompare]]:
    """What :func:`lay_out_pairs` found, some thousands at a time."""
    columns = ", ".join(f"{side}.{name}" for side in ("a", "b") for name in _SIDES)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT p.first, p.second, {columns} FROM alike_pairs p"
            " JOIN alike a ON a.id = p.first JOIN alike b ON b.id = p.second"
        )
        while rows := cursor.fetchmany(_CHUNK):
            yield [
                ToCompare(row[0], row[1], _side(row[2 : 2 + len(_SIDES)]), _side(row[2 + len(_SIDES) :]))
                for row in rows
            ]


def _side(values: Sequence[Any]) -> Marks:
    name, short_name, phone, phones, tax_number, address, lat, lon = values
    return marks_from(
        name=name, short_name=short_name, phones=[phone, *phones], tax_number=tax_number, address=address or "",
        lat=lat, lon=lon,
    )  # fmt: skip


def pairs_within(scope: Scope) -> QuerySet[DuplicatePair]:
    """Suspected pairs of which at least one file is in a scope."""
    reach = Q()
    if not scope.everything:
        for side in ("first", "second"):
            people = (f"{side}__primary_id", f"{side}__deputy_id")
            reach |= scope.as_q(unit=f"{side}__home_unit_id", persons=people)
    rows = DuplicatePair.objects.select_related("first__home_unit", "second__home_unit", "decided_by")
    return rows.filter(reach, first__merged_into__isnull=True, second__merged_into__isnull=True)
