"""The small tables a run and a window state: rule, calendar, window."""

from fractions import Fraction

import pyarrow as pa

from qiao.kernel.period import Month
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.calendar import Window
from qiao.ledger.indicators.schemas import MONTHS, RULE, THIS_WINDOW, month_number

_BACK = 24  # months a year window compares with, at most


def state_rule(rule: ActivityRule) -> pa.Table:
    """The article's numbers; the core's share as an exact fraction."""
    core = Fraction(rule.core_share)
    row = (rule.silent_days, rule.lost_days, rule.same_place_days, core.numerator, core.denominator)
    return pa.Table.from_pylist([dict(zip(RULE.names, row, strict=True))], schema=RULE.to_pyarrow())


def state_window(window: Window) -> pa.Table:
    """The window in one row."""
    days = (window.until.ends_before - window.months[0].starts_on).days
    row = (window.kind, str(window.period), month_number(window.until), window.until.last_day, days)
    return pa.Table.from_pylist(
        [dict(zip(THIS_WINDOW.names, row, strict=True))], schema=THIS_WINDOW.to_pyarrow()
    )


def state_months(window: Window, rule: ActivityRule) -> pa.Table:
    """What each month of the calendar means for the window."""
    inside, first, until = set(window.months), window.months[0], window.until
    back = max(_BACK, rule.new_after_months + 12)

    def target(month: Month, shift: int) -> int | None:
        return month_number(month + shift) if month + shift in inside else None

    rows = [
        {
            "m": month_number(month),
            "ends_on": month.last_day,
            "inside": int(month in inside),
            "before": int(first - rule.new_after_months <= month < first),
            "year_to": target(month, 12),
            "period_to": target(month, window.length),
            "in_3": int(until - 2 <= month <= until),
            "in_12": int(until - 11 <= month <= until),
        }
        for month in Month.range(until - back, until)
    ]
    return pa.Table.from_pylist(rows, schema=MONTHS.to_pyarrow())
