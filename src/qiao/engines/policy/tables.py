"""Tables of bands and categories in any number of dimensions, each with its stated reading.

A row says for every axis which numbers it holds (and who owns each boundary) or which category it is for. A
category left open holds for all; among rows that fit, the one that names more categories wins. Whatever no row
holds is a gap, and what a gap gives is stated: an error unless the author chose a value.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Literal

from qiao.engines.formula import Failure, Unit, Value, settle
from qiao.engines.formula.values import CARRIED, add, as_text, bounded, divide, exact, multiply
from qiao.kernel.errors import N_, Undefined
from qiao.kernel.table import Edge, Range
from qiao.kernel.text import Text


class Reading(StrEnum):
    """What the cell hit means for an amount."""

    ROW = "row"  # the cell as it stands
    FLAT = "flat"  # an amount, whatever the base
    WHOLE = "whole"  # a rate on the whole amount
    PER_UNIT = "per_unit"  # an amount for each unit of the base
    MARGINAL = "marginal"  # each slice at its own row's rate
    PRO_RATA = "pro_rata"  # full rows pay their amount, the last its covered part
    LINEAR = "linear"  # on the straight line between points


Beyond = Literal["error", "hold", "extend"] | Decimal | str
SLICED = (Reading.MARGINAL, Reading.PRO_RATA)


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension: ``bands`` of numbers, ``keys`` (categories) or ``points`` on a line."""

    name: str
    sort: str  # bands, keys or points
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it holds on each axis – a range, a category or None for all, a point – and its cell."""

    holds: tuple[Range | str | Decimal | None, ...]
    value: Decimal | str
    name: str = ""


@dataclass(frozen=True, slots=True)
class TableTrouble:
    """Why rows are not a table; ``row`` counts from 0, texts in params count from 1."""

    message: str
    row: int
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A cell found: row number from 0 (None when a stated value stood for a gap) and value."""

    row: int | None
    value: Value


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of an amount that fell into one row, and what it gives."""

    row: int
    amount: Decimal
    cell: Decimal
    gives: Decimal


@dataclass(frozen=True)
class Table:
    """Rows over axes, how they are read, and what lies outside them.

    Attributes:
        gap: Value where no row holds the keys between the ends; None is an error.
        below: What a number before the first row gets: an error, the first cell, the line prolonged, or a value.
        above: The same beyond the last row.
    """

    code: str
    title: Text
    axes: tuple[Axis, ...]
    rows: tuple[Row, ...]
    reading: Reading = Reading.ROW
    unit: Unit | None = None
    kind: str = "number"
    gap: Decimal | str | None = None
    below: Beyond = "error"
    above: Beyond = "error"

    @exact
    def look_up(self, keys: Sequence[Value]) -> Hit | Failure:
        """The cell for keys in the order of the axes; on a LINEAR table the point on the line.

        Returns:
            The hit; Undefined when nothing holds the keys and the author stated no value.
        """
        if wrong := self._wrong_keys(keys):
            return wrong
        settled = [settle(key) if isinstance(key, Decimal) else key for key in keys]
        if self.axes[-1].sort == "points":
            return self._on_the_line(settled)
        best = self._row_for(settled)
        if best is not None:
            return Hit(best, self.rows[best].value)
        return self._outside(settled)

    def _row_for(self, keys: Sequence[Value]) -> int | None:
        """Number of the row that holds the keys and names most categories."""
        near: Iterable[int] = range(len(self.rows))
        if self._starts is not None and isinstance(
            keys[0], Decimal
        ):  # the row that starts at or before, or the one before it
            at = bisect_right(self._starts, keys[0])
            near = range(max(0, at - 2), min(at + 1, len(self.rows)))
        elif self._exact is not None:
            found = self._exact.get(tuple(as_text(key) for key in keys))
            if found is not None:
                return found
            near = self._open_rows
        best, most = None, -1
        for number in near:
            named = named_by(self.rows[number], keys)
            if named > most:
                best, most = number, named
        return best

    @cached_property
    def _starts(self) -> list[Decimal] | None:
        """Lower ends of one dimension of bands, rising, so that a row is found by halving."""
        if len(self.axes) != 1 or self.axes[0].sort != "bands":
            return None
        starts = []
        for row in self.rows:
            within = row.holds[0]
            lower = within.lower if isinstance(within, Range) else None
            starts.append(lower.at if lower is not None else Decimal("-1e40"))
        return starts if starts == sorted(starts) else None

    @cached_property
    def _exact(self) -> dict[tuple[str, ...], int] | None:
        """Rows that name a category on every axis, where all axes are categories."""
        if any(axis.sort != "keys" for axis in self.axes):
            return None
        return {tuple(map(str, row.holds)): n for n, row in enumerate(self.rows) if None not in row.holds}

    @cached_property
    def _open_rows(self) -> list[int]:
        """Rows that leave a category open."""
        return [n for n, row in enumerate(self.rows) if None in row.holds]

    def _wrong_keys(self, keys: Sequence[Value]) -> Undefined | None:
        if len(keys) != len(self.axes):
            return Undefined(
                N_("table %(table)s has %(axes)s dimensions, %(keys)s were given"),
                {"table": self.title, "axes": len(self.axes), "keys": len(keys)},
            )
        for axis, key in zip(self.axes, keys, strict=True):
            if axis.sort != "keys" and not isinstance(key, Decimal):
                message = N_("table %(table)s wants a number for %(axis)s, not “%(key)s”")
                return Undefined(
                    message, {"table": self.title, "axis": axis.name, "key": as_text(key)}, "bad_kind"
                )
        return None

    def _outside(self, keys: Sequence[Value]) -> Hit | Failure:
        """No row holds the keys: before the first, beyond the last, or a gap."""
        if len(self.axes) == 1 and self.axes[0].sort == "bands":
            x = keys[0]
            assert isinstance(x, Decimal)
            first, last = self.rows[0].holds[0], self.rows[-1].holds[0]
            assert isinstance(first, Range)
            assert isinstance(last, Range)
            if first.lower is not None and _before(x, first.lower):
                return self._beyond(self.below, 0, keys)
            if last.upper is not None and _after(x, last.upper):
                return self._beyond(self.above, len(self.rows) - 1, keys)
        if self.gap is not None:
            return Hit(None, self.gap)
        return self._no_row(keys)

    def _beyond(self, what: Beyond, nearest: int, keys: Sequence[Value]) -> Hit | Failure:
        if what in ("hold", "extend"):
            return Hit(nearest, self.rows[nearest].value)
        if what == "error":
            return Hit(None, self.gap) if self.gap is not None else self._no_row(keys)
        return Hit(None, what)

    def _no_row(self, keys: Sequence[Value]) -> Undefined:
        said = ", ".join(as_text(key) for key in keys)
        return Undefined(
            N_("table %(table)s has no row for %(keys)s"), {"table": self.title, "keys": said}, "no_row"
        )

    def _on_the_line(self, keys: Sequence[Value]) -> Hit | Failure:
        x = keys[-1]
        assert isinstance(x, Decimal)
        rows = [(n, row) for n, row in enumerate(self.rows) if named_by(row, keys[:-1]) >= 0]
        if not rows:
            return self._no_row(keys)
        most = max(named_by(row, keys[:-1]) for _, row in rows)
        line = [(n, row.holds[-1], row.value) for n, row in rows if named_by(row, keys[:-1]) == most]
        points = [(n, at, y) for n, at, y in line if isinstance(at, Decimal) and isinstance(y, Decimal)]
        ends = [n for n, at, _ in points if at <= x]
        if not ends:
            if self.below == "extend" and len(points) > 1:
                return _between(points[0], points[1], x)
            return self._line_end(self.below, points[0], keys)
        at = next(i for i, point in enumerate(points) if point[0] == ends[-1])
        if points[at][1] == x:
            return Hit(points[at][0], points[at][2])
        if at + 1 < len(points):
            return _between(points[at], points[at + 1], x)
        if self.above == "extend" and len(points) > 1:
            return _between(points[-2], points[-1], x)
        return self._line_end(self.above, points[-1], keys)

    def _line_end(
        self, what: Beyond, point: tuple[int, Decimal, Decimal], keys: Sequence[Value]
    ) -> Hit | Failure:
        if what in ("hold", "extend"):
            return Hit(point[0], point[2])
        return self._no_row(keys) if what == "error" else Hit(None, what)

    @property
    def sliced_axis(self) -> int:
        """Place of the axis an amount is cut along: the first with bands."""
        return next(n for n, axis in enumerate(self.axes) if axis.sort == "bands")

    @exact
    def cut(self, amount: Decimal, start: Decimal, others: Sequence[Value]) -> tuple[Piece, ...] | Failure:
        """Cut the way from ``start`` to ``start + amount`` into what each row gets; a negative amount walks back.

        MARGINAL: a slice gives amount × cell. PRO_RATA: covered width / width × cell, so every row needs both ends.

        Args:
            amount: How far.
            start: From where; 0 for an amount by itself, what was reached before for a running total.
            others: Keys of the other axes, in their order.

        Returns:
            The pieces, lowest first; Undefined where part of the way lies in no row and no value was stated for it.
        """
        low, high = sorted((settle(start), settle(CARRIED.add(start, amount))))
        sign = Decimal(1 if amount >= 0 else -1)
        rows = self._line_of(others)
        if not rows:
            return self._no_row([amount, *others])
        pieces: list[Piece] = []
        covered = Decimal(0)
        for number, within, cell in rows:
            bottom = low if within.lower is None else max(low, within.lower.at)
            top = high if within.upper is None else min(high, within.upper.at)
            if top <= bottom:
                continue
            width = top - bottom
            covered += width
            given = self._slice(within, width, cell)
            if not isinstance(given, Decimal):
                return given
            pieces.append(Piece(number, sign * width, cell, sign * given))
        if covered == high - low:
            return tuple(pieces)
        return self._uncovered(pieces, rows, low, high, sign)

    def earned_between(self, amount: Decimal, start: Decimal) -> Decimal | Failure:
        """What all slices from ``start`` on give together, for a table with one dimension: :meth:`cut`, added up.

        A MARGINAL table without holes is a running total with a bend at every boundary, so two look-ups are enough.
        """
        if self._running is None:
            pieces = self.cut(amount, start, ())
            return total_of(pieces) if isinstance(pieces, tuple) else pieces
        edges, totals, rates = self._running
        ends = []
        for x in (settle(start), settle(CARRIED.add(start, amount))):
            at = bisect_right(edges, x) - 1
            if at < 0:
                at = 0  # before the first boundary the first rate but one, which is what lies below
            ends.append(CARRIED.add(totals[at], CARRIED.multiply(CARRIED.subtract(x, edges[at]), rates[at])))
        return bounded(CARRIED.subtract(ends[1], ends[0]))

    @cached_property
    @exact
    def _running(self) -> tuple[list[Decimal], list[Decimal], list[Decimal]] | None:
        """Boundaries, the total reached at each and the rate beyond it, for a MARGINAL table whose every number has a rate."""
        if self.reading is not Reading.MARGINAL or len(self.axes) != 1:
            return None
        edges: list[Decimal] = []
        rates: list[Decimal] = []
        reached: Decimal | None = None
        for row in self.rows:
            within = row.holds[0]
            if not isinstance(within, Range) or within.lower is None or not isinstance(row.value, Decimal):
                return None
            if reached is not None and within.lower.at != reached:
                return None
            edges.append(within.lower.at)
            rates.append(row.value)
            reached = within.upper.at if within.upper is not None else None
        below = rates[0] if self.below in ("hold", "extend") else self.below
        if reached is not None or not isinstance(below, Decimal):
            return None
        edges, rates = [edges[0] - 1, *edges], [below, *rates]
        totals = [Decimal(0)]
        for n, (low, high) in enumerate(pairwise(edges)):
            totals.append(totals[-1] + (high - low) * rates[n])
        return edges, totals, rates

    def _line_of(self, others: Sequence[Value]) -> list[tuple[int, Range, Decimal]]:
        """The rows along the sliced axis for the other keys, the most specific ones."""
        cut = self.sliced_axis
        found: list[tuple[int, int, Range, Decimal]] = []
        for number, row in enumerate(self.rows):
            rest = Row(row.holds[:cut] + row.holds[cut + 1 :], row.value)
            named = named_by(rest, others)
            within = row.holds[cut]
            if named >= 0 and isinstance(within, Range) and isinstance(row.value, Decimal):
                found.append((named, number, within, row.value))
        most = max((named for named, *_ in found), default=0)
        return [(number, within, cell) for named, number, within, cell in found if named == most]

    def _slice(self, within: Range, width: Decimal, cell: Decimal) -> Decimal | Failure:
        if self.reading is Reading.MARGINAL:
            return multiply(width, cell)
        if within.lower is None or within.upper is None:
            return Undefined(
                N_("table %(table)s pays part of a row that has no end"), {"table": self.title}, "no_end"
            )
        share = divide(width, within.upper.at - within.lower.at)
        return multiply(share, cell) if isinstance(share, Decimal) else share

    def _uncovered(
        self,
        pieces: list[Piece],
        rows: list[tuple[int, Range, Decimal]],
        low: Decimal,
        high: Decimal,
        sign: Decimal,
    ) -> tuple[Piece, ...] | Failure:
        """Part of the way lies before the first row, beyond the last or in a gap."""
        first, last = rows[0], rows[-1]
        begins, ends = first[1].lower, last[1].upper
        before = Decimal(0) if begins is None else max(Decimal(0), min(high, begins.at) - low)
        beyond = Decimal(0) if ends is None else max(Decimal(0), high - max(low, ends.at))
        extra: list[Piece] = list(pieces)
        for width, what, (number, _, cell) in ((before, self.below, first), (beyond, self.above, last)):
            if not width:
                continue
            rate = cell if what in ("hold", "extend") else what
            if rate == "error":
                rate = self.gap if self.gap is not None else rate
            if not isinstance(rate, Decimal):
                return self._no_row([low if what is self.below else high])
            extra.append(Piece(number, sign * width, rate, sign * width * rate))
        holes = (high - low) - before - beyond - sum((abs(piece.amount) for piece in pieces), Decimal(0))
        if holes and not isinstance(self.gap, Decimal):
            return self._no_row([low, high])
        if holes and isinstance(self.gap, Decimal):
            extra.append(Piece(-1, sign * holes, self.gap, sign * holes * self.gap))
        return tuple(extra)


@exact
def total_of(pieces: Sequence[Piece]) -> Decimal | Undefined:
    """What the pieces give together."""
    total = Decimal(0)
    for piece in pieces:
        following = add(total, piece.gives)
        if isinstance(following, Undefined):
            return following
        total = following
    return total


def named_by(row: Row, keys: Sequence[Value]) -> int:
    """How many categories the row names among those asked; -1 when it does not hold the keys."""
    named = 0
    for holds, key in zip(row.holds, keys, strict=False):
        if holds is None:
            continue
        if isinstance(holds, Range):
            if not isinstance(key, Decimal) or not holds.holds(key):
                return -1
        elif isinstance(holds, str):
            if as_text(key) != holds:
                return -1
            named += 1
    return named


def _before(x: Decimal, edge: Edge) -> bool:
    return x < edge.at or (x == edge.at and not edge.included)


def _after(x: Decimal, edge: Edge) -> bool:
    return x > edge.at or (x == edge.at and not edge.included)


def _between(a: tuple[int, Decimal, Decimal], b: tuple[int, Decimal, Decimal], x: Decimal) -> Hit | Failure:
    """The point at x on the line through two points."""
    slope = divide(b[2] - a[2], b[1] - a[1])
    if not isinstance(slope, Decimal):
        return slope
    return Hit(a[0], bounded(CARRIED.add(a[2], CARRIED.multiply(slope, x - a[1]))))
