"""One computation of all measures at the end of a month: for customers, managers, units, in four windows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from qiao.kernel.period import Month
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.calendar import Window, list_windows
from qiao.ledger.indicators import base as build
from qiao.ledger.indicators import events, holders, schemas
from qiao.ledger.indicators.concentration import core_sums
from qiao.ledger.indicators.engines import Engine

_BACK = 24  # months of calendar before the last one: the year window's months a year earlier
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


def _quiet(done: int, total: int, message: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class _Tables:
    base: ir.Table
    lives: ir.Table
    successors: ir.Table
    bought: ir.Table
    assignments: ir.Table
    homes: ir.Table
    placements: ir.Table
    months: ir.Table
    receivables: ir.Table | None
    payments: ir.Table | None


def compute(engine: Engine, task: Task, progress: Progress = _quiet) -> list[HolderSums]:
    """Compute all windows; writes the customers' file and returns the sums of managers and units.

    Args:
        engine: DuckDB or Spark.
        task: What to compute.
        progress: Called as (steps done, steps, what); may raise to stop.
    """
    windows = list_windows(task.until)
    steps = len(windows) + 2
    progress(0, steps, "facts")
    tables = _prepare(engine, task)
    results, wide = [], []
    for number, window in enumerate(windows):
        progress(number + 1, steps, window.kind)
        customers, sums = _compute_window(engine, tables, window, task.rule)
        wide.append(customers)
        results.append(sums)
    progress(steps - 1, steps, "customers")
    engine.write(reduce(lambda a, b: a.union(b), wide), task.customers_file)
    progress(steps, steps, "done")
    return results


def _prepare(engine: Engine, task: Task) -> _Tables:
    """Customer months, each line counted once, and what is read from them more than once."""
    sources = task.sources
    customers = engine.read("customers", sources.customers, schemas.CUSTOMERS)
    sales = engine.read("sales", sources.sales, schemas.SALES)
    if sources.merged:
        sales = build.canonical(sales, customers)
    ranks = pa.table({"source": list(sources.ranks), "rank": pa.array(sources.ranks.values(), pa.int64())})
    several = len(set(sources.ranks.values())) > 1
    lines = build.rank_lines(sales, engine.load("ranks", ranks))
    sums = engine.keep("sums", build.sum_months(lines))
    counted = build.pick_precedence(sums) if several else sums.drop("rank")
    base = engine.keep("base", build.join_days(counted, build.order_days(lines)))
    lives = engine.keep("lives", build.customer_lives(base))
    first = events.month_number(task.until.year_.months[0])
    bought = lines.filter((_.m >= first) & _.category_id.notnull())
    bought = bought.select("customer_id", "m", "rank", "category_id").distinct()
    if several:
        bought = build.pick_precedence(bought)
    return _Tables(
        base=base,
        lives=lives,
        successors=engine.keep("successors", events.find_successors(lives, customers, task.rule)),
        bought=engine.keep("bought", bought.select("customer_id", "m", "category_id")),
        assignments=engine.read("assignments", sources.assignments, schemas.ASSIGNMENTS),
        homes=engine.read("homes", sources.homes, schemas.HOMES),
        placements=engine.read("placements", sources.placements, schemas.PLACEMENTS),
        months=engine.load("months", _calendar(task.until)),
        receivables=_owed(engine, task) if sources.receivables else None,
        payments=_paid(engine, task) if sources.payments else None,
    )


def _calendar(until: Month) -> pa.Table:
    months = list(Month.range(until - _BACK, until))
    return pa.table(
        {
            "m": pa.array([events.month_number(m) for m in months], pa.int64()),
            "ends_on": pa.array([m.last_day for m in months], pa.date32()),
        }
    )


def _owed(engine: Engine, task: Task) -> ir.Table:
    rows = engine.read("receivables", task.sources.receivables, schemas.RECEIVABLES)
    if task.sources.merged:
        rows = build.canonical(rows, engine.read("customers", task.sources.customers, schemas.CUSTOMERS))
    sums = (
        rows.mutate(m=build.month_of(rows["on"]))
        .group_by("customer_id", "m")
        .agg(
            owed=_.amount_cents.sum(),
            overdue=_.overdue_30_cents.sum().fill_null(0),
            overdue_unknown=_.count(where=_.overdue_30_cents.isnull()).fill_null(0),
        )
    )
    return engine.keep("owed", sums)


def _paid(engine: Engine, task: Task) -> ir.Table:
    rows = engine.read("payments", task.sources.payments, schemas.PAYMENTS)
    if task.sources.merged:
        rows = build.canonical(rows, engine.read("customers", task.sources.customers, schemas.CUSTOMERS))
    sums = (
        rows.mutate(m=build.month_of(rows["on"])).group_by("customer_id", "m").agg(paid=_.amount_cents.sum())
    )
    return engine.keep("paid", sums)


def _compute_window(
    engine: Engine, tables: _Tables, window: Window, rule: ActivityRule
) -> tuple[ir.Table, HolderSums]:
    found = {
        "new": events.find_new(tables.base, window, rule),
        "silent": events.find_silent(tables.lives, window, rule),
        "lost": events.find_lost(tables.lives, tables.successors, window, rule),
    }
    parts = holders.list_contributions(window, tables.base, found, tables.receivables, tables.payments)
    months = engine.keep("contributions", holders.sum_parts(parts, ("customer_id", "m")))
    bought = tables.bought.filter(
        tables.bought.m.between(events.month_number(window.months[0]), events.month_number(window.until))
    )
    customers = engine.keep(f"customers_{window.kind}", _customer_rows(months, bought, tables.lives, window))
    people = _holder_rows(
        engine,
        "people",
        holders.attribute_people(months, tables.assignments, tables.months),
        holders.attribute_people(bought, tables.assignments, tables.months),
        rule,
    )
    units = _holder_rows(
        engine,
        "units",
        holders.attribute_units(months, tables.homes, tables.placements, tables.months),
        holders.attribute_units(bought, tables.homes, tables.placements, tables.months),
        rule,
    )
    return customers, HolderSums(window, people, units)


def _customer_rows(months: ir.Table, bought: ir.Table, lives: ir.Table, window: Window) -> ir.Table:
    """The wide rows of all customers that contribute to the window."""
    sums = months.group_by("customer_id").agg(
        quantity=_.quantity.sum(),
        first_unit=_.first_unit.min(),
        last_unit=_.last_unit.max(),
        **{name: months[name].sum() for name in holders.SUMMED},
    )
    kinds = (
        bought.select("customer_id", "category_id")
        .distinct()
        .group_by("customer_id")
        .agg(categories=_.count())
    )
    joined = sums.left_join(kinds, "customer_id").drop("customer_id_right").left_join(lives, "customer_id")
    return joined.drop("customer_id_right").mutate(
        categories=_.categories.fill_null(0),
        active=(_.lines > 0).ifelse(1, 0).cast("int64"),
        window=ibis.literal(window.kind),
        period=ibis.literal(str(window.period)),
    )


def _holder_rows(
    engine: Engine, name: str, months: ir.Table, bought: ir.Table, rule: ActivityRule
) -> dict[int, dict[str, Any]]:
    customers_of = engine.keep(name, holders.sum_rows(months, ("holder_id", "customer_id")))
    pairs = bought.select("holder_id", "customer_id", "category_id").distinct()
    categories = pairs.group_by("holder_id").agg(categories=_.count())
    sums = holders.sum_holders(customers_of, categories, core_sums(customers_of, rule.core_share))
    rows = {row.pop("holder_id"): _with_units(row) for row in engine.fetch(sums)}
    engine.drop(name)
    return rows


def _with_units(row: dict[str, Any]) -> dict[str, Any]:
    """Measuring units counted as far as it matters: none, one, or several."""
    first, last = row.pop("first_unit"), row.pop("last_unit")
    row["units"] = 0 if first is None else 1 if first == last else 2
    return row
