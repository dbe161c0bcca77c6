"""Reads of customers. Every list starts from a scoped queryset made by :mod:`qiao.customers.access`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from qiao.kernel.errors import N_, NotFound
from qiao.runtime.audit.queries import Event, Source, list_history
from qiao.runtime.i18n import say
from qiao.runtime.listing.locking import locked
from qiao.runtime.protection import Sight
from qiao.runtime.protection.searching import search_as_seen
from qiao.runtime.search import like_pattern
from qiao.runtime.spaced import Spaced
from qiao.runtime.spans import in_force

from ..models import (
    Assignment,
    BusinessLine,
    Contact,
    ContactNote,
    Contract,
    CurrentDay,
    Customer,
    HomeUnit,
    NoticeTold,
    Site,
    StageChange,
    Standing,
)

SEARCH_SHOWN = 20


def all_customers() -> QuerySet[Customer]:
    """Every customer with what a list row shows, those merged into others left out; scope it before use."""
    rows = Customer.objects.filter(merged_into__isnull=True)
    return rows.select_related("home_unit", "primary", "deputy", "current")


def with_conclusions(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """The same customers – each has a row of conclusions – in a form that can walk that table's indexes."""
    return customers.filter(current__isnull=False)


def search(customers: QuerySet[Customer], text: str, phones: Sight) -> QuerySet[Customer]:
    """Customers whose name, pinyin, initials, number or phone holds the text.

    One letter means whose name begins with it: half of all hold it somewhere, and the list stands in that order. ``phones``: how far the searcher reads them.
    """
    letter = text.strip().lower()
    if len(letter) == 1 and letter.isascii() and letter.isalpha():
        return customers.filter(pinyin__gte=letter, pinyin__lt=chr(ord(letter) + 1))
    return search_as_seen(customers, text, phones) if text.strip() else customers


def search_contacts(customers: QuerySet[Customer], text: str) -> Any:
    """People at customers of a scoped set whose name holds the text: name, customer's name, customer's id."""
    named = Contact.objects.annotate(typed=Spaced("name")).filter(typed__like=like_pattern(text))
    rows = named.filter(customer__in=customers.order_by().values("pk"))
    return rows.values_list("name", "customer__name", "id")


def find_contracts(customers: QuerySet[Customer], text: str) -> Any:
    """Contracts of customers of a scoped set whose number or title holds the text: number, title, customer, id of the contract."""
    named = Contract.objects.annotate(typed=Spaced("number", "title"))
    rows = named.filter(typed__like=like_pattern(text), customer__in=customers.order_by().values("pk"))
    return rows.values_list("number", "title", "customer__name", "customer_id")


def find_customer(customers: QuerySet[Customer], customer_id: int) -> Customer | None:
    """One customer of a scoped set."""
    return next(iter(customers.order_by().filter(pk=customer_id).select_related("group")), None)


def list_subsidiaries(customers: QuerySet[Customer], customer_id: int) -> Sequence[Customer]:
    """Customers of the same group below this one, within a scoped set."""
    return list(customers.filter(group_id=customer_id).order_by("pinyin", "id")[:200])


def list_contacts(customer_id: int) -> Sequence[Contact]:
    """People at the customer."""
    return list(Contact.objects.filter(customer_id=customer_id).order_by("role", "id"))


def get_contact(customer_id: int, contact_id: int) -> Contact:
    """One person at a customer. Raises NotFound."""
    found = Contact.objects.filter(customer_id=customer_id, pk=contact_id).first()
    if found is None:
        raise NotFound
    return found


def customer_of_contact(contact_id: int) -> int:
    """The customer a person is at. Raises NotFound."""
    found = Contact.objects.filter(pk=contact_id).values_list("customer_id", flat=True).first()
    if found is None:
        raise NotFound
    return int(found)


def list_contact_notes(contact_id: int) -> Sequence[ContactNote]:
    """Notes on a person, newest first."""
    return list(
        ContactNote.objects.filter(contact_id=contact_id).select_related("person").order_by("-on", "-id")
    )


def get_site(customer_id: int, site_id: int) -> Site:
    """One place of a customer. Raises NotFound."""
    found = Site.objects.filter(customer_id=customer_id, pk=site_id).first()
    if found is None:
        raise NotFound
    return found


