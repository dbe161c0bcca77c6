"""Customers from a table: columns, and what each row would do."""

from collections.abc import Sequence
from typing import Any

from qiao.customers.core.life_cycle import STAGES
from qiao.customers.core.tax_number import checked_tax_number
from qiao.kernel.errors import N_, Problem, RuleBroken
from qiao.kernel.geo import Datum, Point, convert
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.importing import Cells, Field, ImportKind, MatchKey, Plan, Planned, Reader
from qiao.runtime.jobs import JobHandle
from qiao.runtime.records import queries as records
from qiao.runtime.records.importing import fields_to_import, load_own, own_columns, own_keys, read_own_cells

from . import access, actions, policy, queries

FIELDS = (
    Field(
        "code", N_("Customer number"), ("客户编号", "客户编码", "客户代码"), required=True, example="K000123"
    ),
    Field("name", N_("Name"), ("客户名称", "名称"), required=True, example="云桥机械有限公司"),
    Field(
        "unit_code",
        N_("Home unit"),
        ("归属单位", "单位编码"),
        required=True,
        example="YQ-D01",
        note=N_("Code of the unit."),
    ),
    Field(
        "starts_on",
        N_("Customer since"),
        ("建档日期", "开户日期"),
        example="2024-03-01",
        note=N_("Empty: today."),
    ),
    Field("short_name", N_("Short name"), ("简称",)),
    Field("kind", N_("Kind"), ("客户类型", "类型")),
    Field("segment", N_("Segment"), ("细分", "客户细分")),
    Field("industry", N_("Industry"), ("行业",)),
    Field("stage", N_("Life-cycle stage"), ("生命周期", "阶段"), example="service"),
    Field("phone", N_("Phone"), ("电话", "联系电话")),
    Field("tax_number", N_("Tax number"), ("税号", "统一社会信用代码")),
    Field(
        "group_code", N_("Group"), ("所属集团", "集团编号"), note=N_("Customer number of the group's head.")
    ),
    Field("address", N_("Address"), ("地址",)),
    Field("lat", N_("Latitude"), ("纬度",), example="30.2741"),
    Field("lon", N_("Longitude"), ("经度",), example="120.1551"),
    Field(
        "source_datum",
        N_("Datum of the source"),
        ("坐标系",),
        example="GCJ-02",
        note=N_("WGS-84, GCJ-02 or BD-09."),
    ),
    Field("contact_name", N_("Contact"), ("联系人",)),
    Field("contact_phone", N_("Contact's phone"), ("联系人电话", "联系人手机")),
    Field("primary_code", N_("Account manager"), ("客户经理", "客户经理工号"), note=N_("Staff number.")),
    Field("deputy_code", N_("Deputy"), ("副客户经理", "B角", "B角工号"), note=N_("Staff number.")),
    Field(
        "traits",
        N_("Traits"),
        ("认定条件", "特征"),
        example="complex_need;cross_region",
        note=N_("Codes of recorded conditions, separated by semicolons."),
    ),
)
_BY_CODE = {field.code: field for field in FIELDS}
_CLEARED = frozenset({"short_name", "kind", "segment", "industry", "phone", "tax_number"})
_COMPARED = ("name", "short_name", "kind", "segment", "industry", "stage", "phone", "tax_number")
DATUMS = {"WGS-84": Datum.WGS84, "GCJ-02": Datum.GCJ02, "BD-09": Datum.BD09}


def plan(rows: Sequence[Cells], viewer: Any) -> Plan:
    """Decide every row: new, changed, unchanged or refused. Units and known customers out of scope are unknown.

    Constant queries, whatever the number of rows.
    """
    codes = [cells.values.get("code", "") for cells in rows]
    context = _Context(viewer, codes, [cells.values.get("group_code", "") for cells in rows])
    result, seen = Plan(), dict[str, int]()
    for cells in rows:
        planned = _plan_row(cells, context, seen)
        if cells.problems or planned is None:
            result.refused.append(cells)
        else:
            result.rows.append(planned)
    return result


