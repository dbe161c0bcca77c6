"""Units and people from tables: columns, and what each row would do."""

from collections.abc import Mapping, Sequence
from typing import Any

from qiao.kernel.errors import N_
from qiao.runtime import clock
from qiao.runtime.importing import Cells, Field, ImportKind, Plan, Planned, Reader
from qiao.runtime.jobs import JobHandle
from qiao.runtime.records import queries as records
from qiao.runtime.records.importing import fields_to_import, load_own, own_columns, own_keys, read_own_cells

from .. import actions, queries
from ..core.register import EMPLOYMENT
from .matching import people_by, person_codes, unit_codes, units_by

UNIT_FIELDS = (
    Field("code", N_("Code"), ("单位编码", "编码"), required=True, example="YQ-D01"),
    Field("name_zh", N_("Chinese name"), ("单位名称", "名称"), required=True, example="东江市公司"),
    Field("name_en", N_("English name"), ("英文名称",), example="Dongjiang City"),
    Field("kind", N_("Kind"), ("单位类型", "类型"), required=True, example="city"),
    Field("parent_code", N_("Unit above"), ("上级单位", "上级编码"), example="YQ"),
    Field("starts_on", N_("Starts on"), ("成立日期", "生效日期"), required=True, example="2020-01-01"),
    Field("lat", N_("Latitude"), ("纬度",)),
    Field("lon", N_("Longitude"), ("经度",)),
)
PERSON_FIELDS = (
    Field("code", N_("Staff number"), ("工号", "员工编号"), required=True, example="E00123"),
    Field("name", N_("Name"), ("姓名",), required=True, example="张三丰"),
    Field("name_en", N_("English name"), ("英文名",)),
    Field("starts_on", N_("Joined on"), ("入职日期",), required=True, example="2021-07-01"),
    Field("phone", N_("Phone"), ("手机", "电话")),
    Field("email", N_("E-mail"), ("邮箱",)),
    Field(
        "employment_kind",
        N_("Employment kind"),
        ("用工性质", "用工形式"),
        note=N_("A word of the list of employment kinds; another one than before holds from today on."),
    ),
    Field("unit_code", N_("Unit"), ("单位编码", "单位"), required=True, example="YQ-D01"),
    Field("role_code", N_("Role type"), ("角色", "岗位"), required=True, example="manager"),
)
_UNIT_CLEARED = ("name_en", "lat", "lon")
_PERSON_CLEARED = ("name_en", "phone", "email")


def plan_units(rows: Sequence[Cells], viewer: Any) -> Plan:
    """New units, and new names of known ones. Moving a unit takes its own page: it is dated and has a reason."""
    scope, known, result, seen = viewer.scope("org.import"), queries.units_by_code(), Plan(), dict[str, int]()
    stored, own = queries.unit_files(), fields_to_import(viewer, "unit")
    codes = {cells.values.get("code", "") for cells in rows}
    own_stored = records.values_of_many("unit", [known[c] for c in codes if c in known]) if own else {}
    fields = {field.code: field for field in UNIT_FIELDS}
    reach = {code: pk for code, pk in known.items() if scope.allows(unit_id=pk)}
    parents = reach | dict.fromkeys(codes - set(known), -1)
    for cells in rows:
        read = Reader(cells, fields)
        code = read.text("code", most=40)
        _once(cells, code, seen)
        values: dict[str, Any] = {name: read.text(name, most=120) for name in ("name_zh", "name_en")}
        values |= {"code": code, "kind": read.text("kind", most=40), "starts_on": read.day("starts_on")}
        values |= {"lat": read.number("lat", low=-90, high=90), "lon": read.number("lon", low=-180, high=180)}
        read.reference("parent_code", parents)
        values["parent_code"] = read.text("parent_code", most=40)
        if code and values["parent_code"] == code:
            cells.complain("parent_code", N_("A unit cannot stand below itself."), "unit_cycle")
        pk = known.get(code)
        values["own"] = read_own_cells(cells, own, own_stored.get(pk or 0, {}))
        if pk is None:
            _refuse_unknown(cells)
            if not values["parent_code"] and not scope.everything:
                cells.complain(
                    "parent_code", N_("Name a unit in your reach under which it stands."), "out_of_scope"
                )
            _add(result, cells, "create", values)
            continue
        if code not in reach:
            cells.complain("code", N_("A unit with this number exists outside your scope."), "out_of_scope")
        there = stored[code]
        values["cleared"] = [n for n in _UNIT_CLEARED if cells.is_cleared(n) and there[n] not in ("", None)]
        same = all(
            values[n] in ("", None, there[n]) for n in ("name_zh", "name_en", "kind", "lat", "lon")
        ) and not (values["cleared"] or values["own"])
        _add(result, cells, "unchanged" if same else "update", values)
    _refuse_cycles(result, rows)
    return result


