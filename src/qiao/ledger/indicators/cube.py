"""What free analysis reads: measures by customer and by every holder at once, ready to be added up any way.

A close's figures are summed for managers and for units apart. Here the same contributions keep both holders, the
units above, and what the close concluded about the customer, so any of them can be crossed without reading lines again.
Two files a close: *cube*, every measure in the four windows, and *mix*, the month's sales by category and product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from qiao.ledger.core.calendar import list_windows
from qiao.ledger.indicators import counted_months as build
from qiao.ledger.indicators import given, holders, schemas
from qiao.ledger.indicators.engines import Engine, compile_sql
from qiao.ledger.indicators.plan import KINDS, Compiler, Shape, Step, facts_of, list_parts, plan_once
from qiao.ledger.indicators.run import Progress, Task, load_inputs, quiet

LEVELS = 8
LEVEL_NAMES = tuple(f"unit{n}" for n in range(1, LEVELS + 1))
HOLDERS = ("unit_id", *LEVEL_NAMES, "person_id")
TRAITS = ("tier", "segment", "industry", "stage", "core")
_WHOLE, _TEXT = "int64", "string"

ATTRIBUTES = ibis.schema({"customer_id": _WHOLE, **dict.fromkeys(TRAITS, _TEXT)})
MIX_SALES = ibis.schema({**schemas.SALES, "product_id": _WHOLE})
_PLACED = ibis.schema({"m": _WHOLE, "unit_id": _WHOLE, **dict.fromkeys(LEVEL_NAMES, _WHOLE)})
_MIXED = ("revenue", "cost", "quantity", "lines", "uncosted", "unmeasured", "first_unit", "last_unit")


@dataclass(frozen=True, slots=True)
class CubePlan:
    """Compiled steps.

    Attributes:
        once: Before the windows.
        window: For each window, after ``months`` and ``this_window`` are loaded; the last names the window's rows.
        cube: All windows' rows, to be written.
        mix: The month's sales by category and product, to be written.
    """

    once: tuple[Step, ...]
    window: tuple[Step, ...]
    cube: Step
    mix: Step


@dataclass(frozen=True, slots=True)
class CubeFiles:
    """Where the two files go."""

    cube: Path
    mix: Path


def build_cube(
    engine: Engine, task: Task, attributes: pa.Table, files: CubeFiles, progress: Progress = quiet
) -> None:
    """Write the two files of a close.

    Args:
        engine: DuckDB or Spark.
        task: What the close computed; its customers' file is not written.
        attributes: What was concluded about each customer, as ``ATTRIBUTES``.
        files: Where to write.
        progress: Called as (steps done, steps, what); may raise to stop.
    """
    windows = list_windows(task.until)
    steps = len(windows) + 2
    progress(0, steps, "facts")
    shape = load_inputs(engine, task, windows[-1])
    engine.load("attributes", attributes)
    engine.read("mix_sales", task.sources.sales, MIX_SALES)
    plan = make_cube_plan(engine.dialect, shape)
    for step in plan.once:
        engine.keep(step.name, step.sql)
    for number, window in enumerate(windows):
        progress(number + 1, steps, window.kind)
        engine.load("months", given.state_months(window, task.rule))
        engine.load("this_window", given.state_window(window))
        for step in plan.window:
            engine.keep(f"cube_{window.kind}" if step.name == "cube_now" else step.name, step.sql)
        if window.kind == "month":
            engine.write(plan.mix.sql, files.mix)
    progress(steps - 1, steps, "cube")
    engine.write(plan.cube.sql, files.cube)
    progress(steps, steps, "done")


@lru_cache(maxsize=32)
def make_cube_plan(dialect: str, shape: Shape) -> CubePlan:
    """The plan of a shape for an engine.

    Raises:
        Unsound: An expression breaks a rule that keeps engines equal.
    """
    c = Compiler(dialect)
    names = ("CUSTOMERS", "ASSIGNMENTS", "HOMES", "PLACEMENTS", "RULE", "MONTHS", "THIS_WINDOW")
    tables = {name.lower(): ibis.table(getattr(schemas, name), name=name.lower()) for name in names}
    tables["placed"] = c.keep("placed", _levels(tables["placements"]))
    parts, bought = list_parts(c, shape, tables, plan_once(c, shape, tables["customers"], tables["rule"]))
    once = c.take()
    held = _attribute(reduce(lambda a, b: a.union(b), parts), tables)
    sums = c.keep("held", holders.sum_rows(held, ("customer_id", *HOLDERS)))
    moved = c.keep("moved", _find_moved(sums))
    inside = bought.join(tables["months"].filter(_.inside == 1).select("m"), "m")
    inside = c.keep("bought_now", inside.select("customer_id", "m", "category_id"))
    rows = _customer_rows(sums, moved, inside).union(_category_rows(sums, moved, inside, tables))
    named = _with_traits(rows).cross_join(tables["this_window"].select(window=_.kind, period=_.period))
    cube = c.keep("cube_now", named)
    window = c.take()
    every = [ibis.table(cube.schema(), name=f"cube_{kind}") for kind in KINDS]
    whole = reduce(lambda a, b: a.union(b), every).order_by(
        "window", *LEVEL_NAMES, "person_id", "customer_id"
    )
    return CubePlan(once, window, c.step("cube", whole), c.step("mix", _mix(shape, tables)))


def _levels(placements: ir.Table) -> ir.Table:
    """Each unit's ancestors of a month from the top down: a unit's level is the number of its own ancestors."""
    depth = placements.group_by("m", "unit_id").agg(depth=_.count())
    above = placements.join(depth.select("m", ancestor_id=_.unit_id, depth=_.depth), ["m", "ancestor_id"])
    levels = {
        name: above.ancestor_id.max(where=above.depth == number) for number, name in enumerate(LEVEL_NAMES, 1)
    }
    return above.group_by("m", "unit_id").agg(**levels)


def _attribute(rows: ir.Table, tables: dict[str, ir.Table]) -> ir.Table:
    """Rows of (customer_id, m, …) with both holders in force on the month's last day; nobody is NULL."""
    columns = rows.columns
    dated = rows.join(tables["months"].select("m", "ends_on"), "m")
    home = tables["homes"].select(
        home_of="customer_id", unit_id=_.unit_id, since="starts_on", until="ends_before"
    )
    primary = tables["assignments"].filter(_.role == "primary")
    primary = primary.select(
        served="customer_id", person_id=_.person_id, since="starts_on", until="ends_before"
    )
    housed = dated.left_join(
        home,
        [dated.customer_id == home.home_of, home.since <= dated.ends_on, dated.ends_on < home.until],
    ).drop("home_of", "since", "until")
    held = housed.left_join(
        primary,
        [
            housed.customer_id == primary.served,
            primary.since <= housed.ends_on,
            housed.ends_on < primary.until,
        ],
    ).drop("served", "since", "until")
    placed = held.left_join(tables["placed"], ["m", "unit_id"])
    return placed.select(*columns, *HOLDERS)