def _codes_by(viewer: Any, field: str, values: Sequence[str]) -> dict[str, list[str]]:
    return queries.codes_by_field(access.visible(viewer, "customers.import"), field, values)


def _codes_of(viewer: Any, ids: Sequence[int]) -> dict[int, str]:
    return queries.codes_of(access.visible(viewer, "customers.import"), ids)


def warn(plan: Plan, rows: Sequence[Cells], viewer: Any) -> list[Problem]:
    """New customers that look like one on file, or like another row."""
    cells = {one.number: one for one in rows}
    new = [row for row in plan.rows if row.action == "create"]
    found_alike: list[Problem] = []
    article = policy.duplicate_policy(clock.today())
    for at, other, found in access.look_alikes_of_rows(viewer, [row.values for row in new], article):
        row = cells[new[at].number]
        place = row.table.place(row.number, row.headings.get("name"))
        if found is None:
            text = N_("looks like row %(row)s of this file")
            said: dict[str, Any] = {"row": new[other or 0].number}
        else:
            text = N_("looks like %(name)s %(code)s of %(unit)s")
            said = {"name": found.name, "code": found.code, "unit": found.unit.name_zh if found.unit else "—"}
        found_alike.append(Problem(text, place, said, "looks_alike"))
    return found_alike


class _Context:
    """What rows are checked against, loaded once."""

    def __init__(self, viewer: Any, codes: list[str], groups: list[str]) -> None:
        scope = viewer.scope("customers.import")
        units = org.units_by_code()
        tree = org.get_tree()
        self.units = {c: i for c, i in units.items() if i in tree.nodes and scope.allows(unit_id=i)}
        self.people = org.people_codes_in_service()
        self.known = queries.existing_files(codes)
        self.changeable = set(queries.codes_within(access.visible(viewer, "customers.import"), codes))
        self.own = fields_to_import(viewer, "customer")
        ids = [row["id"] for row in self.known.values()] if self.own else []
        self.own_stored = records.values_of_many("customer", ids)
        self.groups = set(queries.customers_by_code(groups)) | set(codes)


def _plan_row(cells: Cells, context: _Context, seen: dict[str, int]) -> Planned | None:
    read = Reader(cells, _BY_CODE)
    code = read.text("code", most=60)
    if not code:  # matched by another key, and nobody bears it
        if not cells.problems:
            cells.complain("code", N_("There is none to update; this import creates nothing."), "not_there")
        return None
    if code in seen:
        cells.complain("code", N_("This number stands in row %(row)s already."), "twice", row=seen[code])
        return None
    seen[code] = cells.number
    values: dict[str, Any] = {"code": code}
    for name, most in (("name", 200), ("short_name", 80), ("kind", 40), ("segment", 60), ("industry", 60), ("phone", 40),
                       ("tax_number", 40), ("address", 300), ("contact_name", 80), ("contact_phone", 40)):  # fmt: skip
        values[name] = read.text(name, most=most) or (
            "" if name in _CLEARED and cells.is_cleared(name) else None
        )
    _check_tax_number(cells, values, context.known.get(code))
    values["stage"] = read.choice("stage", STAGES) or None
    traits = read.text("traits", most=400).replace("；", ";")
    values["traits"] = [trait for part in traits.split(";") if (trait := part.strip())] or None
    if values["traits"] is None and cells.is_cleared("traits"):
        values["traits"] = []
    values["starts_on"] = read.day("starts_on") or clock.today()
    values["unit_id"] = read.reference("unit_code", context.units)
    for role in ("primary", "deputy"):
        values[f"{role}_id"] = read.reference(f"{role}_code", context.people)
    if values["primary_id"] is not None and values["primary_id"] == values["deputy_id"]:
        cells.complain(
            "deputy_code",
            N_("One person cannot be both account manager and deputy of a customer."),
            "same_person",
        )
    _read_place(read, values)
    _read_group(read, values, context, code)
    known = context.known.get(code)
    if known is not None and known["merged_into_id"]:
        cells.complain("code", N_("The customer with this number was merged into another."), "merged_already")
    elif known is not None and code not in context.changeable:
        cells.complain("code", N_("A customer with this number exists outside your scope."), "out_of_scope")
    segment = values["segment"] if values["segment"] is not None else (known or {}).get("segment", "")
    stored = context.own_stored.get(known["id"], {}) if known else {}
    values["own"] = read_own_cells(cells, context.own, stored, segment or "")
    if known is None:
        if cells.partial and not cells.problems:
            cells.complain("code", N_("There is none to update; this import creates nothing."), "not_there")
        return Planned(cells.number, "create", values)
    for name in ("name", "short_name", "phone"):  # what search keys are made of comes whole
        values[name] = known[name] if values[name] is None else values[name]
    same = all(values[n] is None or values[n] == known[n] for n in _COMPARED)
    same = same and values["unit_id"] in (None, known["home_unit_id"])
    same = same and all(values[f"{r}_id"] in (None, known[f"{r}_id"]) for r in ("primary", "deputy"))
    same = same and not any(values[n] for n in ("group_code", "address", "lat", "contact_name", "own"))
    same = same and values["traits"] is None
    return Planned(cells.number, "unchanged" if same else "update", values)


