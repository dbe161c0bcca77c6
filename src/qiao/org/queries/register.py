"""Reads of the register of staff: words, attributes, certificates, and people with what holds for them on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Exists, F, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery, Value

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import pick
from qiao.runtime.spans import in_force
from qiao.runtime.stamps import kept

from ..core.headcount import roll_up
from ..core.register import AGE, EDUCATION, EMPLOYMENT, FIELD, TALENT, AgeBand, band_ages
from ..models import (
    Attribute,
    GradeInForce,
    Person,
    PersonalDetail,
    Posting,
    Qualification,
    StaffWord,
    TalentPlan,
)
from .organisation import get_tree


@kept(most=32)
def _words(code: str) -> tuple[StaffWord, ...]:
    return tuple(StaffWord.objects.filter(list=code).order_by("rank", "code"))


def list_words(code: str, *, all_of_them: bool = False) -> list[StaffWord]:
    """Words of a list in its order, those no longer in use left out unless asked for."""
    return [word for word in _words(code) if all_of_them or word.in_use]


def word_name(word: StaffWord | None) -> str:
    """A word in the reader's language."""
    return pick(word.name_zh, word.name_en) if word else ""


def word_names(code: str) -> dict[int, str]:
    """Names of all words of a list, by id, in its order."""
    return {word.pk: word_name(word) for word in _words(code)}


def words_by_text(code: str) -> dict[str, int]:
    """Ids of the words of a list in use by code and by either name, as a file may write them."""
    found: dict[str, int] = {}
    for word in list_words(code):
        found |= {text: word.pk for text in (word.name_en, word.name_zh, word.code) if text}
    return found


def get_word(word_id: int) -> StaffWord:
    """One word. Raises NotFound."""
    word = StaffWord.objects.filter(pk=word_id).first()
    if word is None:
        raise NotFound
    return word


def age_bands(on: date) -> list[AgeBand]:
    """The enterprise's age bands as spans of birth days on a day."""
    return band_ages([(word.pk, word.rank) for word in list_words(AGE)], on)


def list_attributes(person_id: int) -> list[Attribute]:
    """What a person is and was described by, newest first."""
    return list(
        Attribute.objects.filter(person_id=person_id).select_related("word").order_by("-starts_on", "-id")
    )


def get_attribute(person_id: int, attribute_id: int) -> Attribute:
    """One attribute of a person. Raises NotFound."""
    row = Attribute.objects.select_related("word").filter(person_id=person_id, pk=attribute_id).first()
    if row is None:
        raise NotFound
    return row


def list_qualifications(person_id: int) -> list[Qualification]:
    """A person's certificates, newest first."""
    rows = Qualification.objects.filter(person_id=person_id).select_related("kind")
    return list(rows.order_by("-issued_on", "-id"))


def get_qualification(person_id: int, qualification_id: int) -> Qualification:
    """One certificate of a person. Raises NotFound."""
    rows = Qualification.objects.select_related("kind")
    row = rows.filter(person_id=person_id, pk=qualification_id).first()
    if row is None:
        raise NotFound
    return row


def find_personal(person_id: int) -> PersonalDetail | None:
    """What is shown only under a right of its own; the caller checks it."""
    return PersonalDetail.objects.filter(person_id=person_id).first()


def list_staff(
    on: date, *, unit_ids: Iterable[int] | None = None, also: int | None = None
) -> QuerySet[Person]:
    """People in service on a day (with a post then at one of the units, or the one named), with what held for them.

    Beside a person stand ``post`` (the main one), ``employment``, ``education`` and ``grade_then``, each at most one.
    """
    rows = Person.objects.filter(in_force(on))
    if unit_ids is not None:
        there = Posting.objects.filter(in_force(on), unit_id__in=list(unit_ids)).values("person_id")
        rows = rows.filter(Q(pk__in=there) | Q(pk=also or 0))
    return rows.annotate(
        post=FilteredRelation("postings", condition=Q(postings__is_main=True) & in_force(on, "postings__")),
        employment=_one("attributes", EMPLOYMENT, on),
        education=_one("attributes", EDUCATION, on),
        grade_then=FilteredRelation("grades", condition=in_force(on, "grades__")),
    )


def _one(path: str, code: str, on: date) -> FilteredRelation:
    return FilteredRelation(path, condition=Q(**{f"{path}__list": code}) & in_force(on, f"{path}__"))


