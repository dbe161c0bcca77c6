"""Reads over what the contexts below give."""

from .home import (
    STALE,
    count_stale,
    count_unserved,
    list_failed_log_ins,
    list_fallers,
    list_newest_batches,
    list_risers,
    list_stale,
    list_unserved,
)
from .pay import ComparedPay, gather_pay
from .staffing import (
    Counted,
    Served,
    count_people,
    count_served,
    find_watch,
    list_behind,
    list_counted,
    roll_up_served,
    sum_revenue,
)
from .watch import Rule, Watch, judge_units

__all__ = [
    "STALE",
    "ComparedPay",
    "Counted",
    "Rule",
    "Served",
    "Watch",
    "count_people",
    "count_served",
    "count_stale",
    "count_unserved",
    "find_watch",
    "gather_pay",
    "judge_units",
    "list_behind",
    "list_counted",
    "list_failed_log_ins",
    "list_fallers",
    "list_newest_batches",
    "list_risers",
    "list_stale",
    "list_unserved",
    "roll_up_served",
    "sum_revenue",
]
