"""Tables of bands: rows that split a line of numbers, each row saying which of its ends it owns.

Rules differ in who owns a boundary ("from 100,000", "above 3,000"), so every edge says it, and a table whose
rows leave a number to nobody, or to two rows, cannot be built. How the row hit becomes a result – its value
alone, a rate on the whole amount, a rate slice by slice – is the table's stated reading, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Generic, TypeVar

from qiao.kernel.errors import N_, QiaoError

T = TypeVar("T")


class Reading(StrEnum):
    """What a hit means."""

    ROW = "row"  # 定档: the row's value as it stands
    WHOLE = "whole"  # 全额累进: the row's rate on the whole amount
    MARGINAL = "marginal"  # 超额累进: each slice at its own row's rate


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a row: where, and whether the row owns the number itself."""

    at: Decimal
    included: bool


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers between two edges. An end that is None is open: the range reaches on without end."""

    lower: Edge | None = None
    upper: Edge | None = None

    def holds(self, x: Decimal, over: Decimal | int = 1) -> bool:
        """Whether ``x / over`` lies in the range. Nothing is divided, so thirds fall on the right side too.

        Args:
            x: The number, or the numerator of a mean or share.
            over: Its denominator, > 0.
        """
        if self.lower is not None:
            at = self.lower.at * over
            if x < at or (x == at and not self.lower.included):
                return False
        if self.upper is not None:
            at = self.upper.at * over
            if x > at or (x == at and not self.upper.included):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Band(Generic[T]):
    """One row: the numbers it holds and what it says about them."""

    range: Range
    value: T


@dataclass(frozen=True, slots=True)
class TableFault:
    """One reason why rows are not a table.

    Attributes:
        message: English source text with ``%(name)s`` places.
        row: The row at fault, counted from 0.
        params: Values for the places; rows in them are counted from 1, as a person counts.
    """

    message: str
    row: int
    params: dict[str, str | int]

    def __str__(self) -> str:
        return self.message % self.params


class BadTable(QiaoError, ValueError):
    """Rows that leave a number to nobody or to two rows. Carries every fault."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in faults))


class OutsideTable(QiaoError, LookupError):
    """A look-up beyond the first or last row. An error, never 0."""

    def __init__(self, x: Decimal) -> None:
        self.x = x
        super().__init__(f"{x} lies outside the table")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """The row a number fell into: its place in the table (from 0) and the row itself."""

    row: int
    band: Band[T]


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of an amount that one row's rate applies to."""

    row: int
    amount: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class BandTable(Generic[T]):
    """Rows in rising order without gap or overlap, and how they are read.

    Raises:
        BadTable: A gap, an overlap, an empty row, or no row at all.
    """

    bands: tuple[Band[T], ...]
    reading: Reading = Reading.ROW

    def __post_init__(self) -> None:
        faults = find_faults([band.range for band in self.bands])
        if faults:
            raise BadTable(faults)

    def hit(self, x: Decimal, over: Decimal | int = 1) -> Hit[T]:
        """The row ``x / over`` falls into, compared without dividing.

        Raises:
            OutsideTable: No row holds it.
        """
        for row, band in enumerate(self.bands):
            if band.range.holds(x, over):
                return Hit(row, band)
        raise OutsideTable(x)


def find_faults(ranges: Sequence[Range]) -> list[TableFault]:
    """Everything that keeps ranges from being the rows of a table, all at once.

    Args:
        ranges: Rows in the order written, which must be rising.
    """
    if not ranges:
        return [TableFault(N_("the table has no rows"), 0, {})]
    faults = [fault for row, within in enumerate(ranges) if (fault := _fault_within(row, within))]
    for row, (before, after) in enumerate(pairwise(ranges), start=1):
        fault = _fault_between(row, before, after)
        if fault:
            faults.append(fault)
    return sorted(faults, key=lambda fault: fault.row)


def _fault_within(row: int, within: Range) -> TableFault | None:
    lower, upper = within.lower, within.upper
    if lower is None or upper is None:
        return None
    if lower.at < upper.at or (lower.at == upper.at and lower.included and upper.included):
        return None
    message = N_("row %(row)s holds nothing: it runs from %(lower)s to %(upper)s")
    return TableFault(message, row, {"row": row + 1, "lower": str(lower.at), "upper": str(upper.at)})


def _fault_between(row: int, before: Range, after: Range) -> TableFault | None:
    """What is wrong where row ``row`` (from 0) follows the one before it."""
    params: dict[str, str | int] = {"row": row, "next": row + 1}
    ends, begins = before.upper, after.lower
    if ends is None:
        return TableFault(N_("row %(row)s has no upper end, yet row %(next)s follows it"), row, params)
    if begins is None:
        return TableFault(N_("row %(next)s has no lower end, yet row %(row)s stands before it"), row, params)
    params |= {"end": str(ends.at), "start": str(begins.at)}
    if begins.at > ends.at:
        message = N_(
            "a gap: neither row %(row)s nor row %(next)s holds the numbers from %(end)s to %(start)s"
        )
    elif begins.at < ends.at:
        message = N_("an overlap: rows %(row)s and %(next)s both hold the numbers from %(start)s to %(end)s")
    elif ends.included and begins.included:
        message = N_("rows %(row)s and %(next)s both own the boundary %(end)s")
    elif not ends.included and not begins.included:
        message = N_("neither row %(row)s nor row %(next)s owns the boundary %(end)s")
    else:
        return None
    return TableFault(message, row, params)


def slice_amount(table: BandTable[Decimal], amount: Decimal) -> tuple[Slice, ...]:
    """Cut an amount into what each row's rate applies to, by the table's reading.

    Args:
        table: Rates by amount, read WHOLE or MARGINAL. A MARGINAL table starts at a stated number.
        amount: At or above the table's start; the part below the start earns nothing.

    Returns:
        WHOLE: one slice, the amount at the rate of the row hit. MARGINAL: one per row reached, lowest first.

    Raises:
        OutsideTable: No row holds the amount.
        ValueError: The table is read by row, or MARGINAL without a start.
    """
    hit = table.hit(amount)
    if table.reading is Reading.WHOLE:
        return (Slice(hit.row, amount, hit.band.value),)
    if table.reading is not Reading.MARGINAL or table.bands[0].range.lower is None:
        raise ValueError("only a WHOLE table, or a MARGINAL one with a start, cuts an amount")
    slices = []
    for row, band in enumerate(table.bands[: hit.row + 1]):
        assert band.range.lower is not None  # the first row has one, and rows without a gap have one each
        top = amount if row == hit.row or band.range.upper is None else band.range.upper.at
        slices.append(Slice(row, top - band.range.lower.at, band.value))
    return tuple(slices)