def with_several(rows: QuerySet[Person], on: date) -> QuerySet[Person]:
    """People with their fields and talents as one text each, and the day the first of their valid certificates ends."""
    several = {}
    for name, code in (("fields", FIELD), ("talents", TALENT)):
        held = Attribute.objects.filter(in_force(on), list=code, person=OuterRef("pk")).order_by()
        for language in ("zh", "en"):
            joined = StringAgg(
                f"word__name_{language}", Value("、" if language == "zh" else ", "), order_by="word__rank"
            )
            several[f"{name}_{language}"] = Subquery(
                held.values("person").annotate(text=joined).values("text")
            )
    valid = Qualification.objects.filter(
        _valid(on), person=OuterRef("pk"), valid_before__isnull=False
    ).order_by()
    first = valid.values("person").annotate(first=Min("valid_before")).values("first")
    return rows.annotate(**several, ends_first=Subquery(first))


def _valid(on: date) -> Q:
    return Q(issued_on__lte=on) & (Q(valid_before__isnull=True) | Q(valid_before__gt=on))


def holding(rows: QuerySet[Person], word_id: int, on: date) -> QuerySet[Person]:
    """People described by a word on a day."""
    held = Attribute.objects.filter(in_force(on), word_id=word_id, person=OuterRef("pk"))
    return rows.filter(Exists(held))


def qualified(rows: QuerySet[Person], kind_id: int, on: date) -> QuerySet[Person]:
    """People with a certificate of a kind, valid on a day."""
    return rows.filter(
        Exists(Qualification.objects.filter(_valid(on), kind_id=kind_id, person=OuterRef("pk")))
    )


def ending_soon(rows: QuerySet[Person], soon: bool, on: date) -> QuerySet[Person]:
    """People with (or without) a certificate whose end is near, as the words of its kind say."""
    near = Qualification.objects.filter(
        _valid(on), valid_before__lte=Value(on) + F("kind__notice_days"), person=OuterRef("pk")
    )
    return rows.filter(Exists(near) if soon else ~Exists(near))


def of_age_band(rows: QuerySet[Person], word_id: int, on: date) -> QuerySet[Person]:
    """People of an age band on a day; nobody for a word that is none."""
    for band in age_bands(on):
        if band.word_id == word_id:
            rows = rows.filter(personal__born_on__lte=band.born_until)
            return rows.filter(personal__born_on__gt=band.born_after) if band.born_after else rows
    return rows.none()


def list_grade_codes() -> list[str]:
    """Every grade anybody holds or held."""
    return list(GradeInForce.objects.order_by("grade").values_list("grade", flat=True).distinct())


def talent_plans(unit_ids: Iterable[int], on: date) -> dict[tuple[int, int], int]:
    """Planned numbers in force on a day, by unit and talent type."""
    rows = TalentPlan.objects.filter(in_force(on), unit_id__in=list(unit_ids))
    return {(unit, word): number for unit, word, number in rows.values_list("unit_id", "word_id", "number")}


def talents_at(on: date, unit_ids: Iterable[int]) -> list[tuple[int, int, int]]:
    """(unit of the main post, talent type, people) on a day."""
    main = Posting.objects.filter(in_force(on), is_main=True, unit_id__in=list(unit_ids))
    rows = (
        Attribute.objects.filter(in_force(on), in_force(on, "person__"), list=TALENT)
        .filter(person__postings__in=main)
        .order_by()
        .values_list("person__postings__unit_id", "word_id")
        .annotate(n=Count("person_id", distinct=True))
    )
    return list(rows)


def attributes_now(person_ids: Sequence[int], *, codes: bool = False) -> dict[int, dict[str, str]]:
    """Words (or their codes) of people today by list, several joined: for the API and files."""
    rows = Attribute.objects.filter(in_force(clock.today()), person_id__in=list(person_ids))
    found: dict[int, dict[str, str]] = {}
    for person, of_list, code, zh, en in rows.order_by("word__rank").values_list(
        "person_id", "list", "word__code", "word__name_zh", "word__name_en"
    ):
        texts = found.setdefault(person, {})
        texts[of_list] = ",".join(filter(None, (texts.get(of_list), code if codes else pick(zh, en))))
    return found


