"""All expressions of a computation, compiled once a process: numbers come in as tables, never as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from qiao.ledger.indicators import concentration, events, holders, schemas
from qiao.ledger.indicators import counted_months as build
from qiao.ledger.indicators.engines import compile_sql

KINDS = ("month", "quarter", "half", "year")


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides which expressions are needed.

    Attributes:
        several: Sources of different precedence occur.
        merged: Some customer stands for another.
        receivables, payments: Whether these facts are known at all.
        by_day: Some source tells lines by day.
        mixed_units: Quantities come in different measuring units.
    """

    several: bool
    merged: bool
    receivables: bool
    payments: bool
    by_day: bool
    mixed_units: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Compute ``sql`` and name it."""

    name: str
    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Compiled steps.

    Attributes:
        once: Before the windows.
        window: For each window, after ``months`` and ``this_window`` are loaded; the first names the customers.
        people, units: Sums a holder, fetched after the window's steps.
        customers: All windows' customers, to be written.
    """

    once: tuple[Step, ...]
    window: tuple[Step, ...]
    people: Step
    units: Step
    customers: Step


@dataclass(frozen=True, slots=True)
class Lived:
    """What is known of customers before any window: months, lives, successors, categories bought."""

    base: ir.Table
    lives: ir.Table
    successors: ir.Table
    bought: ir.Table


