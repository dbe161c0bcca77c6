"""Reads of the organisation."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from qiao.kernel.errors import N_, NotFound
from qiao.runtime import clock
from qiao.runtime.audit.queries import Event, Source, list_history
from qiao.runtime.contributions import HandOver, list_registered
from qiao.runtime.i18n import pick, say
from qiao.runtime.listing.locking import locked
from qiao.runtime.protection import Sight
from qiao.runtime.protection.searching import search_as_seen
from qiao.runtime.spans import in_force
from qiao.runtime.stamps import kept

from ..core.calendar import Calendar, Hours
from ..core.register import EMPLOYMENT
from ..core.tree import UnitNode, UnitTree, build_tree
from ..models import (
    Absence,
    Attribute,
    CalendarDay,
    Departure,
    GradeInForce,
    Person,
    Posting,
    PostingUnit,
    Qualification,
    RoleType,
    Unit,
    UnitPlacement,
    WorkingHours,
)


def get_tree(on: date | None = None) -> UnitTree:
    """The tree of units as of a day (today when None)."""
    return _tree(on or clock.today())


@kept(most=64)
def _tree(on: date) -> UnitTree:
    parents = dict(UnitPlacement.objects.filter(in_force(on)).values_list("unit_id", "parent_id"))
    rows = Unit.objects.filter(in_force(on)).values_list("id", "code", "kind", "name_zh", "name_en")
    return build_tree(on, (UnitNode(*row, parent_id=parents.get(row[0])) for row in rows))


def unit_name(tree: UnitTree, unit_id: int | None) -> str:
    """A unit's name in the reader's language, empty when it does not exist on the tree's day."""
    node = tree.nodes.get(unit_id) if unit_id is not None else None
    return pick(node.name_zh, node.name_en) if node else ""


def unit_names(ids: Iterable[int]) -> dict[int, str]:
    """Names of units in the reader's language, also of those closed since; no query for none."""
    wanted = set(ids)
    rows = Unit.objects.filter(pk__in=wanted).values_list("id", "name_zh", "name_en") if wanted else ()
    return {pk: pick(zh, en) for pk, zh, en in rows}


def get_unit(unit_id: int) -> Unit:
    """One unit. Raises NotFound."""
    unit = Unit.objects.filter(pk=unit_id).select_related("merged_into").first()
    if unit is None:
        raise NotFound
    return unit


def find_unit_by_code(code: str) -> Unit | None:
    """The unit with this code."""
    return Unit.objects.filter(code=code).first()


def list_placements(unit_id: int) -> Sequence[UnitPlacement]:
    """Where a unit has stood, newest first."""
    return list(UnitPlacement.objects.filter(unit_id=unit_id).select_related("parent").order_by("-starts_on"))


def list_people(*, unit_ids: Iterable[int] | None = None, on: date | None = None) -> QuerySet[Person]:
    """People with a posting in force at one of the units (everybody when None), with those postings loaded."""
    day = on or clock.today()
    current = (
        Posting.objects.filter(in_force(day)).select_related("unit", "role_type").order_by("-is_main", "id")
    )
    employed = Attribute.objects.filter(in_force(day), list=EMPLOYMENT).select_related("word")
    people = Person.objects.prefetch_related(
        Prefetch("postings", current, to_attr="current_postings"),
        Prefetch("attributes", employed, to_attr="current_employment"),
    )
    if unit_ids is None:
        return people
    there = Posting.objects.filter(in_force(day), unit_id__in=list(unit_ids)).values("person_id")
    return people.filter(pk__in=there)


def search_people(people: QuerySet[Person], text: str, phones: Sight) -> QuerySet[Person]:
    """People whose name, pinyin, initials, staff number or phone holds the text. ``phones``: how far they are read."""
    return search_as_seen(people, text, phones)


def get_person(person_id: int, among: QuerySet[Person]) -> Person:
    """One person of a set in scope. Raises NotFound."""
    person = among.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person


