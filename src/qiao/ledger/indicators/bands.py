"""Customers into bands by a table of thresholds, exactly: the bulk form of ``kernel.table`` for millions of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import ibis
import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class BandRow:
    """One row of the table, as its article states it.

    Attributes:
        code: What the row says.
        lower: Lower end in yuan, or None without end.
        lower_included: Whether the row owns its lower end.
        upper: Upper end in yuan, or None without end.
        upper_included: Whether the row owns its upper end.
    """

    code: str
    lower: Decimal | None
    lower_included: bool
    upper: Decimal | None
    upper_included: bool


def assign_bands(cents: ir.IntegerColumn, months: int, rows: Sequence[BandRow]) -> ir.StringColumn:
    """The row each amount falls into, NULL where the amount is not known.

    Args:
        cents: Amount over ``months`` months, whole cents.
        months: Months the amount covers; thresholds are monthly. Compared as amount ≥ threshold × months, so no
            division rounds anything across a boundary.
        rows: The table; ``kernel.table`` has checked that they neither overlap nor leave gaps.
    """
    cases = [(_inside(cents, months, row), ibis.literal(row.code)) for row in rows]
    return ibis.cases(*cases)


def _inside(cents: ir.IntegerColumn, months: int, row: BandRow) -> ir.BooleanValue:
    tests: list[ir.BooleanValue] = [cents.notnull()]
    if row.lower is not None:
        at = _threshold(row.lower, months)
        tests.append(cents >= at if row.lower_included else cents > at)
    if row.upper is not None:
        at = _threshold(row.upper, months)
        tests.append(cents <= at if row.upper_included else cents < at)
    return ibis.and_(*tests)


def _threshold(yuan: Decimal, months: int) -> int:
    scaled = yuan.scaleb(2) * months
    if scaled != int(scaled):
        raise ValueError(f"a threshold of {yuan} is finer than a cent")
    return int(scaled)
