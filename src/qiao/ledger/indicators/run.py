"""One computation of all measures at the end of a month: for customers, managers, units, in four windows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from qiao.kernel.period import Month
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.calendar import Window, list_windows
from qiao.ledger.indicators import given, schemas
from qiao.ledger.indicators.engines import Engine
from qiao.ledger.indicators.plan import Shape, Step, make_plan, unit_count

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Sources:
    """Files to read: live facts up to the month, and the run's pinned dimensions.

    Attributes:
        sales, receivables, payments: Live files by fact.
        customers, homes, assignments: Pinned dimensions; an open end is a day in the far future.
        placements: (m, unit_id, ancestor_id) for each month, each unit among its own ancestors.
        ranks: Precedence of every source among the sales.
        merged: Whether any customer stands for another.
        by_day: Whether any source tells lines by day.
    """

    sales: Sequence[Path]
    receivables: Sequence[Path]
    payments: Sequence[Path]
    customers: Sequence[Path]
    homes: Sequence[Path]
    assignments: Sequence[Path]
    placements: Sequence[Path]
    ranks: Mapping[str, int]
    merged: bool = False
    by_day: bool = True


@dataclass(frozen=True, slots=True)
class Task:
    """What to compute.

    Attributes:
        until: The month closed.
        rule: The article in force.
        sources: Files.
        customers_file: Where the customers' wide rows go.
    """

    until: Month
    rule: ActivityRule
    sources: Sources
    customers_file: Path


@dataclass(frozen=True, slots=True)
class HolderSums:
    """Measures of every holder in one window: holder's number → measure → sum."""

    window: Window
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    units: dict[int, dict[str, Any]] = field(default_factory=dict)


def quiet(done: int, total: int, message: str) -> None:
    """Nobody watches."""


def compute(engine: Engine, task: Task, progress: Progress = quiet) -> list[HolderSums]:
    """Compute all windows; writes the customers' file and returns the sums of managers and units.

    Args:
        engine: DuckDB or Spark.
        task: What to compute.
        progress: Called as (steps done, steps, what); may raise to stop.
    """
    windows = list_windows(task.until)
    steps = len(windows) + 2
    progress(0, steps, "facts")
    plan = make_plan(engine.dialect, load_inputs(engine, task, windows[-1]))
    _keep_all(engine, plan.once)
    results = []
    for number, window in enumerate(windows):
        progress(number + 1, steps, window.kind)
        engine.load("months", given.state_months(window, task.rule))
        engine.load("this_window", given.state_window(window))
        for step in plan.window:
            name = f"customers_{window.kind}" if step.name == "customers_now" else step.name
            engine.keep(name, step.sql)
        results.append(HolderSums(window, _fetch(engine, plan.people), _fetch(engine, plan.units)))
    progress(steps - 1, steps, "customers")
    engine.write(plan.customers.sql, task.customers_file)
    progress(steps, steps, "done")
    return results


def load_inputs(engine: Engine, task: Task, year: Window) -> Shape:
    """Name everything a plan reads; ``year`` is the window whose months limit the categories kept."""
    sources = task.sources
    for name in ("sales", "receivables", "payments", "customers", "homes", "assignments", "placements"):
        engine.read(name, getattr(sources, name), getattr(schemas, name.upper()))
    ranks = [{"source": source, "rank": rank} for source, rank in sources.ranks.items()]
    engine.load("ranks", pa.Table.from_pylist(ranks, schema=schemas.RANKS.to_pyarrow()))
    engine.load("rule", given.state_rule(task.rule))
    engine.load("year_months", given.state_months(year, task.rule))
    units = unit_count(engine.dialect)
    (counted,) = engine.fetch(units.sql, units.columns)
    return Shape(
        several=len(set(sources.ranks.values())) > 1,
        merged=sources.merged,
        receivables=bool(sources.receivables),
        payments=bool(sources.payments),
        by_day=sources.by_day,
        mixed_units=counted["n"] > 1,
    )


def _keep_all(engine: Engine, steps: Sequence[Step]) -> None:
    for step in steps:
        engine.keep(step.name, step.sql)


def _fetch(engine: Engine, step: Step) -> dict[int, dict[str, Any]]:
    return {row.pop("holder_id"): _with_units(row) for row in engine.fetch(step.sql, step.columns)}


def _with_units(row: dict[str, Any]) -> dict[str, Any]:
    """Measuring units counted as far as it matters: several, or not."""
    first, last = row.pop("first_unit"), row.pop("last_unit")
    row["units"] = 1 if first == last else 2
    return row