def find_person_of(user_id: int) -> Person | None:
    """The person a log-in belongs to."""
    return Person.objects.filter(user_id=user_id).first()


def list_postings(person_id: int) -> Sequence[Posting]:
    """A person's postings, newest first."""
    return list(
        Posting.objects.filter(person_id=person_id)
        .select_related("unit", "role_type")
        .prefetch_related("chosen_units__unit")
        .order_by("-starts_on", "-id")
    )


def get_posting(person_id: int, posting_id: int) -> Posting:
    """One posting of a person. Raises NotFound."""
    posting = (
        Posting.objects.select_related("unit", "role_type", "person")
        .filter(person_id=person_id, pk=posting_id)
        .first()
    )
    if posting is None:
        raise NotFound
    return posting


def get_role_type(role_type_id: int) -> RoleType:
    """One role type. Raises NotFound."""
    role = RoleType.objects.filter(pk=role_type_id).first()
    if role is None:
        raise NotFound
    return role


def list_grades(person_id: int) -> Sequence[GradeInForce]:
    """A person's grades, newest first."""
    return list(GradeInForce.objects.filter(person_id=person_id).order_by("-starts_on"))


def list_role_types() -> Sequence[RoleType]:
    """Every role type, by code."""
    return list(RoleType.objects.order_by("code"))


def gather_postings(user_id: int, on: date) -> tuple[Person | None, list[Posting], dict[int, list[int]]]:
    """What access needs to know of a log-in: person, postings in force, chosen units by posting."""
    postings = list(
        Posting.objects.filter(in_force(on), in_force(on, "person__"), person__user_id=user_id)
        .select_related("person", "role_type", "unit")
        .order_by("-is_main", "id")
    )
    chosen: dict[int, list[int]] = {}
    choosing = [p.pk for p in postings if (p.scope_kind or p.role_type.scope_kind) == "chosen"]
    if choosing:
        for posting_id, unit_id in PostingUnit.objects.filter(posting_id__in=choosing).values_list(
            "posting_id", "unit_id"
        ):
            chosen.setdefault(posting_id, []).append(unit_id)
    return (postings[0].person if postings else None), postings, chosen


def main_units(person_ids: Iterable[int], on: date) -> dict[int, int]:
    """Unit of each person's main posting on a day; of any posting where none is the main one."""
    postings = Posting.objects.filter(in_force(on), person_id__in=list(person_ids)).order_by("is_main", "-id")
    return dict(postings.values_list("person_id", "unit_id"))


def people_by_code(codes: Iterable[str]) -> dict[str, int]:
    """Ids of people by staff number."""
    return dict(Person.objects.filter(code__in=list(codes)).values_list("code", "id"))


def units_by_code(codes: Iterable[str] | None = None) -> dict[str, int]:
    """Ids of units by code; all when None."""
    units = Unit.objects.all() if codes is None else Unit.objects.filter(code__in=list(codes))
    return dict(units.values_list("code", "id"))