def _refuse_unknown(cells: Cells) -> None:
    """A row of an import that only updates names nobody."""
    if cells.partial and not cells.problems:
        cells.complain("code", N_("There is none to update; this import creates nothing."), "not_there")


def _once(cells: Cells, code: str, seen: dict[str, int]) -> None:
    if code and code in seen:
        cells.complain("code", N_("This number stands in row %(row)s already."), "twice", row=seen[code])
    seen.setdefault(code, cells.number)


def _add(result: Plan, cells: Cells, action: str, values: dict[str, Any]) -> None:
    if cells.problems:
        result.refused.append(cells)
    else:
        result.rows.append(Planned(cells.number, action, values))


def _refuse_cycles(result: Plan, rows: Sequence[Cells]) -> None:
    """Order new units so that each stands after the one above it; what is left over stands in a circle."""
    new = {row.values["code"]: row for row in result.rows if row.action == "create"}
    ordered, waiting = [row for row in result.rows if row.action != "create"], dict(new)
    while ready := [c for c, r in waiting.items() if r.values["parent_code"] not in waiting]:
        ordered += [waiting.pop(code) for code in ready]
    by_number = {cells.number: cells for cells in rows}
    for row in waiting.values():
        cells = by_number[row.number]
        cells.complain("parent_code", N_("These units stand above each other in a circle."), "unit_cycle")
        result.refused.append(cells)
    result.rows = ordered


def apply_units(plan: Plan, *, by: Any, job: JobHandle) -> None:
    """Open new units top down, rename known ones."""
    for done, row in enumerate(plan.rows, 1):
        values = {name: value for name, value in row.values.items() if name != "own"}
        parent_code = values.pop("parent_code")
        if row.action == "create":
            parent = queries.find_unit_by_code(parent_code) if parent_code else None
            actions.create_unit(**values, parent=parent, by=by)
        elif row.action == "update":
            actions.rename_unit(by=by, **{k: v for k, v in values.items() if k != "starts_on"})
        job.progress(done, len(plan.rows))
    load_own("unit", [row.values for row in plan.rows], queries.units_by_code, by=by)