def find_word(code: str, text: str) -> StaffWord | None:
    """The word of a list with this code or name; None for no text. Raises as :func:`named_word`."""
    return named_word(code, text) if text else None


def named_word(code: str, text: str) -> StaffWord:
    """The word of a list with this code or name.

    Raises:
        RuleBroken: The list has no such word.
    """
    found = words_by_text(code).get(text)
    if found is None:
        raise RuleBroken(
            N_("“%(value)s” is no word of this list."), code="unknown_word", field=code, value=text[:40]
        )
    return get_word(found)


def without(rows: QuerySet[Person], part: str) -> QuerySet[Person]:
    """People of whom a part of the register is not noted."""
    path = "personal__born_on" if part == "personal" else f"{part}__id"
    return rows.filter(**{f"{path}__isnull": True})


def with_page(rows: QuerySet[Person], visible: QuerySet[Person]) -> QuerySet[Person]:
    """People, and whether each has a page the viewer may open today."""
    return rows.annotate(opens=Exists(visible.order_by().filter(pk=OuterRef("pk"))))


def compare_talents(unit_ids: Sequence[int], on: date) -> dict[tuple[int, int], dict[str, int | None]]:
    """Talents planned (None where no plan is noted) and there, by unit with those below it, and type."""
    tree, plans = get_tree(on), talent_plans(unit_ids, on)
    there = roll_up(tree, talents_at(on, unit_ids))
    kinds = [word.pk for word in list_words(TALENT)]
    return {
        (unit, kind): {"planned": plans.get((unit, kind)), "there": there.get((unit, kind), 0)}
        for unit in unit_ids
        for kind in kinds
    }


def people_in_reach(among: QuerySet[Person], codes: Iterable[str]) -> dict[str, Person]:
    """People of a scoped set by staff number."""
    return {row.code: row for row in among.filter(code__in=list(codes)).only("id", "code", "starts_on")}


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    """People by id."""
    return Person.objects.in_bulk(list(ids))


def words_by_id() -> dict[int, StaffWord]:
    """Every word of every list."""
    return StaffWord.objects.in_bulk()


def held_words(person_ids: Iterable[int]) -> dict[int, set[int]]:
    """Words that describe people today."""
    found: dict[int, set[int]] = {}
    rows = Attribute.objects.filter(in_force(clock.today()), person_id__in=list(person_ids))
    for person, word in rows.values_list("person_id", "word_id"):
        found.setdefault(person, set()).add(word)
    return found


def with_birthday(person_ids: Iterable[int]) -> set[int]:
    """Which of these people's birthday stands there."""
    rows = PersonalDetail.objects.filter(person_id__in=list(person_ids), born_on__isnull=False)
    return set(rows.values_list("person_id", flat=True))


def held_lists(person_ids: Iterable[int]) -> dict[str, set[str]]:
    """Lists of which people are described by something today, by staff number."""
    found: dict[str, set[str]] = {}
    rows = Attribute.objects.filter(in_force(clock.today()), person_id__in=list(person_ids))
    for code, name in rows.values_list("person__code", "list"):
        found.setdefault(code, set()).add(name)
    return found


def register_lines(staff: QuerySet[Person], ids: Sequence[int]) -> list[dict[str, Any]]:
    """Lines of the register for some of the people of :func:`list_staff`, by staff number."""
    columns = (
        "id", "code", "name", "starts_on", "post__unit_id", "post__role_type__code", "employment__word__code",
        "education__word__code", "grade_then__grade",
    )  # fmt: skip
    return list(staff.filter(pk__in=ids).order_by("code").values(*columns))


def holds_any(word_ids: Sequence[int], on: date) -> Exists:
    """A condition on a person: described by one of the words on a day."""
    return Exists(Attribute.objects.filter(in_force(on), word_id__in=word_ids, person=OuterRef("pk")))


def list_employed(on: date) -> list[dict[str, Any]]:
    """People on a day whose main post and employment kind are noted, with the names of both."""
    rows: QuerySet[Any] = list_staff(on)
    rows = rows.filter(post__id__isnull=False, employment__id__isnull=False)
    columns = {
        "role_zh": F("post__role_type__name_zh"), "role_en": F("post__role_type__name_en"),
        "kind_zh": F("employment__word__name_zh"), "kind_en": F("employment__word__name_en"),
    }  # fmt: skip
    return list(rows.values("id", **columns))
