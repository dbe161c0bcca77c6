"""Writes about the register of staff: words, attributes, certificates, personal particulars, talent plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.spans import in_force

from ..core.register import LISTS, ONE_AT_A_TIME
from ..models import Attribute, Person, PersonalDetail, Qualification, StaffWord, TalentPlan, Unit
from .organisation import end_or_remove

USUAL = Path(__file__).resolve().parent.parent / "lists" / "usual.yaml"


@transaction.atomic
def put_word(
    *, code: str, list_code: str, name_zh: str, by: Any, name_en: str = "", rank: int = 0, notice_days: int = 60,
    in_use: bool = True, word: StaffWord | None = None,
) -> StaffWord:  # fmt: skip
    """Enter a word into a list, or change one.

    Raises:
        RuleBroken: There is no such list, or the list has another word of this code.
    """
    if list_code not in LISTS:
        raise RuleBroken(N_("There is no such list."), code="no_such_list", field="list")
    row = word or StaffWord(list=list_code)
    same = StaffWord.objects.filter(list=row.list, code=code).exclude(pk=row.pk)
    if same.exists():
        raise RuleBroken(N_("The list has this code already."), code="code_taken", field="code")
    row.code, row.name_zh, row.name_en = code, name_zh, name_en
    row.rank, row.notice_days, row.in_use = rank, notice_days, in_use
    row.save()
    return row


@transaction.atomic
def enter_usual_words(*, by: Any) -> int:
    """Enter the words enterprises usually begin with into lists that are empty. Idempotent. Returns how many."""
    usual: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(USUAL.read_text(encoding="utf-8"))
    known = set(StaffWord.objects.values_list("list", flat=True))
    rows = [
        StaffWord(
            list=code, code=word["code"], name_zh=word["zh"], name_en=word["en"], rank=word["rank"],
            notice_days=word.get("notice_days", 60),
        )
        for code, words in usual.items()
        for word in words
        if code not in known
    ]  # fmt: skip
    return len(StaffWord.objects.bulk_create(rows))


@dataclass(frozen=True, slots=True)
class Description:
    """A person described by a word from a day on."""

    person: Person
    word: StaffWord
    on: date
    reason: str = ""


def describe(*, person: Person, word: StaffWord, on: date, by: Any, reason: str = "") -> None:
    """Describe a person by a word from a day on. Of a list with one word at a time the former one ends that day.

    Raises:
        RuleBroken: He was not there yet, is described so already, or a later change is noted.
    """
    describe_many(rows=[Description(person, word, on, reason)], by=by)


@transaction.atomic
def describe_many(*, rows: Sequence[Description], by: Any) -> None:
    """Describe many people in a few statements, in the order given; each as :func:`describe` says.

    Raises:
        RuleBroken: One of them cannot be; nothing is written then.
    """
    held: dict[int, list[Attribute]] = {}
    ids = {row.person.pk for row in rows}
    for found in Attribute.objects.select_for_update().filter(person_id__in=ids).order_by("id"):
        held.setdefault(found.person_id, []).append(found)
    changed: dict[int, Attribute] = {}
    gone: list[Attribute] = []
    new: list[Attribute] = []
    for row in rows:
        mine = held.setdefault(row.person.pk, [])
        for current in _superseded(mine, row):
            if current.starts_on < row.on:
                current.ends_before = row.on
                if current.pk:
                    changed[current.pk] = current
                continue
            mine.remove(current)
            if current.pk:
                gone.append(current)
            else:
                new = [one for one in new if one is not current]
        made = Attribute(
            person=row.person, list=row.word.list, word=row.word, starts_on=row.on, reason=row.reason
        )
        mine.append(made)
        new.append(made)
    Attribute.objects.filter(pk__in=[one.pk for one in gone]).delete()
    Attribute.objects.bulk_update(changed.values(), ["ends_before"], batch_size=2000)
    Attribute.objects.bulk_create(new, batch_size=5000)


def _superseded(held: Sequence[Attribute], row: Description) -> list[Attribute]:
    """What of a person ends when a word begins to hold.

    Raises:
        RuleBroken: As :func:`describe`.
    """
    if row.on < row.person.starts_on:
        raise RuleBroken(N_("This day lies before the day he joined."), code="before_joining", field="on")
    single = row.word.list in ONE_AT_A_TIME
    same = [one for one in held if (one.list == row.word.list if single else one.word_id == row.word.pk)]
    if any(one.starts_on > row.on for one in same):
        raise RuleBroken(N_("A later change is noted already."), code="later_change", field="on")
    current = [one for one in same if one.ends_before is None or one.ends_before > row.on]
    if any(one.word_id == row.word.pk for one in current):
        raise RuleBroken(N_("The person is described so already."), code="nothing_to_do", field="word")
    return current


@transaction.atomic
def end_described(*, rows: Sequence[tuple[int, str, date]], by: Any, reason: str = "") -> None:
    """All that people are described by from a list ends before a day.

    Args:
        rows: Person, list and the day.
        by: Who ends it.
        reason: Noted with it.

    Raises:
        RuleBroken: A later change is noted; nothing is written then.
    """
    for person_id, code, on in rows:
        held = Attribute.objects.select_for_update().filter(person_id=person_id, list=code)
        if held.filter(starts_on__gt=on).exists():
            raise RuleBroken(N_("A later change is noted already."), code="later_change", field="on")
        for row in held.filter(in_force(on)):
            row.reason = reason or row.reason
            end_or_remove(row, on)


@transaction.atomic
def end_attribute(*, attribute: Attribute, on: date, reason: str, by: Any) -> None:
    """What a person was described by ends before a day.

    Raises:
        RuleBroken: It ended earlier.
    """
    row = Attribute.objects.select_for_update().get(pk=attribute.pk)
    if row.ends_before is not None and row.ends_before <= on:
        raise RuleBroken(N_("It ends earlier already."), code="ended_already", field="on")
    row.reason = reason or row.reason
    row.save(update_fields=["reason"])
    end_or_remove(row, on)


@transaction.atomic
def put_qualification(
    *, person: Person, kind: StaffWord, issued_on: date, by: Any, level: str = "", number: str = "",
    valid_before: date | None = None, qualification: Qualification | None = None,
) -> Qualification:  # fmt: skip
    """Enter a certificate, or change one.

    Raises:
        RuleBroken: It ends before it is issued, or stands there already.
    """
    if valid_before is not None and valid_before <= issued_on:
        raise RuleBroken(
            N_("It must be valid for a day at least."), code="certificate_span", field="valid_before"
        )
    row = qualification or Qualification(person=person)
    row.kind, row.level, row.number = kind, level, number
    row.issued_on, row.valid_before = issued_on, valid_before
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("This certificate stands there already."), code="certificate_twice", field="number"
        ) from None
    return row


@transaction.atomic
def withdraw_qualification(*, qualification: Qualification, by: Any) -> None:
    """Take out a certificate entered by mistake; the audit keeps it."""
    qualification.delete()


@transaction.atomic
def put_personal(*, person: Person, born_on: date | None, by: Any) -> PersonalDetail:
    """Note what is shown only under the right of its own.

    Raises:
        RuleBroken: The birthday lies in the future or after the day he joined.
    """
    if born_on is not None and (born_on >= clock.today() or born_on >= person.starts_on):
        raise RuleBroken(
            N_("The date of birth must lie before the day he joined."), code="born_late", field="born_on"
        )
    row, _made = PersonalDetail.objects.update_or_create(person=person, defaults={"born_on": born_on})
    return row


@transaction.atomic
def plan_talents(*, unit: Unit, word: StaffWord, number: int | None, on: date, by: Any) -> TalentPlan | None:
    """Say how many people of a talent type a unit is to have from a day on; None ends the plan.

    Raises:
        RuleBroken: A later plan is noted.
    """
    rows = TalentPlan.objects.select_for_update().filter(unit=unit, word=word)
    if rows.filter(starts_on__gt=on).exists():
        raise RuleBroken(N_("A later plan is noted already."), code="later_plan", field="on")
    for current in rows.filter(in_force(on)):
        end_or_remove(current, on)
    if number is None:
        return None
    return TalentPlan.objects.create(unit=unit, word=word, number=number, starts_on=on)


@transaction.atomic
def load_personal(*, born: Mapping[int, date | None], by: Any) -> None:
    """Birthdays by person, checked by the caller; what stood there is replaced, or taken away by None."""
    PersonalDetail.objects.bulk_create(
        (PersonalDetail(person_id=person, born_on=on) for person, on in born.items()),
        batch_size=5000, update_conflicts=True, unique_fields=["person"], update_fields=["born_on"],
    )  # fmt: skip


@transaction.atomic
def load_qualifications(*, rows: Sequence[Mapping[str, Any]], by: Any) -> None:
    """Certificates checked by the caller; the same person, kind, number and day of issue mean the same certificate."""
    Qualification.objects.bulk_create(
        (
            Qualification(
                **{name: row[name] for name in ("person_id", "level", "number", "issued_on", "valid_before")},
                kind_id=row["kind"],
            )
            for row in rows
        ),
        batch_size=5000, update_conflicts=True,
        unique_fields=["person", "kind", "number", "issued_on"], update_fields=["level", "valid_before"],
    )  # fmt: skip
