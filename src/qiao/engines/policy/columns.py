"""Columns: one value for each of many people, and arithmetic over whole columns.

A column of plain numbers is worked through in C by mapping the context's own operations; as soon as one element is no
number, or a number grows too large, the same is done element by element with the reference's rules, so that both engines
agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from operator import eq, ge, gt, le, lt, ne

from qiao.engines.formula import Value, settle
from qiao.engines.formula.evaluate import compare, wrong_kind
from qiao.engines.formula.values import CARRIED, add, as_text, divide, is_failure, multiply, power, subtract
from qiao.kernel.money import Rounding, round_to

# The same arithmetic as the reference's, but what reaches 10^27 stops it, where the reference asks after each step.
_BOUNDED = Context(
    prec=CARRIED.prec, rounding=CARRIED.rounding, Emax=26, traps=[InvalidOperation, DivisionByZero, Overflow]
)
_IN_C: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _BOUNDED.add,
    "-": _BOUNDED.subtract,
    "*": _BOUNDED.multiply,
    "/": _BOUNDED.divide,
}
_ONE_BY_ONE: dict[str, Callable[[Decimal, Decimal], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "^": power,
}
_ORDERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_QUANTA = [Decimal(1).scaleb(-places) for places in range(32)]
SETTLED = 30  # places a number may have without being settled first


@dataclass(frozen=True, slots=True)
class Column:
    """Values of the people of a frame, in its order.

    Attributes:
        values: One each.
        numbers: Whether all are numbers.
        places: Most places after the point any of them can have; None when that is unknown, as after a division.
    """

    values: Sequence[Value]
    numbers: bool
    places: int | None = None

    def __len__(self) -> int:
        return len(self.values)

    @staticmethod
    def of(values: Sequence[Value]) -> Column:
        """A column of whatever the values are."""
        numbers = all(type(value) is Decimal for value in values)
        return Column(values, numbers, _places(values) if numbers else None)

    @staticmethod
    def filled(value: Value, count: int) -> Column:
        """One value for everybody."""
        numbers = type(value) is Decimal
        return Column([value] * count, numbers, _places([value]) if numbers else None)

    def settled(self) -> Sequence[Value]:
        """The values as they are compared and looked up."""
        if not self.numbers:
            return [settle(value) if type(value) is Decimal else value for value in self.values]
        if self.places is not None and self.places <= SETTLED:
            return self.values
        return list(map(settle, self.values))  # type: ignore[arg-type]

    def take(self, rows: Sequence[int]) -> Column:
        """The values at some places."""
        values = self.values
        return Column([values[row] for row in rows], self.numbers, self.places)


def _places(values: Sequence[Value]) -> int | None:
    """Most places of plain numbers, or None beyond what need not be settled.

    Whether a number has more places than that is asked in C: rounding to it would change the number.
    """
    most = 0
    for value in values:
        if not isinstance(value, Decimal):
            return None
        while not value.same_quantum(_QUANTA[most]) and value != value.quantize(
            _QUANTA[most], context=CARRIED
        ):
            most += 1
            if most > SETTLED:
                return None
    return most


def _new_places(sign: str, a: Column, b: Column) -> int | None:
    if a.places is None or b.places is None or sign in "/^":
        return None
    places = a.places + b.places if sign == "*" else max(a.places, b.places)
    return places if places <= SETTLED else None


def arithmetic(sign: str, a: Column, b: Column) -> Column:
    """``+ - * / ^`` over two columns of one length."""
    if a.numbers and b.numbers and sign in _IN_C:
        try:
            return Column(list(map(_IN_C[sign], a.values, b.values)), True, _new_places(sign, a, b))  # type: ignore[arg-type]
        except (Overflow, DivisionByZero, InvalidOperation):
            pass
    work = _ONE_BY_ONE[sign]
    return Column.of([_one(work, x, y) for x, y in zip(a.values, b.values, strict=True)])


def _one(work: Callable[[Decimal, Decimal], Value], x: Value, y: Value) -> Value:
    if is_failure(x):
        return x
    if is_failure(y):
        return y
    if not isinstance(x, Decimal):
        return wrong_kind(x, "number")
    return work(x, y) if isinstance(y, Decimal) else wrong_kind(y, "number")


def comparison(sign: str, a: Column, b: Column) -> Column:
    """A column of truths."""
    if a.numbers and b.numbers:
        return Column(list(map(_ORDERS[sign], a.settled(), b.settled())), False)  # type: ignore[arg-type]
    found: list[Value] = []
    for x, y in zip(a.values, b.values, strict=True):
        found.append(x if is_failure(x) else y if is_failure(y) else compare(sign, x, y))
    return Column(found, False)


def joined_texts(a: Column, b: Column) -> Column:
    """``&`` over two columns."""
    found: list[Value] = []
    for x, y in zip(a.values, b.values, strict=True):
        found.append(x if is_failure(x) else y if is_failure(y) else as_text(x) + as_text(y))
    return Column(found, False)


def applied(work: Callable[..., Value], columns: Sequence[Column], kinds: Sequence[type | None]) -> Column:
    """A function of the language over columns: the first failure of a row is its result; ``kinds`` are the types wanted."""
    found: list[Value] = []
    if all(column.numbers for column in columns) and all(kind in (None, Decimal) for kind in kinds):
        return Column.of([work(*row) for row in zip(*(column.values for column in columns), strict=True)])
    for row in zip(*(column.values for column in columns), strict=True):
        found.append(_apply(work, row, kinds))
    return Column.of(found)


_NAMES: dict[type, str] = {Decimal: "number", str: "text", bool: "truth"}


def _apply(work: Callable[..., Value], row: Sequence[Value], kinds: Sequence[type | None]) -> Value:
    for value, kind in zip(row, kinds, strict=True):
        if is_failure(value):
            return value
        if kind is not None and not isinstance(value, kind):
            return wrong_kind(value, _NAMES.get(kind, "date"))
    return work(*row)


def rounded(column: Column, step: Decimal, mode: Rounding, names: dict[Rounding, str]) -> Column:
    """Rounded to a step; what is no number stays. A step that is a power of ten is a plain quantize."""
    exponent = step.normalize().as_tuple()
    if column.numbers and exponent.digits == (1,):
        unit = step.normalize()
        way = names[mode]
        quantize = CARRIED.quantize
        carried = CARRIED.copy()
        carried.rounding = way
        quantize = carried.quantize
        places = max(0, -int(exponent.exponent))
        return Column([quantize(value, unit) for value in column.settled()], True, places)  # type: ignore[arg-type]
    return Column.of(
        [
            round_to(settle(value), step, mode) if isinstance(value, Decimal) else value
            for value in column.values
        ]
    )


def merged(count: int, parts: Sequence[tuple[Sequence[int], Column]]) -> Column:
    """Columns of parts of a frame, put back at their places."""
    values: list[Value] = [False] * count
    for rows, column in parts:
        for row, value in zip(rows, column.values, strict=True):
            values[row] = value
    filled = [column for rows, column in parts if rows]
    numbers = all(column.numbers for column in filled)
    places = [column.places for column in filled]
    known = [place for place in places if place is not None]
    return Column(values, numbers, max(known) if known and len(known) == len(places) else None)
