"""The register of staff from tables: what each row would note, change or leave."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from qiao.kernel.errors import N_
from qiao.runtime import clock
from qiao.runtime.importing import Cells, Field, ImportKind, Plan, Planned, Reader
from qiao.runtime.jobs import JobHandle
from qiao.runtime.records import queries as records
from qiao.runtime.records.importing import fields_to_import, load_own, own_columns, own_keys, read_own_cells

from .. import access, actions, queries
from ..core.register import DESCRIBING, EDUCATION, EMPLOYMENT, FIELD, QUALIFICATION, TALENT
from .matching import people_by, person_codes
from .organisation import read_word

FIELDS = (
    Field("code", N_("Staff number"), ("工号", "员工编号"), required=True, example="E00123"),
    Field("name", N_("Name"), ("姓名",), note=N_("Only to match by, in place of the staff number.")),
    Field("phone", N_("Phone"), ("手机", "电话"), note=N_("Only to match by, in place of the staff number.")),
    Field("email", N_("E-mail"), ("邮箱",), note=N_("Only to match by, in place of the staff number.")),
    Field("on", N_("Starts on"), ("生效日期",), example="2026-07-01", note=N_("From when the words of this row hold; empty: today.")),
    Field("employment", N_("Employment kind"), ("用工性质", "用工形式"), example="合同"),
    Field("education", N_("Education"), ("学历",), example="本科"),
    Field("field", N_("Specialist fields"), ("专业领域",), example="IP网络、信息技术", note=N_("Several apart by 、 or ;")),
    Field("talent", N_("Talent types"), ("人才类型",), note=N_("Several apart by 、 or ;")),
    Field("born_on", N_("Date of birth"), ("出生日期",), note=N_("Needs the right to see personal particulars.")),
    Field("kind", N_("Kind of qualification"), ("证书类型", "资格类型"), example="上岗资格证"),
    Field("level", N_("Level"), ("证书等级", "等级")),
    Field("number", N_("Certificate number"), ("证书编号",)),
    Field("issued_on", N_("Issued on"), ("发证日期",)),
    Field("valid_before", N_("Valid until before"), ("失效日期",)),
)  # fmt: skip
_BETWEEN = re.compile(r"[、;；,，]+")


def plan(rows: Sequence[Cells], viewer: Any) -> Plan:
    """What each row adds to the files of people in reach; several rows may stand for one person."""
    result, fields = Plan(), {field.code: field for field in FIELDS}
    codes = {cells.values.get("code", "") for cells in rows}
    people = queries.people_in_reach(access.visible_people(viewer, "org.import"), codes)
    words = {code: queries.words_by_text(code) for code in (*DESCRIBING, QUALIFICATION)}
    ids = [row.pk for row in people.values()]
    known, own = queries.held_words(ids), fields_to_import(viewer, "person")
    own_stored = records.values_of_many("person", ids) if own else {}
    ended, may = _ended(rows, ids), viewer.can(access.PERSONAL)
    born = queries.with_birthday(ids)
    for cells in rows:
        values = _read(cells, Reader(cells, fields), people, words, born, may)
        _refuse_personal(cells, values, viewer)
        person = people.get(cells.values.get("code", ""))
        if cells.problems or person is None:
            result.refused.append(cells)
            continue
        # A certificate and a birthday are compared when they are written; words here.
        held = known.setdefault(person.pk, set())
        new = [word for word in dict.fromkeys(values["words"]) if word not in held]
        held.update(new)
        values["own"] = read_own_cells(cells, own, own_stored.get(person.pk, {}))
        if cells.problems:
            result.refused.append(cells)
            continue
        values["ends"] = ended.pop(person.code, [])
        same = not (new or values["own"] or values["ends"] or values["forgets"])
        same = same and values["born_on"] is None and values["kind"] is None
        result.rows.append(Planned(cells.number, "unchanged" if same else "update", {**values, "words": new}))
    return result


def _ended(rows: Sequence[Cells], ids: Sequence[int]) -> dict[str, list[str]]:
    """Lists a file takes away from a person, by staff number: no row of his says a word of them."""
    cleared: dict[str, list[str]] = {}
    said: dict[str, set[str]] = {}
    held = queries.held_lists(ids)
    for cells in rows:
        code = cells.values.get("code", "")
        said.setdefault(code, set()).update(one for one in DESCRIBING if cells.values.get(one))
        cleared.setdefault(code, [one for one in DESCRIBING if cells.is_cleared(one)])
    return {
        code: [one for one in lists if one not in said[code] and one in held.get(code, ())]
        for code, lists in cleared.items()
    }


def _read(
    cells: Cells,
    read: Reader,
    people: Mapping[str, Any],
    words: Mapping[str, Mapping[str, int]],
    born: Collection[int],
    may: bool,
) -> dict[str, Any]:
    person = people.get(read.text("code", most=40))
    if person is None and not cells.unnamed:
        cells.complain("code", N_("No person in your reach has this number."), "unknown_reference")
    on = read.day("on") or clock.today()
    if person is not None and on < person.starts_on:
        cells.complain("on", N_("This day lies before the day he joined."), "before_joining")
    found = [read_word(cells, read, code, words[code]) for code in (EMPLOYMENT, EDUCATION)]
    for code in (FIELD, TALENT):
        found += _read_several(cells, read, code, words[code])
    values = {
        "code": person.code if person else "",
        "person_id": person.pk if person else None,
        "forgets": cells.is_cleared("born_on") and (not may or (person is not None and person.pk in born)),
        "on": on,
        "words": [word for word in found if word is not None],
        "born_on": read.day("born_on"),
        "kind": read_word(cells, read, "kind", words[QUALIFICATION]),
        "level": read.text("level", most=60),
        "number": read.text("number", most=60),
        "issued_on": read.day("issued_on"),
        "valid_before": read.day("valid_before"),
    }
    _check_certificate(cells, values)
    if values["born_on"] and person and values["born_on"] >= person.starts_on:
        cells.complain("born_on", N_("The date of birth must lie before the day he joined."), "born_late")
    return values


def _read_several(cells: Cells, read: Reader, code: str, words: Mapping[str, int]) -> list[int | None]:
    texts = [part.strip() for part in _BETWEEN.split(read.text(code, most=400)) if part.strip()]
    for text in texts:
        if text not in words:
            cells.complain(code, N_("“%(value)s” is no word of this list."), "unknown_word", value=text[:40])
    return [words.get(text) for text in texts]


def _check_certificate(cells: Cells, values: Mapping[str, Any]) -> None:
    parts = [values["level"], values["number"], values["issued_on"], values["valid_before"]]
    if values["kind"] is None:
        if any(parts) and not cells.problems:
            cells.complain("kind", N_("Say which kind of qualification this is."), "required")
        return
    if values["issued_on"] is None:
        cells.complain("issued_on", N_("This cell must be filled."), "required")
    elif values["valid_before"] is not None and values["valid_before"] <= values["issued_on"]:
        cells.complain("valid_before", N_("It must be valid for a day at least."), "certificate_span")


def _refuse_personal(cells: Cells, values: Mapping[str, Any], viewer: Any) -> None:
    if (values["born_on"] is not None or values["forgets"]) and not viewer.can(access.PERSONAL):
        cells.complain("born_on", N_("You may not enter personal particulars."), "not_allowed")


def apply(plan: Plan, *, by: Any, job: JobHandle) -> None:
    """Write what the plan decided, all or nothing.

    Raises:
        RuleBroken: What stands there contradicts a row.
    """
    rows = [row.values for row in plan.rows if row.action != "unchanged"]
    people, words = queries.people_by_id([row["person_id"] for row in rows]), queries.words_by_id()
    job.progress(0, len(rows))
    actions.describe_many(
        rows=[
            actions.Description(people[row["person_id"]], words[word], row["on"])
            for row in rows
            for word in row["words"]
        ],
        by=by,
    )
    ends = [(row["person_id"], code, row["on"]) for row in rows for code in row["ends"]]
    actions.end_described(rows=ends, by=by)
    born: dict[int, date | None] = {row["person_id"]: None for row in rows if row["forgets"]}
    born |= {row["person_id"]: row["born_on"] for row in rows if row["born_on"] is not None}
    actions.load_personal(born=born, by=by)
    load_own("person", rows, queries.people_by_code, by=by)
    certificates = {
        (row["person_id"], row["kind"], row["number"], row["issued_on"]): row
        for row in rows
        if row["kind"] is not None
    }
    actions.load_qualifications(rows=list(certificates.values()), by=by)
    job.progress(len(rows), len(rows))


REGISTER = ImportKind(
    code="register",
    label=N_("Register of staff"),
    right="org.import",
    fields=FIELDS,
    plan=plan,
    apply=apply,
    list_url="org:register",
    keys=(people_by("phone"), people_by("email"), people_by("name")),
    partial=True,
    more=own_columns("person"),
    more_keys=own_keys("person", person_codes),
    undo=actions.REGISTER_UNDO,
    refers=True,
)
