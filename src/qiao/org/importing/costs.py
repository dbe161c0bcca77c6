"""Labour cost of units from tables."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from qiao.kernel.errors import N_
from qiao.kernel.period import Month
from qiao.runtime import clock
from qiao.runtime.importing import Cells, Field, ImportKind, Plan, Planned, Reader
from qiao.runtime.jobs import JobHandle

from .. import access, actions, queries
from .matching import units_by

FIELDS = (
    Field("unit_code", N_("Unit"), ("单位编码", "单位"), required=True, example="YQ-D01"),
    Field(
        "unit_name", N_("Name of the unit"), ("单位名称",), note=N_("Only to match by, in place of the code.")
    ),
    Field("month", N_("Month"), ("月份", "账期"), required=True, example="2026-10"),
    Field(
        "yuan", N_("Labour cost in yuan"), ("人工成本", "人工成本（元）"), required=True, example="182000.00"
    ),
)


def plan(rows: Sequence[Cells], viewer: Any) -> Plan:
    """New and corrected costs of the units in reach."""
    scope, tree = viewer.scope(access.LABOUR_COST), queries.get_tree()
    units = {c: i for c, i in queries.units_by_code().items() if i in tree.nodes and scope.allows(unit_id=i)}
    fields, result, seen = {field.code: field for field in FIELDS}, Plan(), dict[tuple[int, Any], int]()
    read = [_read(cells, Reader(cells, fields), units) for cells in rows]
    there = queries.costs_entered(units.values(), {row["month"] for row in read if row["month"]})
    for cells, values in zip(rows, read, strict=True):
        key = (values["unit_id"] or 0, values["month"])
        if key in seen and not cells.problems:
            cells.complain("month", N_("This number stands in row %(row)s already."), "twice", row=seen[key])
        seen.setdefault(key, cells.number)
        if cells.problems:
            result.refused.append(cells)
            continue
        known = there.get(key)
        if known is None and values["yuan"] is None:
            action = "unchanged"
        else:
            action = "create" if known is None else "unchanged" if known == values["yuan"] else "update"
        result.rows.append(Planned(cells.number, action, values))
    return result


def _read(cells: Cells, read: Reader, units: dict[str, int]) -> dict[str, Any]:
    month, text = None, read.text("month", most=20)
    try:
        month = Month.parse(text[:7].replace("/", "-")).starts_on if text else None
    except ValueError:
        cells.complain("month", N_("“%(value)s” is not a month; write 2026-10."), "month", value=text)
    if month is not None and month > clock.today():
        cells.complain("month", N_("This month has not begun."), "month_ahead")
    if month is None and not cells.problems:
        cells.complain("month", N_("This cell must be filled."), "required")
    return {"unit_id": read.reference("unit_code", units), "month": month, "yuan": _yuan(cells, read)}


def _yuan(cells: Cells, read: Reader) -> Decimal | None:
    """An exact amount to the cent, not negative; None where the entry is taken away."""
    if cells.is_cleared("yuan"):
        return None
    text = read.text("yuan", most=40).replace(",", "")
    if not text and not cells.problems:
        cells.complain("yuan", N_("This cell must be filled."), "required")
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        value = Decimal("NaN")
    sound = value is None or (
        value.is_finite() and 0 <= value < Decimal(10) ** 14 and value == round(value, 2)
    )
    if not sound:
        cells.complain("yuan", N_("“%(value)s” is no amount in yuan."), "amount", value=text[:40])
    return value if sound else None


def apply(plan: Plan, *, by: Any, job: JobHandle) -> None:
    """Write what the plan decided."""
    rows = [row.values for row in plan.rows if row.action != "unchanged"]
    actions.load_labour_costs(rows=[(r["unit_id"], r["month"], r["yuan"]) for r in rows], by=by)
    job.progress(len(rows), len(rows))


LABOUR_COSTS = ImportKind(
    "labour_costs", N_("Labour cost"), access.LABOUR_COST, FIELDS, plan, apply, "org:labour_costs",
    key="unit_code",
    keys=(units_by("unit_name", "name_zh", access.LABOUR_COST),),
    partial=True,
    undo=actions.COSTS_UNDO,
    refers=True,
)  # fmt: skip