def _check_tax_number(cells: Cells, values: dict[str, Any], known: dict[str, Any] | None) -> None:
    """A new number is checked by its last digit; one that stands there already is left alone."""
    number = values["tax_number"]
    if number and (known is None or known["tax_number"] != number):
        try:
            values["tax_number"] = checked_tax_number(number)
        except RuleBroken as refusal:
            cells.complain("tax_number", refusal.message, refusal.code)


def _read_place(read: Reader, values: dict[str, Any]) -> None:
    """Coordinates in the file's datum, kept as WGS-84."""
    datum = read.choice("source_datum", list(DATUMS)) or "WGS-84"
    lat, lon = read.number("lat", low=-90, high=90), read.number("lon", low=-180, high=180)
    if (lat is None) != (lon is None) and not read.cells.problems:
        read.cells.complain(
            "lat" if lat is None else "lon", N_("Give latitude and longitude, or neither."), "half_place"
        )
    if lat is not None and lon is not None and not read.cells.problems:
        point = convert(Point(lat=lat, lon=lon), DATUMS[datum], Datum.WGS84)
        lat, lon = point.lat, point.lon
    values |= {"lat": lat, "lon": lon, "source_datum": DATUMS.get(datum, Datum.WGS84).value}


def _read_group(read: Reader, values: dict[str, Any], context: _Context, code: str) -> None:
    group = read.text("group_code", most=60) or None
    if group and group == code:
        read.cells.complain("group_code", N_("A customer cannot be its own group."), "own_group")
    elif group and group not in context.groups:
        read.cells.complain(
            "group_code",
            N_("“%(value)s” is not there, or outside your scope."),
            "unknown_reference",
            value=group,
        )
    values["group_code"] = group


def apply(plan: Plan, *, by: Any, job: JobHandle) -> None:
    """Write what the plan decided."""
    rows = [row.values for row in plan.rows if row.action != "unchanged"]
    job.progress(0, len(rows))
    actions.load_customers(rows=rows, on=clock.today(), reason="import", by=by)
    load_own("customer", rows, queries.customers_by_code, by=by)
    job.progress(len(rows), len(rows))


KIND = ImportKind(
    "customers", N_("Customers"), "customers.import", FIELDS, plan, apply, "customers:customers", warn,
    keys=(
        MatchKey("tax_number", lambda viewer, values: _codes_by(viewer, "tax_number", values)),
        MatchKey("phone", lambda viewer, values: _codes_by(viewer, "phone", values)),
    ),
    partial=True,
    more=own_columns("customer"),
    more_keys=own_keys("customer", _codes_of),
    undo=actions.IMPORT_UNDO,
)  # fmt: skip
