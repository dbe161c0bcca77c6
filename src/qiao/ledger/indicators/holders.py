"""Whose figure it is: measures of customers summed for managers, units and all above.

Every measure is written as a contribution of one customer in one month, so one rule serves all: the holder in force
on the month's last day gets it. Manager figures follow assignments, unit figures follow home units and the tree of
that day; the two need not add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

SUMMED = (
    "revenue",
    "cost",
    "lines",
    "uncosted",
    "unmeasured",
    "order_days",
    "gap_days",
    "gaps",
    "active_months",
    "blind_months",
    "new",
    "silent",
    "lost",
    "year_before",
    "period_before",
    "last_3",
    "last_12",
    "owed",
    "overdue",
    "overdue_unknown",
    "paid",
)


_DAY_MEASURES = frozenset({"order_days", "gap_days", "gaps"})
_OWED_MEASURES = frozenset({"owed", "overdue", "overdue_unknown"})


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to add up; the rest is added as 0 at the very end and costs nothing before.

    Attributes:
        by_day: Lines by day.
        owed: Receivables.
        paid: Payments.
        units: Several measuring units.
    """

    by_day: bool
    owed: bool
    paid: bool
    units: bool

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures worth adding up, in order."""
        absent: frozenset[str] = frozenset()
        absent |= frozenset() if self.by_day else _DAY_MEASURES
        absent |= frozenset() if self.owed else _OWED_MEASURES
        absent |= frozenset() if self.paid else {"paid"}
        return tuple(name for name in SUMMED if name not in absent)

    @property
    def texts(self) -> tuple[str, ...]:
        """Units worth comparing."""
        return ("first_unit", "last_unit") if self.units else ()


def _shape(rows: ir.Table, known: Known, **given: ir.Value) -> ir.Table:
    """Rows of (customer_id, m) with every measure known, those not given as 0, in one column order."""
    zero = ibis.literal(0, "int64")
    columns = {name: given.get(name, zero).cast("int64") for name in known.measures}
    quantity = given.get("quantity", ibis.literal(None, "decimal(18, 3)")).cast("decimal(38, 3)")
    no_text = ibis.literal(None, "string")
    units = {name: given.get(name, no_text).cast("string") for name in known.texts}
    return rows.select(
        "customer_id", m=given.get("m", rows.m).cast("int64"), quantity=quantity, **units, **columns
    )


def complete(rows: ir.Table) -> ir.Table:
    """Sums with the measures nobody knows as 0, in one column order."""
    zero, no_text = ibis.literal(0, "int64"), ibis.literal(None, "string")
    absent = {name: zero for name in SUMMED if name not in rows.columns}
    absent |= {name: no_text for name in ("first_unit", "last_unit") if name not in rows.columns}
    keys = [name for name in rows.columns if name not in {*SUMMED, "quantity", "first_unit", "last_unit"}]
    full = rows.mutate(**absent)
    return full.select(*keys, "quantity", "first_unit", "last_unit", *SUMMED)


def list_contributions(
    base: ir.Table,
    months: ir.Table,
    found: dict[str, ir.Table],
    known: Known,
    receivables: ir.Table | None,
    payments: ir.Table | None,
) -> list[ir.Table]:
    """Everything that adds to a measure of the window, as rows of customer and month.

    Args:
        base: Customer months, each line counted once.
        months: What each month means for the window.
        found: ``new``, ``silent``, ``lost``: (customer_id, m).
        known: What there is to add up.
        receivables: (customer_id, m, owed, overdue, overdue_unknown) or None.
        payments: (customer_id, m, paid) or None.
    """
    one = ibis.literal(1, "int64")
    dated = base.join(months, "m")
    recent = dated.filter((_.inside == 1) | (_.in_12 == 1))
    now = recent.inside == 1
    plain = ("revenue", "cost", "lines", "uncosted", "unmeasured", "order_days", "gap_days", "gaps")
    parts = [
        _shape(
            recent,
            known,
            **{name: now.ifelse(recent[name], 0) for name in plain},
            **{name: now.ifelse(recent[name], None) for name in ("quantity", *known.texts)},
            active_months=recent.inside,
            blind_months=now.ifelse(recent.blind, 0),
            last_3=(recent.in_3 == 1).ifelse(recent.revenue, 0),
            last_12=(recent.in_12 == 1).ifelse(recent.revenue, 0),
        )
    ]
    for name, target in (("year_before", "year_to"), ("period_before", "period_to")):
        earlier = dated.filter(dated[target].notnull())
        parts.append(_shape(earlier, known, m=earlier[target], **{name: earlier.revenue}))
    parts += [_shape(rows, known, **{name: one}) for name, rows in found.items()]
    if receivables is not None:
        # Receivables are a stock: those of the last month of the window only.
        owed = receivables.filter(receivables.m == receivables.until)
        parts.append(
            _shape(owed, known, owed=owed.owed, overdue=owed.overdue, overdue_unknown=owed.overdue_unknown)
        )
    if payments is not None:
        paid = payments.join(months.filter(months.inside == 1).select("m"), "m")
        parts.append(_shape(paid, known, paid=paid.paid))
    return parts


def sum_rows(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Rows of measures added up by the keys; only the columns there are."""
    firsts = {name: rows[name].min() for name in ("first_unit",) if name in rows.columns}
    lasts = {name: rows[name].max() for name in ("last_unit",) if name in rows.columns}
    sums = {name: rows[name].sum() for name in ("quantity", *SUMMED) if name in rows.columns}
    return rows.group_by(*keys).agg(**firsts, **lasts, **sums)