class Compiler:
    """Turns expressions into steps and hands back the named result as a table."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.steps: list[Step] = []

    def step(self, name: str, expr: ir.Table) -> Step:
        return Step(name, compile_sql(expr, self.dialect), tuple(expr.columns))

    def keep(self, name: str, expr: ir.Table) -> ir.Table:
        self.steps.append(self.step(name, expr))
        return ibis.table(expr.schema(), name=name)

    def take(self) -> tuple[Step, ...]:
        steps, self.steps = tuple(self.steps), []
        return steps


def unit_count(dialect: str) -> Step:
    """How many measuring units the sales name."""
    sales = ibis.table(schemas.SALES, name="sales")
    return Step("units", compile_sql(sales.aggregate(n=sales.unit.nunique()), dialect), ("n",))


@lru_cache(maxsize=32)
def make_plan(dialect: str, shape: Shape) -> Plan:
    """The plan of a shape for an engine.

    Raises:
        Unsound: An expression breaks a rule that keeps engines equal.
    """
    c = Compiler(dialect)
    tables = {
        name.lower(): ibis.table(getattr(schemas, name), name=name.lower())
        for name in ("CUSTOMERS", "ASSIGNMENTS", "HOMES", "PLACEMENTS", "RULE", "MONTHS", "THIS_WINDOW")
    }
    lived = plan_once(c, shape, tables["customers"], tables["rule"])
    parts, bought = list_parts(c, shape, tables, lived)
    once = c.take()
    months, this_window, rule = tables["months"], tables["this_window"], tables["rule"]
    # Added up three times from the same rows: cheaper than keeping them, which costs gigabytes at scale.
    sums = reduce(lambda a, b: a.union(b), parts)
    inside = bought.join(months.filter(_.inside == 1).select("m"), "m")
    inside = c.keep("bought_now", inside.select("customer_id", "m", "category_id"))
    customers = c.keep("customers_now", _customer_rows(sums, inside, lived.lives, this_window))
    people = _plan_holders(
        c,
        "people",
        holders.attribute_people(sums, tables["assignments"], months),
        holders.attribute_people(inside, tables["assignments"], months),
        rule,
    )
    units = _plan_holders(
        c,
        "units",
        holders.attribute_units(sums, tables["homes"], tables["placements"], months),
        holders.attribute_units(inside, tables["homes"], tables["placements"], months),
        rule,
    )
    every = [ibis.table(customers.schema(), name=f"customers_{kind}") for kind in KINDS]
    wide = c.step("wide", reduce(lambda a, b: a.union(b), every).order_by("window", "customer_id"))
    return Plan(once, c.take(), people, units, wide)


def list_parts(
    c: Compiler, shape: Shape, tables: Mapping[str, ir.Table], lived: Lived
) -> tuple[list[ir.Table], ir.Table]:
    """Everything that adds to a measure, and the categories bought; keeps what receivables and payments need."""
    months, this_window, rule = tables["months"], tables["this_window"], tables["rule"]
    owed = _plan_owed(c, shape, tables["customers"]) if shape.receivables else None
    paid = _plan_paid(c, shape, tables["customers"]) if shape.payments else None
    found = {
        "new": events.find_new(lived.base, months),
        "silent": events.find_silent(lived.lives, this_window, rule),
        "lost": events.find_lost(lived.lives, lived.successors, this_window, rule),
    }
    stock = owed.cross_join(this_window.select("until")) if owed is not None else None
    return holders.list_contributions(lived.base, months, found, _known(shape), stock, paid), lived.bought


def _known(shape: Shape) -> holders.Known:
    return holders.Known(shape.by_day, shape.receivables, shape.payments, shape.mixed_units)


def facts_of(name: str, schema: ibis.Schema, shape: Shape, customers: ir.Table) -> ir.Table:
    rows = ibis.table(schema, name=name)
    return build.canonical(rows, customers) if shape.merged else rows


def plan_once(c: Compiler, shape: Shape, customers: ir.Table, rule: ir.Table) -> Lived:
    """Customer months, lives, successors, categories bought."""
    sales = facts_of("sales", schemas.SALES, shape, customers)
    lines = build.rank_lines(sales, shape.several)
    sums = build.sum_months(lines, shape.several, shape.mixed_units)
    counted = sums
    if shape.several:
        sums = c.keep("sums", sums)
        counted = build.pick_precedence(sums)
    days = build.join_days(counted, build.order_days(lines)) if shape.by_day else build.without_days(counted)
    base = c.keep("base", days)
    lives = c.keep("lives", build.customer_lives(base))
    successors = c.keep("successors", events.find_successors(lives, customers, rule))
    year = ibis.table(schemas.MONTHS, name="year_months").filter(_.inside == 1).select("m")
    bought = lines.filter(_.category_id.notnull()).join(year, "m")
    bought = bought.select(*build.month_keys(shape.several), "category_id").distinct()
    if shape.several:
        best = sums.group_by("customer_id", "m").agg(best=_.rank.min())
        bought = bought.join(best, ["customer_id", "m"]).filter(_.rank == _.best)
    bought = c.keep("bought", bought.select("customer_id", "m", "category_id"))
    return Lived(base, lives, successors, bought)


def _plan_owed(c: Compiler, shape: Shape, customers: ir.Table) -> ir.Table:
    rows = facts_of("receivables", schemas.RECEIVABLES, shape, customers)
    dated = rows.mutate(m=build.month_of(rows["on"]))
    sums = dated.group_by("customer_id", "m").agg(
        owed=_.amount_cents.sum(),
        overdue=_.overdue_30_cents.sum().fill_null(0),
        overdue_unknown=_.count(where=_.overdue_30_cents.isnull()).fill_null(0),
    )
    return c.keep("owed", sums)


def _plan_paid(c: Compiler, shape: Shape, customers: ir.Table) -> ir.Table:
    rows = facts_of("payments", schemas.PAYMENTS, shape, customers)
    dated = rows.mutate(m=build.month_of(rows["on"]))
    return c.keep("paid", dated.group_by("customer_id", "m").agg(paid=_.amount_cents.sum()))


def _customer_rows(months: ir.Table, bought: ir.Table, lives: ir.Table, this_window: ir.Table) -> ir.Table:
    """The wide rows of all customers that contribute to the window."""
    sums = holders.complete(holders.sum_rows(months, ("customer_id",)))
    kinds = bought.select("customer_id", "category_id").distinct().group_by("customer_id")
    joined = sums.left_join(kinds.agg(categories=_.count()), "customer_id").drop("customer_id_right")
    with_lives = joined.left_join(lives, "customer_id").drop("customer_id_right")
    named = with_lives.cross_join(this_window.select(window=_.kind, period=_.period))
    return named.mutate(categories=_.categories.fill_null(0), active=(_.lines > 0).ifelse(1, 0).cast("int64"))


def _plan_holders(c: Compiler, name: str, months: ir.Table, bought: ir.Table, rule: ir.Table) -> Step:
    customers_of = c.keep(name, holders.sum_rows(months, ("holder_id", "customer_id")))
    pairs = bought.select("holder_id", "customer_id", "category_id").distinct()
    categories = pairs.group_by("holder_id").agg(categories=_.count())
    return c.step(
        f"{name}_sums",
        holders.sum_holders(customers_of, categories, concentration.core_sums(customers_of, rule)),
    )
