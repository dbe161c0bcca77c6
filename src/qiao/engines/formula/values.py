"""What a formula can yield, and exact arithmetic over it.

Numbers are Decimal. A quotient like 10/11 has no end, so it is carried with sixty digits, and what lies beyond
the thirtieth place is noise: it is dropped before a comparison, a look-up or a rounding. One third times 0.015
is therefore exactly 0.005 where half-up asks, and three thirds reach a threshold of 1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import wraps
from typing import ParamSpec, TypeGuard, TypeVar

from qiao.kernel.errors import N_, Incomplete, Undefined

Failure = Incomplete | Undefined
Value = Decimal | str | bool | date | Incomplete | Undefined

CARRIED = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
LARGEST = Decimal("1e27")
_SETTLED = Decimal("1e-30")

TOO_LARGE = Undefined(N_("the number is too large"), code="too_large")
ZERO_DIVISOR = Undefined(N_("a division by 0"), code="zero_divisor")


P = ParamSpec("P")
R = TypeVar("R")


def exact(work: Callable[P, R]) -> Callable[P, R]:
    """Run a function with sixty digits for plain ``+ - * /`` too, whatever the caller's own setting is."""

    @wraps(work)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(CARRIED):
            return work(*args, **kwargs)

    return within


def settle(x: Decimal) -> Decimal:
    """A number without the noise that a quotient leaves beyond the thirtieth place.

    Args:
        x: Finite, below 10^27 in size.
    """
    exponent = x.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -30:
        return x
    return CARRIED.quantize(x, _SETTLED).normalize(CARRIED)


def bounded(x: Decimal) -> Decimal | Undefined:
    """The number itself, or that it is too large to be a figure of this world."""
    return x if x.is_finite() and abs(x) < LARGEST else TOO_LARGE


def add(a: Decimal, b: Decimal) -> Decimal | Undefined:
    """Sum."""
    return bounded(CARRIED.add(a, b))


def subtract(a: Decimal, b: Decimal) -> Decimal | Undefined:
    """Difference."""
    return bounded(CARRIED.subtract(a, b))


def multiply(a: Decimal, b: Decimal) -> Decimal | Undefined:
    """Product."""
    return bounded(CARRIED.multiply(a, b))


def divide(a: Decimal, b: Decimal) -> Decimal | Undefined:
    """Quotient; by 0 the rule gives no value."""
    if not b:
        return ZERO_DIVISOR
    return bounded(CARRIED.divide(a, b))


def power(a: Decimal, b: Decimal) -> Decimal | Undefined:
    """Power with a whole exponent from -64 to 64; roots are left to other tools."""
    if b != b.to_integral_value() or abs(b) > 64:
        return Undefined(
            N_("a power needs a whole exponent from -64 to 64, not %(b)s"), {"b": b}, "bad_power"
        )
    if not a and b < 0:
        return ZERO_DIVISOR
    try:
        return bounded(CARRIED.power(a, b))
    except (Overflow, InvalidOperation):
        return TOO_LARGE


def root(a: Decimal) -> Decimal | Undefined:
    """Square root; of a negative number undefined."""
    if settle(a) < 0:
        return Undefined(N_("the root of a negative number"), code="bad_root")
    return CARRIED.sqrt(max(a, Decimal(0)))


def is_failure(value: object) -> TypeGuard[Failure]:
    """Whether the value is a result that could not be given."""
    return isinstance(value, (Incomplete, Undefined))


NOT_APPLICABLE = Undefined(N_("it does not apply here"), code="not_applicable")


def is_not_applicable(value: object) -> bool:
    """Whether the value is that of an item which does not apply: neither missing nor undefined, just not there."""
    return isinstance(value, Undefined) and value.code == NOT_APPLICABLE.code


def is_absent(value: object) -> bool:
    """Whether there is nothing there: a fact is missing, or the item does not apply."""
    return isinstance(value, Incomplete) or is_not_applicable(value)


def kind_of(value: Value) -> str:
    """Name of the value's kind, for messages: number, text, truth, date."""
    match value:
        case bool():
            return "truth"
        case Decimal():
            return "number"
        case str():
            return "text"
        case date():
            return "date"
    return "failure"


def as_text(value: Value) -> str:
    """The value as plain text: numbers without exponent, dates ISO, truths TRUE and FALSE."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            settled = settle(value) or Decimal(0)  # a zero has no sign
            text = f"{settled:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case date():
            return value.isoformat()
    return str(value)
