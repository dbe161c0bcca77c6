"""The core: the first customers of a holder by revenue, and, on its own curve, by gross margin."""

from decimal import Decimal
from fractions import Fraction

import ibis
import ibis.expr.types as ir
from ibis import _


def core_sums(customers_of: ir.Table, share: Decimal) -> ir.Table:
    """Revenue of the core by revenue and margin of the core by margin, per holder.

    Args:
        customers_of: Rows (holder_id, customer_id, lines, revenue, cost) of one window.
        share: The part of active customers, by number, rounded up; an exact fraction, so that the count is exact.
    """
    part = Fraction(share)
    active = customers_of.filter(_.lines > 0).mutate(margin=_.revenue - _.cost)
    by_revenue = active.customer_id.count().over(group_by="holder_id")
    ranked = active.mutate(
        total=by_revenue,
        # Ties are broken by the customer's number: the same facts give the same core on every engine.
        place=_row_number(active, active.revenue),
        margin_place=_row_number(active, active.margin),
    )
    # place - 1 < share × total, in whole numbers: (place - 1) × denominator < numerator × total.
    inside = (ranked.place - 1) * part.denominator < ranked.total * part.numerator
    inside_margin = (ranked.margin_place - 1) * part.denominator < ranked.total * part.numerator
    return ranked.group_by("holder_id").agg(
        core_revenue=ranked.revenue.sum(where=inside).fill_null(0),
        core_margin=ranked.margin.sum(where=inside_margin).fill_null(0),
    )


def _row_number(rows: ir.Table, amount: ir.IntegerColumn) -> ir.IntegerColumn:
    order = [amount.desc(), rows.customer_id.asc()]
    return ibis.row_number().over(group_by=rows.holder_id, order_by=order) + 1
