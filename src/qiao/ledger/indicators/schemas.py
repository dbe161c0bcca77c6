"""Tables indicators read, as Ibis sees them.

Months are counted as year × 12 + month − 1, so that arithmetic is plain. Whatever changes from one run or window to
the next comes in as a table (``rule``, ``months``, ``this_window``), so the expressions are constants of the program
and compile once.
"""

import ibis

from qiao.kernel.period import Month

_DAY, _WHOLE, _TEXT = "date", "int64", "string"

SALES = ibis.schema(
    {
        "customer_id": _WHOLE,
        "category_id": _WHOLE,
        "on": _DAY,
        "grain": _TEXT,
        "revenue_cents": _WHOLE,
        "quantity": "decimal(18, 3)",
        "unit": _TEXT,
        "cost_cents": _WHOLE,
        "source": _TEXT,
    }
)
RECEIVABLES = ibis.schema(
    {"customer_id": _WHOLE, "on": _DAY, "amount_cents": _WHOLE, "overdue_30_cents": _WHOLE}
)
PAYMENTS = ibis.schema({"customer_id": _WHOLE, "on": _DAY, "amount_cents": _WHOLE})

# Dimensions, pinned by a run. An open end is a day in the far future.
CUSTOMERS = ibis.schema({"customer_id": _WHOLE, "canonical_id": _WHOLE, "place": _TEXT})
PROFILES = ibis.schema(
    {
        "customer_id": _WHOLE,
        "segment": _TEXT,
        "industry": _TEXT,
        "traits": _TEXT,
        "starts_on": _DAY,
        "ends_before": _DAY,
    }
)
HOMES = ibis.schema({"customer_id": _WHOLE, "unit_id": _WHOLE, "starts_on": _DAY, "ends_before": _DAY})
ASSIGNMENTS = ibis.schema(
    {"customer_id": _WHOLE, "person_id": _WHOLE, "role": _TEXT, "starts_on": _DAY, "ends_before": _DAY}
)
PLACEMENTS = ibis.schema({"m": _WHOLE, "unit_id": _WHOLE, "ancestor_id": _WHOLE})

# What a run and a window state.
RANKS = ibis.schema({"source": _TEXT, "rank": _WHOLE})
RULE = ibis.schema(
    {
        "silent_days": _WHOLE,
        "lost_days": _WHOLE,
        "same_place_days": _WHOLE,
        "core_of": _WHOLE,  # the core is core_of out of core_out_of customers
        "core_out_of": _WHOLE,
    }
)
MONTHS = ibis.schema(
    {
        "m": _WHOLE,
        "ends_on": _DAY,
        "inside": _WHOLE,  # 1 in the window
        "before": _WHOLE,  # 1 in the months before it that decide who is new
        "year_to": _WHOLE,  # the window's month this one is compared with a year later, or NULL
        "period_to": _WHOLE,  # the same for the preceding period
        "in_3": _WHOLE,
        "in_12": _WHOLE,
    }
)
THIS_WINDOW = ibis.schema({"kind": _TEXT, "period": _TEXT, "until": _WHOLE, "ends_on": _DAY, "days": _WHOLE})


def month_number(month: Month) -> int:
    """A month, counted."""
    return month.year * 12 + month.month - 1