def plan_people(rows: Sequence[Cells], viewer: Any) -> Plan:
    """New staff with their first main post, and new particulars of known staff."""
    scope = viewer.scope("org.import")
    tree = queries.get_tree()
    units = {c: i for c, i in queries.units_by_code().items() if i in tree.nodes and scope.allows(unit_id=i)}
    roles = {role.code: role.pk for role in queries.list_role_types()}
    words = queries.words_by_text(EMPLOYMENT)
    known = queries.person_files([cells.values.get("code", "") for cells in rows])
    own = fields_to_import(viewer, "person")
    own_stored = records.values_of_many("person", [one["id"] for one in known.values()]) if own else {}
    fields, result, seen = {field.code: field for field in PERSON_FIELDS}, Plan(), dict[str, int]()
    for cells in rows:
        read = Reader(cells, fields)
        code = read.text("code", most=40)
        _once(cells, code, seen)
        values: dict[str, Any] = {name: read.text(name, most=80) for name in ("name", "name_en", "email")}
        values |= {"code": code, "phone": read.text("phone", most=40), "starts_on": read.day("starts_on")}
        values |= {
            "unit_id": read.reference("unit_code", units),
            "role_id": read.reference("role_code", roles),
            "employment_id": read_word(cells, read, "employment_kind", words),
        }
        if values["email"] and "@" not in values["email"]:
            cells.complain(
                "email", N_("“%(value)s” is not an e-mail address."), "email", value=values["email"]
            )
        there = known.get(code)
        values["own"] = read_own_cells(cells, own, own_stored.get(there["id"], {}) if there else {})
        if there is None:
            _refuse_unknown(cells)
            _add(result, cells, "create", values)
            continue
        if not scope.everything and there["unit_id"] not in scope.unit_ids:
            cells.complain("code", N_("A person with this number exists outside your scope."), "out_of_scope")
        values["cleared"] = [n for n in _PERSON_CLEARED if cells.is_cleared(n) and there[n]]
        values["ends"] = cells.is_cleared("employment_kind") and there["employment_id"] is not None
        compared = ("name", "name_en", "phone", "email", "employment_id")
        same = all(values[n] in ("", None, there[n]) for n in compared)
        same = same and not (values["own"] or values["cleared"] or values["ends"])
        _add(result, cells, "unchanged" if same else "update", values)
    return result


def read_word(cells: Cells, read: Reader, code: str, words: Mapping[str, int]) -> int | None:
    """The word of a list a cell names by its code or a name; one that is not in the list is complained about."""
    text = read.text(code, most=80)
    if not text or text in words:
        return words.get(text)
    cells.complain(code, N_("“%(value)s” is no word of this list."), "unknown_word", value=text)
    return None


def apply_people(plan: Plan, *, by: Any, job: JobHandle) -> None:
    """Write what the plan decided; another employment kind of known staff holds from today on.

    Raises:
        RuleBroken: A later change of somebody's employment is noted.
    """
    rows = [row.values for row in plan.rows if row.action != "unchanged"]
    job.progress(0, len(rows))
    now = queries.person_files([row["code"] for row in rows])
    actions.load_people(rows=rows, by=by)
    people, words, today = (
        queries.people_by_id([one["id"] for one in now.values()]),
        queries.words_by_id(),
        clock.today(),
    )
    changed = [
        (people[now[row["code"]]["id"]], words[row["employment_id"]])
        for row in rows
        if row["code"] in now and row["employment_id"] not in (None, now[row["code"]]["employment_id"])
    ]
    actions.describe_many(
        rows=[actions.Description(person, word, max(today, person.starts_on)) for person, word in changed],
        by=by,
    )
    ended = [(now[row["code"]]["id"], EMPLOYMENT, today) for row in rows if row.get("ends")]
    actions.end_described(rows=ended, by=by)
    load_own("person", rows, queries.people_by_code, by=by)
    job.progress(len(rows), len(rows))


UNITS = ImportKind(
    "units", N_("Units"), "org.import", UNIT_FIELDS, plan_units, apply_units, "org:units",
    keys=(units_by("name_zh", "name_zh", "org.import"), units_by("name_en", "name_en", "org.import")),
    partial=True,
    more=own_columns("unit"),
    more_keys=own_keys("unit", unit_codes("org.import")),
    undo=actions.UNITS_UNDO,
)  # fmt: skip
PEOPLE = ImportKind(
    "people", N_("People"), "org.import", PERSON_FIELDS, plan_people, apply_people, "org:people",
    keys=(people_by("phone"), people_by("email"), people_by("name")),
    partial=True,
    more=own_columns("person"),
    more_keys=own_keys("person", person_codes),
    undo=actions.PEOPLE_UNDO,
)  # fmt: skip