def attribute_people(rows: ir.Table, assignments: ir.Table, months: ir.Table) -> ir.Table:
    """Rows of (customer_id, m, …) under the primary manager in force on the month's last day."""
    primary = assignments.filter(_.role == "primary").select(
        "customer_id", "person_id", "starts_on", "ends_before"
    )
    dated = rows.join(months, "m")
    held = dated.join(
        primary,
        [
            dated.customer_id == primary.customer_id,
            primary.starts_on <= dated.ends_on,
            dated.ends_on < primary.ends_before,
        ],
    )
    return held.mutate(holder_id=held.person_id).select("holder_id", *rows.columns)


def attribute_units(rows: ir.Table, homes: ir.Table, placements: ir.Table, months: ir.Table) -> ir.Table:
    """Rows under the home unit of the month's last day and every unit above it that day."""
    dated = rows.join(months, "m")
    home = homes.select("customer_id", "unit_id", "starts_on", "ends_before")
    held = dated.join(
        home,
        [
            dated.customer_id == home.customer_id,
            home.starts_on <= dated.ends_on,
            dated.ends_on < home.ends_before,
        ],
    )
    placed = held.select("unit_id", *rows.columns).join(placements, ["m", "unit_id"])
    return placed.mutate(holder_id=placed.ancestor_id).select("holder_id", *rows.columns)


def sum_holders(customers_of: ir.Table, categories: ir.Table, core: ir.Table) -> ir.Table:
    """One row a holder from its customers' rows, with counts, categories and the core's part."""
    flagged = customers_of.mutate(active=ibis.ifelse(customers_of.lines > 0, 1, 0).cast("int64"))
    counts = flagged.group_by("holder_id").agg(active=_.active.sum(), customers=_.count())
    sums = _left_all(complete(sum_rows(flagged, ("holder_id",))), counts)
    with_categories = _left(sums, categories, "categories")
    with_revenue = _left(with_categories, core.select("holder_id", "core_revenue"), "core_revenue")
    return _left(with_revenue, core.select("holder_id", "core_margin"), "core_margin")


def _left_all(left: ir.Table, right: ir.Table) -> ir.Table:
    joined = left.left_join(right, "holder_id")
    return joined.drop(*[c for c in joined.columns if c.endswith("_right")])


def _left(left: ir.Table, right: ir.Table, column: str) -> ir.Table:
    joined = left.left_join(right, "holder_id")
    filled = joined.mutate(**{column: joined[column].fill_null(0)})
    return filled.drop(*[c for c in joined.columns if c.endswith("_right")])