def list_sites(customer_id: int) -> Sequence[Site]:
    """Places of the customer, the main one first."""
    return list(Site.objects.filter(customer_id=customer_id).order_by("-is_main", "id"))


def list_assignments(customer_id: int) -> Sequence[Assignment]:
    """Who served the customer, newest first."""
    return list(
        Assignment.objects.filter(customer_id=customer_id)
        .select_related("person")
        .order_by("-starts_on", "role")
    )


def list_home_units(customer_id: int) -> Sequence[HomeUnit]:
    """Units the customer belonged to, newest first."""
    return list(
        HomeUnit.objects.filter(customer_id=customer_id).select_related("unit").order_by("-starts_on")
    )


def list_standings(customer_id: int, kind: str, limit: int = 36) -> Sequence[Standing]:
    """Conclusions of a kind about a customer, newest month and run first."""
    return list(
        Standing.objects.filter(customer_id=customer_id, kind=kind).order_by("-month", "-run_id")[:limit]
    )


def customers_by_code(codes: Iterable[str] | None = None) -> dict[str, int]:
    """Ids by customer number; all when None."""
    rows = Customer.objects.all() if codes is None else Customer.objects.filter(code__in=list(codes))
    return dict(rows.values_list("code", "id"))


def customer_names(ids: Iterable[int]) -> dict[int, str]:
    """Names by id."""
    return dict(Customer.objects.filter(pk__in=list(ids)).values_list("id", "name"))


def names_within(customers: QuerySet[Customer], ids: Iterable[int]) -> dict[int, str]:
    """Names by id of those that belong to a scoped set."""
    return dict(customers.order_by().filter(pk__in=list(ids)).values_list("id", "name"))


def segment_of(customer_id: int) -> str:
    """Code of the segment a customer belongs to, or empty."""
    return Customer.objects.filter(pk=customer_id).values_list("segment", flat=True).first() or ""


def segments_of(ids: Sequence[int]) -> dict[int, str]:
    """Codes of the segments many customers belong to."""
    return dict(Customer.objects.filter(pk__in=list(ids)).values_list("pk", "segment"))


def values_in_list(field: str, ids: Sequence[int]) -> dict[int, str]:
    """One field of many files, as an edit in a list compares it."""
    return dict(locked(Customer.objects.filter(pk__in=list(ids))).values_list("pk", field))


def list_serving(customer_id: int) -> list[int | None]:
    """Ids of the account manager and the deputy."""
    found = Customer.objects.filter(pk=customer_id).values_list("primary_id", "deputy_id").first()
    return list(found) if found else []


def count_load(customers: QuerySet[Customer]) -> dict[int, tuple[int, int]]:
    """Customers per person as (primary of, deputy of), within a scoped set."""
    load: dict[int, tuple[int, int]] = {}
    for person, n in (
        customers.order_by().filter(primary__isnull=False).values_list("primary").annotate(n=Count("id"))
    ):
        load[person] = (n, 0)
    for person, n in (
        customers.order_by().filter(deputy__isnull=False).values_list("deputy").annotate(n=Count("id"))
    ):
        load[person] = (load.get(person, (0, 0))[0], n)
    return load


def without_server(customers: QuerySet[Customer], role: str) -> QuerySet[Customer]:
    """Customers of a scoped set that have no primary, or no deputy."""
    return customers.filter(**{f"{role}__isnull": True})


def without_code(customers: QuerySet[Customer], path: str) -> QuerySet[Customer]:
    """Customers of a scoped set for whom nothing is entered or concluded at a path."""
    return customers.filter(Q(**{path: ""}) | Q(**{f"{path}__isnull": True}))


def assigned_during(person_id: int, starts_on: date, ends_before: date) -> QuerySet[Customer]:
    """Customers a person served at any time of a span: behind his own past figures."""
    spans = Assignment.objects.filter(person_id=person_id, starts_on__lt=ends_before).filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=starts_on)
    )
    return Customer.objects.filter(pk__in=spans.values("customer_id"))


def is_primary_somewhere(person_id: int, on: date, besides: Iterable[int]) -> bool:
    """Whether a person is primary of any customer on a day, other than the ones named."""
    mine = Assignment.objects.filter(in_force(on), person_id=person_id, role="primary")
    return mine.exclude(customer_id__in=list(besides)).exists()