def people_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by id."""
    return dict(Person.objects.filter(pk__in={i for i in ids if i is not None}).values_list("id", "name"))


def list_serving_people(unit_ids: Iterable[int] | None = None, on: date | None = None) -> QuerySet[Person]:
    """People whose posting in force serves customers, at the units (everywhere when None)."""
    serving = Posting.objects.filter(in_force(on or clock.today()), role_type__serves_customers=True)
    if unit_ids is not None:
        serving = serving.filter(unit_id__in=list(unit_ids))
    return Person.objects.filter(pk__in=serving.values("person_id")).order_by("pinyin", "id")


DIMENSIONS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "units": (Unit, ("id", "code", "kind", "name_zh", "name_en", "starts_on", "ends_before")),
    "unit_placements": (UnitPlacement, ("id", "unit_id", "parent_id", "starts_on", "ends_before")),
    "people": (Person, ("id", "code", "starts_on", "ends_before")),
    "postings": (
        Posting,
        ("id", "person_id", "unit_id", "role_type__code", "is_main", "starts_on", "ends_before"),
    ),
    "grades": (GradeInForce, ("id", "person_id", "grade", "starts_on", "ends_before")),
}


def list_dimension_rows(kind: str) -> Iterable[tuple[Any, ...]]:
    """Rows of a dimension in a fixed order, for pinning by a run. Kinds and columns: ``DIMENSIONS``."""
    model, columns = DIMENSIONS[kind]
    rows: Iterable[tuple[Any, ...]] = (
        model.objects.order_by("id").values_list(*columns).iterator(chunk_size=20_000)
    )
    return rows


def search_units(text: str) -> Q:
    """Filter for units whose code or names hold the text."""
    return Q(code__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)


def people_codes_in_service(on: date | None = None) -> dict[str, int]:
    """Ids by staff number of the people employed on a day."""
    return dict(Person.objects.filter(in_force(on or clock.today())).values_list("code", "id"))


def unit_files() -> dict[str, dict[str, Any]]:
    """Names, kind and place of every unit, by code."""
    return {
        row["code"]: {**row}
        for row in Unit.objects.values("code", "name_zh", "name_en", "kind", "lat", "lon")
    }


def person_files(codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Particulars of people by staff number, with the unit of the main post and the employment kind in force."""
    people = Person.objects.filter(code__in=list(codes))
    columns = ("id", "code", "name", "name_en", "phone", "email")
    files = {row["code"]: {**row, "unit_id": None, "employment_id": None} for row in people.values(*columns)}
    employed = Attribute.objects.filter(in_force(clock.today()), list=EMPLOYMENT, person__in=people)
    for code, word_id in employed.values_list("person__code", "word_id"):
        files[code]["employment_id"] = word_id
    main = Posting.objects.filter(in_force(clock.today()), is_main=True, person__in=people)
    for code, unit_id in main.values_list("person__code", "unit_id"):
        files[code]["unit_id"] = unit_id
    return files


def find_person(person_id: int) -> Person | None:
    """A person by id, for a choice already limited to people in reach."""
    return Person.objects.filter(pk=person_id).first()


def count_heads(on: date) -> dict[int, int]:
    """People with a main post in force at each unit on a day."""
    rows = (
        Posting.objects.filter(in_force(on), is_main=True)
        .order_by()
        .values_list("unit_id")
        .annotate(n=Count("id"))
    )
    return dict(rows)


def people_at(unit_id: int) -> list[int]:
    """Ids of people with a post in force at a unit."""
    return list(
        Posting.objects.filter(in_force(clock.today()), unit_id=unit_id).values_list("person_id", flat=True)
    )


def people_values(field: str, ids: Sequence[int]) -> dict[int, str]:
    """One field of many people, as an edit in a list compares it."""
    return dict(locked(Person.objects.filter(pk__in=list(ids))).values_list("pk", field))


def with_main_post(people: QuerySet[Person]) -> QuerySet[Person]:
    """People with the names of their main post's unit and role beside them, for a list."""
    main = Posting.objects.filter(in_force(clock.today()), person=OuterRef("pk")).order_by("-is_main", "id")
    return Person.objects.filter(pk__in=people.order_by().values("pk")).annotate(
        unit_id=Subquery(main.values("unit_id")[:1]),
        unit_zh=Subquery(main.values("unit__name_zh")[:1]),
        unit_en=Subquery(main.values("unit__name_en")[:1]),
        role_zh=Subquery(main.values("role_type__name_zh")[:1]),
        role_en=Subquery(main.values("role_type__name_en")[:1]),
    )


def list_unit_changes(unit_id: int) -> list[Event]:
    """Every change to a unit and its place in the tree, newest first."""
    return list_history(
        Source(Unit, {"pgh_obj_id": unit_id}), Source(UnitPlacement, {"unit_id": unit_id}), limit=200
    )


def list_person_changes(person_id: int) -> list[Event]:
    """Every change to a person, his posts, grades and register, newest first."""
    sources = [Source(Person, {"pgh_obj_id": person_id})]
    sources += [
        Source(model, {"person_id": person_id}) for model in (Posting, GradeInForce, Attribute, Qualification)
    ]
    return list_history(*sources, limit=200)


