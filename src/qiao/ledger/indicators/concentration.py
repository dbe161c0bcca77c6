"""The core: the first customers of a holder by revenue, and, on its own curve, by gross margin."""

import ibis
import ibis.expr.types as ir
from ibis import _


def core_sums(customers_of: ir.Table, rule: ir.Table) -> ir.Table:
    """Revenue of the core by revenue and margin of the core by margin, per holder.

    The core is a stated part of the active customers, by number, rounded up; the part is an exact fraction.

    Args:
        customers_of: Rows (holder_id, customer_id, lines, revenue, cost) of one window.
        rule: One row with ``core_of`` and ``core_out_of``.
    """
    active = customers_of.filter(_.lines > 0).mutate(margin=_.revenue - _.cost)
    ranked = active.mutate(
        total=active.customer_id.count().over(group_by="holder_id"),
        # Ties are broken by the customer's number: the same facts give the same core on every engine.
        place=_row_number(active, active.revenue),
        margin_place=_row_number(active, active.margin),
    ).cross_join(rule)
    # place - 1 < share × total, in whole numbers.
    most = ranked.total * ranked.core_of
    return ranked.group_by("holder_id").agg(
        core_revenue=ranked.revenue.sum(where=(ranked.place - 1) * ranked.core_out_of < most).fill_null(0),
        core_margin=ranked.margin.sum(where=(ranked.margin_place - 1) * ranked.core_out_of < most).fill_null(
            0
        ),
    )


def _row_number(rows: ir.Table, amount: ir.IntegerColumn) -> ir.IntegerColumn:
    order = [amount.desc(), rows.customer_id.asc()]
    return ibis.row_number().over(group_by=rows.holder_id, order_by=order) + 1