def _find_moved(held: ir.Table) -> ir.Table:
    """Customers with business under several holders in the window: counting them adds up to too many."""
    rows = held.group_by("customer_id").agg(n=_.count(where=_.lines > 0).fill_null(0))
    return rows.filter(_.n > 1).select("customer_id", is_moved=ibis.literal(1, _WHOLE))


def _customer_rows(held: ir.Table, moved: ir.Table, inside: ir.Table) -> ir.Table:
    """Every measure by customer and holders. Who did not move carries his count and categories as plain numbers."""
    kinds = (
        inside.select("customer_id", "category_id").distinct().group_by("customer_id").agg(kinds=_.count())
    )
    rows = holders.complete(held).left_join(moved, "customer_id").drop("customer_id_right")
    rows = rows.left_join(kinds, "customer_id").drop("customer_id_right")
    stays = rows.is_moved.isnull() & (rows.lines > 0)
    return rows.mutate(
        moved=rows.is_moved.fill_null(0),
        active=stays.ifelse(1, 0).cast(_WHOLE),
        categories=stays.ifelse(rows.kinds.fill_null(0), 0).cast(_WHOLE),
        category_id=ibis.literal(None, _WHOLE),
    ).drop("is_moved", "kinds")


def _category_rows(
    held: ir.Table, moved: ir.Table, inside: ir.Table, tables: dict[str, ir.Table]
) -> ir.Table:
    """What who moved bought, a row a category, so that a reader counts each once whatever he adds up."""
    theirs = _attribute(inside.join(moved, "customer_id").select("customer_id", "m", "category_id"), tables)
    pairs = theirs.select("customer_id", *HOLDERS, "category_id").distinct()
    shaped = holders.complete(pairs.mutate(quantity=ibis.literal(None, "decimal(38, 3)")))
    zero = ibis.literal(0, _WHOLE)
    full = shaped.mutate(moved=ibis.literal(1, _WHOLE), active=zero, categories=zero)
    return full.select(*_customer_columns(held))


def _customer_columns(held: ir.Table) -> Sequence[str]:
    return (*holders.complete(held).columns, "moved", "active", "categories", "category_id")


def _with_traits(rows: ir.Table) -> ir.Table:
    traits = ibis.table(ATTRIBUTES, name="attributes")
    joined = rows.left_join(traits, "customer_id").drop("customer_id_right")
    return joined.select(*rows.columns, *TRAITS)


def _mix(shape: Shape, tables: dict[str, ir.Table]) -> ir.Table:
    """Sales of the window's last month by customer, category and product, of the precedence that counts."""
    lines = build.rank_lines(facts_of("mix_sales", MIX_SALES, shape, tables["customers"]), shape.several)
    until = tables["this_window"].select(m="until")
    keys = (*build.month_keys(shape.several), "category_id", "product_id")
    sums = (
        lines.join(until, "m")
        .group_by(*keys)
        .agg(
            revenue=_.revenue_cents.sum(),
            cost=_.cost_cents.sum().fill_null(0),
            quantity=_.quantity.sum(),
            lines=_.count(),
            uncosted=_.count(where=_.cost_cents.isnull()).fill_null(0),
            unmeasured=_.count(where=_.quantity.isnull() | _.unit.isnull()).fill_null(0),
            first_unit=_.unit.min(),
            last_unit=_.unit.max(),
        )
    )
    counted = build.pick_precedence(sums) if shape.several else sums
    placed = _with_traits(_attribute(counted.cast({"quantity": "decimal(38, 3)"}), tables))
    named = placed.cross_join(tables["this_window"].select(period=_.period))
    ordered = ("customer_id", *HOLDERS, *TRAITS, "category_id", "product_id", "period", *_MIXED)
    return named.select(*ordered).order_by(*LEVEL_NAMES, "person_id", "customer_id")


__all__ = ["ATTRIBUTES", "LEVEL_NAMES", "TRAITS", "CubeFiles", "build_cube", "compile_sql"]
