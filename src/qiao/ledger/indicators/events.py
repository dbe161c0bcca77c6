"""Who is new, silent, lost: events of a customer that fall into a month."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.calendar import Window
from qiao.ledger.indicators.base import month_of


def month_number(window_month: object) -> int:
    """A month of the calendar, counted as in the tables."""
    year, month = window_month.year, window_month.month  # type: ignore[attr-defined]
    return int(year * 12 + month - 1)


def find_new(base: ir.Table, window: Window, rule: ActivityRule) -> ir.Table:
    """Customers new in the window, at the month of their first revenue in it.

    New: revenue in the window, and none in the stated number of months before it.
    """
    first, last = month_number(window.months[0]), month_number(window.until)
    earlier = (_.m < first) & (_.m >= first - rule.new_after_months)
    seen = (
        base.filter((_.ordered > 0) & (_.m <= last))
        .group_by("customer_id")
        .agg(m=_.m.min(where=_.m >= first), known=_.count(where=earlier).fill_null(0))
    )
    return seen.filter(_.m.notnull() & (_.known == 0)).select("customer_id", "m")


def find_successors(lives: ir.Table, customers: ir.Table, rule: ActivityRule) -> ir.Table:
    """Customers that go on under another number: one that began at the same address near their last order."""
    located = lives.join(customers, "customer_id").filter(_.place.notnull() & _.last_on.notnull())
    old = located.select(customer_id=_.customer_id, place=_.place, old_first=_.first_on, old_last=_.last_on)
    new = located.select(new_id=_.customer_id, place=_.place, new_first=_.first_on)
    pairs = old.join(new, "place")
    days = pairs.new_first.delta(pairs.old_last, unit="day").cast("int64")
    near = (days <= rule.same_place_days) & (days >= -rule.same_place_days)
    return (
        pairs.filter((_.customer_id != _.new_id) & (_.new_first > _.old_first) & near)
        .select("customer_id")
        .distinct()
    )


def days_since(lives: ir.Table, last_day: date) -> ir.Table:
    """Customers with the days from their last order to the end of the window."""
    since = ibis.date(last_day.isoformat()).delta(lives.last_on, unit="day").cast("int64")
    return lives.filter(_.last_on.notnull()).mutate(since=since)


def find_silent(lives: ir.Table, window: Window, rule: ActivityRule) -> ir.Table:
    """Customers silent at the window's end, at its last month."""
    known = days_since(lives, window.until.last_day)
    silent = known.filter((_.since >= rule.silent_days) & (_.since < rule.lost_days))
    return silent.select("customer_id").mutate(m=ibis.literal(month_number(window.until), "int64"))


def find_lost(lives: ir.Table, successors: ir.Table, window: Window, rule: ActivityRule) -> ir.Table:
    """Customers whose last order became the lost days old inside the window, at the month it did."""
    known = days_since(lives, window.until.last_day)
    days = (window.until.ends_before - window.months[0].starts_on).days
    lost = known.filter((_.since >= rule.lost_days) & (_.since < rule.lost_days + days))
    turned = (lost.last_on + ibis.interval(days=rule.lost_days)).cast("date")
    return lost.mutate(m=month_of(turned)).anti_join(successors, "customer_id").select("customer_id", "m")
