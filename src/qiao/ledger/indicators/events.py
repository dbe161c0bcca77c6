"""Who is new, silent, lost: events of a customer that fall into a month."""

import ibis.expr.types as ir
from ibis import _

from qiao.ledger.indicators.counted_months import month_of


def find_new(base: ir.Table, months: ir.Table) -> ir.Table:
    """Customers new in the window, at the month of their first revenue in it.

    New: revenue in the window, and none in the stated number of months before it.
    """
    dated = base.filter(_.ordered > 0).join(months, "m")
    seen = dated.group_by("customer_id").agg(m=_.m.min(where=_.inside == 1), earlier=_.before.max())
    return seen.filter(_.m.notnull() & (_.earlier == 0)).select("customer_id", "m")


def find_successors(lives: ir.Table, customers: ir.Table, rule: ir.Table) -> ir.Table:
    """Customers that go on under another number: one that began at the same address near their last order."""
    located = lives.join(customers, "customer_id").filter(_.place.notnull() & _.last_on.notnull())
    old = located.select(customer_id=_.customer_id, place=_.place, old_first=_.first_on, old_last=_.last_on)
    new = located.select(new_id=_.customer_id, place=_.place, new_first=_.first_on)
    pairs = old.join(new, "place").filter((_.customer_id != _.new_id) & (_.new_first > _.old_first))
    apart = pairs.mutate(days=_.new_first.delta(_.old_last, unit="day").cast("int64")).cross_join(rule)
    near = apart.filter((_.days <= _.same_place_days) & (_.days >= -_.same_place_days))
    return near.select("customer_id").distinct()


def _days_since(lives: ir.Table, this_window: ir.Table, rule: ir.Table) -> ir.Table:
    """Customers with the days from their last order to the end of the window."""
    known = lives.filter(_.last_on.notnull()).cross_join(this_window).cross_join(rule)
    return known.mutate(since=_.ends_on.delta(_.last_on, unit="day").cast("int64"))


def find_silent(lives: ir.Table, this_window: ir.Table, rule: ir.Table) -> ir.Table:
    """Customers silent at the window's end, at its last month."""
    known = _days_since(lives, this_window, rule)
    silent = known.filter((_.since >= _.silent_days) & (_.since < _.lost_days))
    return silent.select("customer_id", m=_.until)


def find_lost(lives: ir.Table, successors: ir.Table, this_window: ir.Table, rule: ir.Table) -> ir.Table:
    """Customers whose last order became the lost days old inside the window, at the month it did."""
    known = _days_since(lives, this_window, rule)
    lost = known.filter((_.since >= _.lost_days) & (_.since < _.lost_days + _.days))
    turned = (lost.ends_on - (lost.since - lost.lost_days).as_interval("D")).cast("date")
    return lost.mutate(m=month_of(turned)).anti_join(successors, "customer_id").select("customer_id", "m")
