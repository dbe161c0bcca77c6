"""Writes about units, people and postings: keyword-only, atomic, audited by the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime.contributions import call_hooks
from qiao.runtime.login.actions import create_log_in
from qiao.runtime.search import pinyin_of, search_key
from qiao.runtime.spans import in_force

from .. import queries
from ..core.register import EMPLOYMENT
from ..core.tree import check_placement
from ..models import (
    Attribute,
    GradeInForce,
    Person,
    Posting,
    PostingUnit,
    RoleType,
    StaffWord,
    Unit,
    UnitPlacement,
)


@transaction.atomic
def create_unit(
    *,
    code: str,
    name_zh: str,
    kind: str,
    starts_on: date,
    by: Any,
    parent: Unit | None = None,
    name_en: str = "",
    lat: float | None = None,
    lon: float | None = None,
) -> Unit:
    """Open a unit below another on a day.

    Raises:
        RuleBroken: The code is taken, or the unit above does not exist on that day.
    """
    if Unit.objects.filter(code=code).exists():
        raise _taken(code)
    if parent is not None and parent.pk not in queries.get_tree(starts_on).nodes:
        raise RuleBroken(
            N_("The unit above does not exist on %(on)s."), code="parent_absent", field="parent", on=starts_on
        )
    unit = Unit.objects.create(
        code=code, name_zh=name_zh, name_en=name_en, kind=kind, starts_on=starts_on, lat=lat, lon=lon
    )
    UnitPlacement.objects.create(unit=unit, parent=parent, starts_on=starts_on)
    return unit


def _taken(code: str) -> RuleBroken:
    return RuleBroken(N_("The code %(value)s is taken."), code="code_taken", field="code", value=code)


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, on: date, reason: str, by: Any) -> None:
    """Place a unit below another from a day on; what stood before stays as history.

    Raises:
        RuleBroken: It would stand below itself, either does not exist on the day, or a later move is planned.
    """
    tree = queries.get_tree(on)
    if unit.pk not in tree.nodes or (parent is not None and parent.pk not in tree.nodes):
        raise RuleBroken(N_("Both units must exist on %(on)s."), code="unit_absent", field="on", on=on)
    check_placement(tree, unit_id=unit.pk, parent_id=parent.pk if parent else None)
    placements = UnitPlacement.objects.select_for_update().filter(unit=unit)
    if placements.filter(starts_on__gt=on).exists():
        raise RuleBroken(N_("A later move of this unit is planned already."), code="later_move", field="on")
    current = placements.filter(in_force(on)).first()
    if current is not None:
        if current.parent_id == (parent.pk if parent else None):
            raise RuleBroken(N_("The unit stands there already."), code="nothing_to_do", field="parent")
        end_or_remove(current, on)
    UnitPlacement.objects.create(unit=unit, parent=parent, starts_on=on, reason=reason)


@transaction.atomic
def close_unit(*, unit: Unit, on: date, reason: str, by: Any, merge_into: Unit | None = None) -> None:
    """Close a unit before a day, or merge it into another: units, people and customers below go there.

    Raises:
        RuleBroken: Something is still in it and no unit takes it over.
    """
    tree = queries.get_tree(on)
    if unit.pk not in tree.nodes:
        raise RuleBroken(N_("The unit does not exist on %(on)s."), code="unit_absent", field="on", on=on)
    below = tree.children(unit.pk)
    postings = Posting.objects.select_for_update().filter(unit=unit).exclude(ends_before__lte=on)
    if merge_into is None:
        if below or postings.exists():
            raise RuleBroken(
                N_("Units or people are still in this unit; say which unit takes them over."),
                code="unit_in_use",
                field="merge_into",
            )
    else:
        if merge_into.pk not in tree.nodes or merge_into.pk in tree.descendants(unit.pk):
            raise RuleBroken(
                N_("The unit that takes over must exist on %(on)s and not stand below."),
                code="merge_target", field="merge_into", on=on,
            )  # fmt: skip
        for child in below:
            move_unit(unit=Unit.objects.get(pk=child), parent=merge_into, on=on, reason=reason, by=by)
        for posting in postings:
            transfer_posting(posting=posting, unit=merge_into, on=on, reason=reason, by=by)
    call_hooks(
        "on_unit_closed",
        unit_id=unit.pk,
        into_id=merge_into.pk if merge_into else None,
        on=on,
        reason=reason,
        by=by,
    )
    for placement in UnitPlacement.objects.filter(in_force(on), unit=unit):
        end_or_remove(placement, on)
    unit.ends_before, unit.merged_into = on, merge_into
    unit.save(update_fields=["ends_before", "merged_into"])


def end_or_remove(row: Any, on: date) -> None:
    """End a span before a day; one that would have no day left is taken back (its audit stays)."""
    if row.starts_on >= on:
        row.delete()
    else:
        row.ends_before = on
        row.save(update_fields=["ends_before"])


def person_keys(*, name: str, name_en: str, code: str, phone: str) -> dict[str, str]:
    """Derived columns of a person."""
    return {"pinyin": pinyin_of(name), "search_key": search_key(names=[name, name_en], codes=[code, phone])}


@transaction.atomic
def register_person(
    *, code: str, name: str, starts_on: date, by: Any, name_en: str = "", phone: str = "", email: str = "",
    employment: StaffWord | None = None, user: Any = None,
) -> Person:  # fmt: skip
    """Enter a member of staff, with his employment kind where it is known.

    Raises:
        RuleBroken: The staff number is taken.
    """
    if Person.objects.filter(code=code).exists():
        raise _taken(code)
    person = Person.objects.create(
        code=code, name=name, name_en=name_en, phone=phone, email=email,
        starts_on=starts_on, user=user, **person_keys(name=name, name_en=name_en, code=code, phone=phone),
    )  # fmt: skip
    if employment is not None:
        Attribute.objects.create(person=person, list=employment.list, word=employment, starts_on=starts_on)
    return person


@transaction.atomic
def link_log_in(*, person: Person, user: Any, by: Any) -> None:
    """Give a person a log-in.

    Raises:
        RuleBroken: He has one, or it belongs to another.
    """
    if person.user_id is not None or Person.objects.filter(user=user).exists():
        raise RuleBroken(
            N_("The person has a log-in already, or it belongs to another."), code="log_in_taken"
        )
    person.user = user
    person.save(update_fields=["user"])


@transaction.atomic
def give_log_in(*, person: Person, username: str, password: str, by: Any) -> Any:
    """Make a log-in for a person: both or neither.

    Raises:
        RuleBroken: He has one, the name is taken or the password too weak.
    """
    user = create_log_in(username=username, password=password)
    link_log_in(person=person, user=user, by=by)
    return user


@transaction.atomic
def appoint(
    *, person: Person, unit: Unit, role_type: RoleType, starts_on: date, by: Any, ends_before: date | None = None,
    is_main: bool = True, scope_kind: str = "", chosen_units: Sequence[Unit] = (), reason: str = "",
) -> Posting:  # fmt: skip
    """Post a person to a unit in a role.

    Raises:
        RuleBroken: He holds this post or another main post in that time, or the unit does not exist then.
    """
    if unit.pk not in queries.get_tree(starts_on).nodes:
        raise RuleBroken(
            N_("The unit does not exist on %(on)s."), code="unit_absent", field="unit", on=starts_on
        )
    if (scope_kind or role_type.scope_kind) == "chosen" and not chosen_units:
        raise RuleBroken(
            N_("Choose the units this posting may see."), code="units_missing", field="chosen_units"
        )
    try:
        with transaction.atomic():
            posting = Posting.objects.create(
                person=person, unit=unit, role_type=role_type, starts_on=starts_on, ends_before=ends_before,
                is_main=is_main, scope_kind=scope_kind, reason=reason,
            )  # fmt: skip
    except IntegrityError as error:
        raise _posting_overlap(error) from None
    PostingUnit.objects.bulk_create(PostingUnit(posting=posting, unit=u) for u in chosen_units)
    return posting


def _posting_overlap(error: IntegrityError) -> RuleBroken:
    if "posting_one_main" in str(error):
        return RuleBroken(
            N_("The person holds another main post in that time; end it first or make this a side post."),
            code="main_post_overlap", field="is_main",
        )  # fmt: skip
    if "posting_once_per_role" in str(error):
        return RuleBroken(N_("The person holds this post in that time already."), code="posting_overlap")
    return RuleBroken(N_("The posting ends before it begins."), code="posting_span", field="ends_before")


@transaction.atomic
def end_posting(*, posting: Posting, on: date, reason: str, by: Any) -> None:
    """End a posting before a day.

    Raises:
        RuleBroken: It ended earlier.
    """
    if posting.ends_before is not None and posting.ends_before <= on:
        raise RuleBroken(N_("The posting ends earlier already."), code="posting_ended", field="on")
    posting.reason = reason or posting.reason
    end_or_remove(posting, on)


@transaction.atomic
def transfer_posting(*, posting: Posting, unit: Unit, on: date, reason: str, by: Any) -> Posting:
    """Move a posting to another unit from a day on, keeping role and reach."""
    later_end, start = posting.ends_before, max(on, posting.starts_on)
    chosen = [row.unit for row in posting.chosen_units.select_related("unit")]
    end_or_remove(posting, start)
    return appoint(
        person=posting.person, unit=unit, role_type=posting.role_type, starts_on=start, ends_before=later_end,
        is_main=posting.is_main, scope_kind=posting.scope_kind, chosen_units=chosen, reason=reason, by=by,
    )  # fmt: skip


@transaction.atomic
def set_grade(*, person: Person, grade: str, on: date, reason: str, by: Any) -> GradeInForce:
    """Put a grade in force from a day on.

    Raises:
        RuleBroken: A later grade is noted already.
    """
    if GradeInForce.objects.filter(person=person, starts_on__gt=on).exists():
        raise RuleBroken(N_("A later grade is noted already."), code="later_grade", field="on")
    for current in GradeInForce.objects.select_for_update().filter(in_force(on), person=person):
        end_or_remove(current, on)
    return GradeInForce.objects.create(person=person, grade=grade, starts_on=on, reason=reason)


@transaction.atomic
def rename_unit(
    *, code: str, by: Any, name_zh: str = "", name_en: str = "", kind: str = "",
    lat: float | None = None, lon: float | None = None, cleared: Collection[str] = (),
) -> Unit:  # fmt: skip
    """Change names, kind and place of a unit; empty leaves what is there unless named in ``cleared``.

    Its history is in the audit.
    """
    unit = Unit.objects.select_for_update().get(code=code)
    for name, value in (
        ("name_zh", name_zh),
        ("name_en", name_en),
        ("kind", kind),
        ("lat", lat),
        ("lon", lon),
    ):
        if value not in ("", None) or name in cleared:
            setattr(unit, name, value)
    unit.save()
    return unit


@transaction.atomic
def change_person(*, person: Person, by: Any, **changes: str) -> Person:
    """Change name, phone or e-mail."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    for name in ("name", "name_en", "phone", "email"):
        if name in changes:
            setattr(row, name, changes[name])
    for name, value in person_keys(
        name=row.name, name_en=row.name_en, code=row.code, phone=row.phone
    ).items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def load_people(*, rows: Sequence[Mapping[str, Any]], by: Any) -> tuple[int, int]:
    """Enter many staff with their first main post, and renew particulars of known ones, by staff number.

    Args:
        rows: code, name, name_en, phone, email, employment_id, starts_on, unit_id, role_id; checked by the caller.
            The employment kind holds from the day they joined; of known staff it stays as it is. ``cleared``: names of
            particulars of known staff that are taken away.

    Returns:
        (created, updated).
    """
    known = {p.code: p for p in Person.objects.filter(code__in=[row["code"] for row in rows])}
    new = [row for row in rows if row["code"] not in known]
    for row in rows:
        if row["code"] in known:
            changes = {n: row[n] for n in ("name", "name_en", "phone", "email") if row.get(n)}
            changes |= dict.fromkeys(row.get("cleared", ()), "")
            change_person(person=known[row["code"]], by=by, **changes)
    people = Person.objects.bulk_create(
        (
            Person(
                code=row["code"], name=row["name"], name_en=row.get("name_en") or "", phone=row.get("phone") or "",
                email=row.get("email") or "", starts_on=row["starts_on"],
                **person_keys(name=row["name"], name_en=row.get("name_en") or "", code=row["code"], phone=row.get("phone") or ""),
            )
            for row in new
        ),
        batch_size=5000,
    )  # fmt: skip
    Posting.objects.bulk_create(
        (
            Posting(
                person=person, unit_id=row["unit_id"], role_type_id=row["role_id"], starts_on=row["starts_on"]
            )
            for person, row in zip(people, new, strict=True)
        ),
        batch_size=5000,
    )
    Attribute.objects.bulk_create(
        (
            Attribute(
                person=person, word_id=row["employment_id"], list=EMPLOYMENT, starts_on=row["starts_on"]
            )
            for person, row in zip(people, new, strict=True)
            if row.get("employment_id") is not None
        ),
        batch_size=5000,
    )
    return len(new), len(rows) - len(new)
