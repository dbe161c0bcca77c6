"""Rules that keep engines equal, checked on every expression before it runs.

Each was learnt from a difference between DuckDB, Spark and PostgreSQL: division of decimals and by zero, casts that
truncate here and round there, results that depend on an order nobody stated.
"""

from collections.abc import Iterator

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from qiao.kernel.errors import QiaoError

_BANNED: tuple[type, ...] = tuple(
    getattr(ops, name)
    for name in (
        "ApproxCountDistinct",
        "ApproxMedian",
        "ApproxQuantile",
        "ApproxMultiQuantile",
        "Hash",
        "HexDigest",
        "Mode",
        "ArrayCollect",
        "GroupConcat",
        "First",
        "Last",
        "Arbitrary",
        "RandomScalar",
        "RandomUUID",
    )
    if hasattr(ops, name)
)
_ORDERED: tuple[type, ...] = tuple(
    getattr(ops, name)
    for name in ("RowNumber", "Lag", "Lead", "NTile", "FirstValue", "LastValue", "NthValue")
    if hasattr(ops, name)
)


class Unsound(QiaoError):
    """An expression whose result could differ between engines."""


def check_sound(expr: ir.Table) -> None:
    """Refuse an expression that breaks a rule.

    Raises:
        Unsound: Naming the operation and the rule.
    """
    for node in _nodes(expr):
        if isinstance(node, _BANNED):
            raise Unsound(f"{type(node).__name__}: engines disagree on it")
        if isinstance(node, ops.JoinLink) and node.how == "asof":
            raise Unsound("as-of join: not on Spark; join on equality and range")
        if isinstance(node, ops.Divide | ops.FloorDivide | ops.Modulus):
            _check_division(node)
        if isinstance(node, ops.Mean) and not isinstance(node.arg.dtype, dt.Float64):
            raise Unsound("Mean: cast to float64 first, or sum and count")
        if isinstance(node, ops.Cast):
            _check_cast(node)
        if isinstance(node, ops.WindowFunction) and isinstance(node.func, _ORDERED) and not node.order_by:
            raise Unsound(f"{type(node.func).__name__} without an order")


def _nodes(expr: ir.Table) -> Iterator[ops.Node]:
    return iter(expr.op().find(ops.Node))


def _check_division(node: ops.Divide | ops.FloorDivide | ops.Modulus) -> None:
    stated = isinstance(node.right, ops.Literal) and bool(node.right.value)
    if not isinstance(node, ops.Divide) and stated and isinstance(node.left.dtype, dt.Integer):
        return
    if not isinstance(node.left.dtype, dt.Float64) or not isinstance(node.right.dtype, dt.Float64):
        raise Unsound("division: cast both sides to float64")
    if not stated and not isinstance(node.right, ops.NullIf):
        raise Unsound("division: wrap the divisor in nullif(0)")


def _check_cast(node: ops.Cast) -> None:
    loses = isinstance(node.to, dt.Integer) and isinstance(node.arg.dtype, dt.Floating | dt.Decimal)
    if loses and not isinstance(node.arg, ops.Round | ops.Ceil | ops.Floor):
        raise Unsound("cast of a fraction to a whole number: round first")
