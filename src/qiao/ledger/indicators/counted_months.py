"""From lines to one row per customer and month, each line counted once."""

import ibis
import ibis.expr.types as ir
from ibis import _

from qiao.ledger.indicators.schemas import RANKS


def month_of(day: ir.DateValue) -> ir.IntegerValue:
    """A day's month, counted."""
    return (day.year().cast("int64") * 12 + day.month().cast("int64") - 1).cast("int64")


def canonical(facts: ir.Table, customers: ir.Table) -> ir.Table:
    """Facts under the customer that stands for merged ones; facts themselves are never rewritten."""
    merged = customers.filter(_.customer_id != _.canonical_id).select(
        merged_id=_.customer_id, canonical_id=_.canonical_id
    )
    joined = facts.left_join(merged, facts.customer_id == merged.merged_id)
    return joined.mutate(customer_id=ibis.coalesce(joined.canonical_id, joined.customer_id)).drop(
        "merged_id", "canonical_id"
    )


def rank_lines(sales: ir.Table, several: bool) -> ir.Table:
    """Lines with their month, and with the precedence of their source where sources differ in it."""
    ranked = sales.join(ibis.table(RANKS, name="ranks"), "source") if several else sales
    return ranked.mutate(m=month_of(ranked["on"]))


def month_keys(several: bool) -> tuple[str, ...]:
    """What one customer month is told by: also its precedence where sources differ in it."""
    return ("customer_id", "m", "rank") if several else ("customer_id", "m")


def sum_months(lines: ir.Table, several: bool, mixed_units: bool) -> ir.Table:
    """Sums per customer, month and precedence. The first and last unit in the alphabet tell whether units are mixed."""
    no_unit = ibis.literal(None, "string")
    return lines.group_by(*month_keys(several)).agg(
        revenue=_.revenue_cents.sum(),
        cost=_.cost_cents.sum().fill_null(0),
        quantity=_.quantity.sum(),
        lines=_.count(),
        uncosted=_.count(where=_.cost_cents.isnull()).fill_null(0),
        unmeasured=_.count(where=_.quantity.isnull() | _.unit.isnull()).fill_null(0),
        first_unit=_.unit.min() if mixed_units else no_unit,
        last_unit=_.unit.max() if mixed_units else no_unit,
        ordered=_.count(where=_.revenue_cents > 0).fill_null(0),
        first_on=_["on"].min(where=_.revenue_cents > 0),
        last_on=_["on"].max(where=_.revenue_cents > 0),
    )


def pick_precedence(sums: ir.Table) -> ir.Table:
    """Of several precedences in one customer's month only the lowest number counts.

    Finer lines of a month already counted would count twice; sources of equal precedence complement one another.
    """
    best = sums.group_by("customer_id", "m").agg(best=_.rank.min())
    return sums.join(best, ["customer_id", "m"]).filter(_.rank == _.best).drop("rank", "best")


def order_days(lines: ir.Table) -> ir.Table:
    """Order days and gaps per customer and month, from lines by day of any precedence.

    A finer grain that does not count for revenue still knows the days. A gap belongs to the month of its later day.
    """
    days = (
        lines.filter((_.grain == "day") & (_.revenue_cents > 0)).select("customer_id", "m", "on").distinct()
    )
    before = days["on"].lag().over(group_by="customer_id", order_by="on")
    return (
        days.mutate(before=before)
        .mutate(gap=_["on"].delta(_.before, unit="day").cast("int64"))
        .group_by("customer_id", "m")
        .agg(
            order_days=_.count(),
            gap_days=_.gap.sum().fill_null(0),
            gaps=_.gap.count(),
            first_day=_["on"].min(),
            last_day=_["on"].max(),
        )
    )


def join_days(months: ir.Table, days: ir.Table) -> ir.Table:
    """Months with their order days; where days are known they also tell first and last order."""
    joined = months.left_join(days, ["customer_id", "m"])
    extra = [c for c in joined.columns if c.endswith("_right")]
    return (
        joined.drop(*extra)
        .mutate(
            order_days=_.order_days.fill_null(0),
            gap_days=_.gap_days.fill_null(0),
            gaps=_.gaps.fill_null(0),
            blind=ibis.ifelse((_.order_days.isnull()) & (_.ordered > 0), 1, 0).cast("int64"),
            first_on=ibis.coalesce(_.first_day, _.first_on),
            last_on=ibis.coalesce(_.last_day, _.last_on),
        )
        .drop("first_day", "last_day")
    )


def without_days(months: ir.Table) -> ir.Table:
    """Months of an enterprise that knows no lines by day."""
    zero = ibis.literal(0, "int64")
    return months.mutate(
        order_days=zero, gap_days=zero, gaps=zero, blind=(_.ordered > 0).ifelse(1, 0).cast("int64")
    )


def customer_lives(base: ir.Table) -> ir.Table:
    """First and last order of every customer."""
    return base.group_by("customer_id").agg(first_on=_.first_on.min(), last_on=_.last_on.max())