def get_current_day() -> date | None:
    """The day the repeated columns stand for."""
    return CurrentDay.objects.values_list("on", flat=True).first()


def count_by(customers: QuerySet[Customer], field: str) -> list[tuple[Any, int]]:
    """Grouped counts of a scoped set, largest first."""
    rows = customers.order_by().values_list(field).annotate(n=Count("id")).order_by("-n")
    return [(value, n) for value, n in rows]


DIMENSIONS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "customers": (
        Customer,
        (
            "id",
            "code",
            "segment",
            "industry",
            "kind",
            "stage",
            "traits",
            "group_id",
            "starts_on",
            "ends_before",
        ),
    ),
    "home_units": (HomeUnit, ("id", "customer_id", "unit_id", "starts_on", "ends_before")),
    "assignments": (Assignment, ("id", "customer_id", "person_id", "role", "starts_on", "ends_before")),
    "sites": (Site, ("id", "customer_id", "address", "lat", "lon", "is_main")),
}


def list_dimension_rows(kind: str) -> Iterable[tuple[Any, ...]]:
    """Rows of a dimension in a fixed order, for pinning by a run. Kinds and columns: ``DIMENSIONS``."""
    model, columns = DIMENSIONS[kind]
    rows: Iterable[tuple[Any, ...]] = (
        model.objects.order_by("id").values_list(*columns).iterator(chunk_size=20_000)
    )
    return rows


def list_scope_rows(
    customers: QuerySet[Customer],
) -> Iterable[tuple[int, int | None, int | None, int | None]]:
    """(customer, home unit, primary, deputy) of a set: what a scope predicate reads in the lake."""
    return (
        customers.order_by("id").values_list("id", "home_unit_id", "primary_id", "deputy_id").iterator(50_000)
    )


def list_industries(most: int = 200) -> list[str]:
    """Industries on file, by name."""
    rows = Customer.objects.exclude(industry="").order_by("industry").values_list("industry", flat=True)
    return list(rows.distinct()[:most])


def list_served_ids(customers: QuerySet[Customer], person_id: int) -> list[int]:
    """Those of a set a person serves today, as account manager or deputy."""
    rows = customers.order_by().filter(Q(primary_id=person_id) | Q(deputy_id=person_id))
    return list(rows.values_list("id", flat=True))


def count_standings(kind: str, month: date, run_id: int) -> dict[str, int]:
    """How many customers stand at each value of a kind in a month."""
    rows = (
        Standing.objects.filter(kind=kind, month=month, run_id=run_id)
        .values_list("value")
        .annotate(n=Count("id"))
    )
    return dict(rows)


def list_traits(run_id: int, on: date) -> Iterator[tuple[int, str, str, str, str, str]]:
    """What was known of every customer at a close: (id, tier, segment, industry, stage, core); empty where nothing was.

    Tier, segment and core are the close's own conclusions; the stage is that of the day ``on``.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH concluded AS (
                SELECT customer_id, max(value) FILTER (WHERE kind = 'tier') AS tier,
                    max(value) FILTER (WHERE kind = 'segment') AS segment, max(value) FILTER (WHERE kind = 'core') AS core
                FROM customers_standing WHERE run_id = %(run)s GROUP BY customer_id
            ), entered AS (
                SELECT DISTINCT ON (customer_id) customer_id, stage FROM customers_stagechange
                WHERE "on" <= %(on)s ORDER BY customer_id, "on" DESC, id DESC
            )
            SELECT c.id, coalesce(s.tier, ''), coalesce(nullif(s.segment, ''), c.segment), c.industry,
                coalesce(e.stage, c.stage), coalesce(s.core, '')
            FROM customers_customer c LEFT JOIN concluded s ON s.customer_id = c.id
                LEFT JOIN entered e ON e.customer_id = c.id
            """,
            {"run": run_id, "on": on},
        )
        while rows := cursor.fetchmany(50_000):
            yield from rows


def list_by_standing(
    customers: QuerySet[Customer], kind: str, run_id: int, value: str, limit: int
) -> list[Customer]:
    """Customers of a scoped set a close concluded a value for, largest first."""
    chosen = Standing.objects.filter(kind=kind, run_id=run_id, value=value).values("customer_id")
    rows = customers.filter(pk__in=chosen).select_related("current")
    return list(rows.order_by(F("current__revenue_12_yuan").desc(nulls_last=True), "id")[:limit])