def with_role(people: QuerySet[Person], role_type_id: int) -> QuerySet[Person]:
    """People who hold a post of this role type today."""
    holding = Posting.objects.filter(in_force(clock.today()), role_type_id=role_type_id)
    return people.filter(pk__in=holding.values("person_id"))


def get_calendar() -> Calendar:
    """The working calendar: two small queries."""
    hours = [
        Hours(row.starts_on, frozenset(row.weekdays), tuple((_time(a), _time(b)) for a, b in row.spans))
        for row in WorkingHours.objects.order_by("starts_on")
    ]
    return Calendar(hours, dict(CalendarDay.objects.values_list("on", "works")))


def _time(text: str) -> time:
    return time.fromisoformat(text)


def list_working_hours() -> Sequence[WorkingHours]:
    """Usual hours, newest first."""
    return list(WorkingHours.objects.order_by("-starts_on"))


def list_special_days(year: int) -> Sequence[CalendarDay]:
    """Days of a year that differ from the usual week."""
    return list(CalendarDay.objects.filter(on__year=year).order_by("on"))


def list_absences(on: date) -> QuerySet[Absence]:
    """Absences that have not ended by a day."""
    return Absence.objects.filter(ends_before__gt=on).select_related("person", "substitute")


def substitutes_of(person_ids: Iterable[int], on: date) -> dict[int, int]:
    """Who acts for those away on a day: person → substitute."""
    rows = Absence.objects.filter(in_force(on), person_id__in=list(person_ids), substitute__isnull=False)
    return dict(rows.values_list("person_id", "substitute_id"))


def away_for(substitute_id: int, on: date) -> list[int]:
    """People the substitute acts for on a day."""
    return list(
        Absence.objects.filter(in_force(on), substitute_id=substitute_id).values_list("person_id", flat=True)
    )


def in_service(person_ids: Iterable[int], on: date) -> set[int]:
    """Those of these people who have joined and not left."""
    return set(Person.objects.filter(in_force(on), pk__in=list(person_ids)).values_list("pk", flat=True))


def list_in_service(on: date) -> QuerySet[Person]:
    """Everybody who has joined and not left."""
    return Person.objects.filter(in_force(on))


def contacts_of(person_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Phone and mailbox of people in service."""
    rows = Person.objects.filter(in_force(clock.today()), pk__in=list(person_ids))
    return {pk: (phone, mailbox) for pk, phone, mailbox in rows.values_list("pk", "phone", "email")}


def people_in_units(unit_ids: Iterable[int], on: date) -> dict[int, int]:
    """People with a post in force at one of the units, and the unit of it (of the main post when there is one)."""
    rows = Posting.objects.filter(in_force(on), in_force(on, "person__"), unit_id__in=list(unit_ids))
    return dict(rows.order_by("is_main", "-id").values_list("person_id", "unit_id"))


def people_with_right(right: str, on: date) -> set[int]:
    """People in service whose post on a day carries a right."""
    rows = Posting.objects.filter(in_force(on), in_force(on, "person__"), role_type__rights__contains=[right])
    return set(rows.values_list("person_id", flat=True))


def list_in_hand(person_id: int, on: date) -> list[tuple[str, int]]:
    """The hand-over check-list: what a person has in hand on a day, label and number."""
    posts = Posting.objects.filter(in_force(on), person_id=person_id).count()
    lines = [(say(N_("Posts that end")), posts)]
    for item in list_registered(HandOver):
        lines += [(str(label), number) for label, number in item.count(person_id, on)]
    return lines


def list_departures(unit_ids: Iterable[int] | None = None) -> QuerySet[Departure]:
    """Departures of people of the units (all when None)."""
    rows = Departure.objects.select_related("person", "unit", "successor", "signer", "made_by", "undone_by")
    return rows if unit_ids is None else rows.filter(unit_id__in=list(unit_ids))