def list_movers(customers: QuerySet[Customer], limit: int = 20) -> list[Customer]:
    """Customers of a scoped set whose tier differs from the month before, largest first."""
    moved = customers.exclude(current__tier=F("current__tier_before")).exclude(current__tier_before="")
    return list(moved.filter(current__isnull=False).order_by("-current__revenue_12_yuan", "id")[:limit])


def estimate_customers() -> int:
    """About how many customers there are, from the planner's statistics; never counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = 'customers_customer'"
        )
        return int(cursor.fetchone()[0])


# Steps along an index from value to value instead of reading every row.
_VALUES_SQL = """
    (WITH RECURSIVE found AS (
        (SELECT {column} AS value FROM {table} WHERE {column} > '' ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM {table} WHERE {column} > found.value ORDER BY {column} LIMIT 1)
        FROM found WHERE found.value IS NOT NULL
    ) SELECT '{column}', value FROM found WHERE value IS NOT NULL LIMIT 60)
"""
_VALUES_OF = (("customers_customer", "segment"), ("customers_currentstanding", "tier"))
_ALL_VALUES_SQL = " UNION ALL ".join(
    _VALUES_SQL.format(table=table, column=column) for table, column in _VALUES_OF
)


def list_codes() -> dict[str, list[str]]:
    """Codes of segments and tiers that occur, for filters."""
    found: dict[str, list[str]] = {column: [] for _table, column in _VALUES_OF}
    with connection.cursor() as cursor:
        cursor.execute(_ALL_VALUES_SQL)
        for column, value in cursor.fetchall():
            found[column].append(value)
    return found


def list_changes(customer_id: int, limit: int = 200) -> list[Event]:
    """Every change to a customer's file, people, places, assignments and home units, newest first."""
    hanging = (Contact, Site, Assignment, HomeUnit, Contract, BusinessLine, StageChange)
    sources = [Source(Customer, {"pgh_obj_id": customer_id})]
    sources += [Source(model, {"customer_id": customer_id}) for model in hanging]
    return list_history(*sources, limit=limit)


def with_told(customers: QuerySet[Customer], notice_id: int) -> QuerySet[Customer]:
    """Customers with ``told_at``, ``acknowledged_at`` and ``notice_state`` (open, told, acknowledged) of a notice."""
    told = NoticeTold.objects.filter(notice_id=notice_id, customer=OuterRef("pk"))
    return customers.annotate(
        told_at=Subquery(told.values("told_at")[:1]),
        acknowledged_at=Subquery(told.values("acknowledged_at")[:1]),
    ).annotate(
        notice_state=Case(
            When(acknowledged_at__isnull=False, then=Value("acknowledged")),
            When(told_at__isnull=False, then=Value("told")),
            default=Value("open"),
        )
    )


def count_told(customers: QuerySet[Customer], notice_id: int) -> tuple[int, int, int]:
    """(customers, told, acknowledged) of a notice among customers."""
    told = NoticeTold.objects.filter(notice_id=notice_id, customer__in=customers.values("pk"))
    counted = told.aggregate(told=Count("id"), acknowledged=Count("acknowledged_at"))
    return customers.count(), counted["told"], counted["acknowledged"]


def served_by(customers: QuerySet[Customer], person_id: int | None) -> QuerySet[Customer]:
    """Customers a person is account manager of."""
    return customers.filter(primary_id=person_id)


def count_in_hand(person_id: int, on: date) -> list[tuple[str, int]]:
    """What of customers a person who leaves has in hand, for the check-list."""
    rows = Assignment.objects.filter(in_force(on), person_id=person_id).order_by().values_list("role")
    counts = dict(rows.annotate(n=Count("id")))
    return [
        (say(N_("Customers as account manager")), counts.get("primary", 0)),
        (say(N_("Customers as deputy")), counts.get("deputy", 0)),
    ]


def served_on(rows: QuerySet[Customer], person_id: int, on: date) -> QuerySet[Customer]:
    """Those of these customers a person serves on a day, in either role."""
    serving = Assignment.objects.filter(in_force(on), person_id=person_id)
    return rows.filter(pk__in=serving.values("customer_id"))
