"""The functions a formula may call, each with what it takes, what it yields and one line for the manual.

A function gets values that are no failures; failures pass through before it is asked. Those that decide what is
evaluated at all (IF, AND, IFMISSING …) live in :mod:`.evaluate`, those that look beyond the formula (LOOKUP,
PREVIOUS …) come from the scope.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_, Undefined
from qiao.kernel.money import Rounding, round_to

from .values import (
    CARRIED,
    Value,
    add,
    as_text,
    bounded,
    divide,
    kind_of,
    multiply,
    power,
    root,
    settle,
    subtract,
)

Work = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    Attributes:
        name: As written, upper case.
        takes: Kinds of the arguments in order (``number``, ``text``, ``truth``, ``date``, ``any``, ``ordered`` for a
            number or a date, ``same`` for the kind of the first); a trailing ``…`` repeats the last.
        least: Fewest arguments.
        gives: Kind of the result, or ``first`` for the kind of the first argument.
        unit: How units go: ``none`` (a bare number or no number), ``first``, ``alike`` (all arguments alike, result too).
        work: Values in, value out; None for those evaluated elsewhere.
        says: One line for the manual.
    """

    name: str
    takes: tuple[str, ...]
    least: int
    gives: str
    unit: str
    work: Work | None
    says: str

    @property
    def most(self) -> int | None:
        """Most arguments; None without end."""
        return None if self.takes and self.takes[-1] == "…" else len(self.takes)

    def kind_at(self, place: int) -> str:
        """The kind wanted at an argument's place, from 0."""
        kinds = self.takes[:-1] if self.takes[-1:] == ("…",) else self.takes
        return kinds[min(place, len(kinds) - 1)]


def _step(digits: Decimal) -> Decimal | Undefined:
    if digits != digits.to_integral_value() or abs(digits) > 12:
        return Undefined(
            N_("round to a whole number of places from -12 to 12, not %(digits)s"), {"digits": digits}
        )
    return Decimal(1).scaleb(-int(digits))


def _rounder(rounding: Rounding) -> Work:
    def rounded(x: Decimal, digits: Decimal = Decimal(0)) -> Value:
        step = _step(digits)
        return step if isinstance(step, Undefined) else round_to(settle(x), step, rounding)

    return rounded


def _up(x: Decimal, digits: Decimal = Decimal(0)) -> Value:
    """Away from zero, as Excel's ROUNDUP."""
    step = _step(digits)
    if isinstance(step, Undefined):
        return step
    return round_to(settle(x), step, Rounding.CEILING if x > 0 else Rounding.FLOOR)


def _to_step(rounding: Rounding) -> Work:
    def rounded(x: Decimal, step: Decimal = Decimal(1)) -> Value:
        if step <= 0:
            return Undefined(N_("the step to round to must be above 0, not %(step)s"), {"step": step})
        return round_to(settle(CARRIED.divide(x, step)), Decimal(1), rounding) * step

    return rounded


def _extreme(choose: Callable[..., Any]) -> Work:
    def extreme(*values: Any) -> Value:
        if len({kind_of(value) for value in values}) > 1:
            return Undefined(N_("numbers and dates cannot be compared"), code="bad_kind")
        return choose(values)  # type: ignore[no-any-return]

    return extreme


def _fold(step: Callable[[Decimal, Decimal], Decimal | Undefined], start: Decimal) -> Work:
    def folded(*numbers: Decimal) -> Value:
        total = start
        for number in numbers:
            following = step(total, number)
            if isinstance(following, Undefined):
                return following
            total = following
        return total

    return folded


def mean(numbers: Sequence[Decimal]) -> Value:
    """Plain mean; of none, undefined."""
    if not numbers:
        return Undefined(N_("the mean of nothing"), code="empty")
    total = _fold(add, Decimal(0))(*numbers)
    return divide(total, Decimal(len(numbers))) if isinstance(total, Decimal) else total


def median(numbers: Sequence[Decimal]) -> Value:
    """Middle of the numbers, or the mean of the middle two; of none, undefined."""
    if not numbers:
        return Undefined(N_("the median of nothing"), code="empty")
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else mean(ordered[half - 1 : half + 1])


def deviation(numbers: Sequence[Decimal]) -> Value:
    """Standard deviation of the numbers as a whole population; of none, undefined."""
    middle = mean(numbers)
    if not isinstance(middle, Decimal):
        return middle
    away = [subtract(number, middle) for number in numbers]
    squares = [multiply(x, x) for x in away if isinstance(x, Decimal)]
    variance = mean([x for x in squares if isinstance(x, Decimal)])
    return root(variance) if isinstance(variance, Decimal) else variance


def _modulo(x: Decimal, by: Decimal) -> Value:
    quotient = divide(x, by)
    if not isinstance(quotient, Decimal):
        return quotient
    return bounded(
        CARRIED.subtract(x, CARRIED.multiply(by, round_to(settle(quotient), Decimal(1), Rounding.FLOOR)))
    )


def _quotient(x: Decimal, by: Decimal) -> Value:
    quotient = divide(x, by)
    return (
        round_to(settle(quotient), Decimal(1), Rounding.DOWN) if isinstance(quotient, Decimal) else quotient
    )


def _clamp(x: Decimal, low: Decimal, high: Decimal) -> Value:
    if low > high:
        return Undefined(
            N_("the lower limit %(low)s is above the upper limit %(high)s"), {"low": low, "high": high}
        )
    return min(max(x, low), high)


def _date(year: Decimal, month: Decimal, day: Decimal) -> Value:
    try:
        first = date(int(year), 1, 1)
        months = int(month) - 1
        begun = date(first.year + months // 12, months % 12 + 1, 1)
        return begun + timedelta(days=int(day) - 1)
    except (ValueError, OverflowError):
        return Undefined(N_("there is no such date"), code="bad_date")


def add_months(day: date, months: int) -> date | Undefined:
    """The same day of the month some months on, or the month's last day where it has no such day."""
    ordinal = day.year * 12 + day.month - 1 + months
    year, month = divmod(ordinal, 12)
    if not 1 <= year <= 9998:
        return Undefined(N_("there is no such date"), code="bad_date")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _end_of_month(day: date, months: Decimal = Decimal(0)) -> Value:
    moved = add_months(day.replace(day=1), int(months))
    if isinstance(moved, Undefined):
        return moved
    return moved.replace(day=calendar.monthrange(moved.year, moved.month)[1])


COUNTED = ("both", "first", "last", "neither")


def _day_count(starts: date, ends: date, counted: str) -> Value:
    if counted not in COUNTED:
        return Undefined(
            N_("days are counted with both ends, the first, the last or neither, not “%(counted)s”"),
            {"counted": counted},
        )
    return Decimal((ends - starts).days + {"both": 1, "neither": -1}.get(counted, 0))


def _whole_months(starts: date, ends: date) -> Value:
    """Whole months from one day to another; a month is whole when the same day of the month is reached."""
    months = (ends.year - starts.year) * 12 + ends.month - starts.month
    if ends >= starts and ends.day < starts.day and ends.day < calendar.monthrange(ends.year, ends.month)[1]:
        months -= 1
    return Decimal(months)


def _month_steps(starts: date, ends: date) -> Value:
    return Decimal((ends.year - starts.year) * 12 + ends.month - starts.month)


def _date_value(text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Undefined(N_("“%(text)s” is no date"), {"text": text}, "bad_date")


def _one_of(x: Value, *among: Value) -> Value:
    return any(x == other for other in among)


def _fail(reason: str) -> Value:
    return Undefined("%(reason)s", {"reason": reason}, "refused")


def _days_in_month(day: date) -> Value:
    return Decimal(calendar.monthrange(day.year, day.month)[1])


def _days_in_year(day: date) -> Value:
    return Decimal(366 if calendar.isleap(day.year) else 365)


def _concat(*values: Value) -> Value:
    return "".join(as_text(value) for value in values)


_N, _T, _D = "number", "text", "date"
_LIST = [
    Function("ABS", (_N,), 1, _N, "first", abs, N_("size without sign")),
    Function("SIGN", (_N,), 1, _N, "none", lambda x: Decimal((x > 0) - (x < 0)), N_("-1, 0 or 1")),
    Function(
        "MIN",
        ("ordered", "same", "…"),
        1,
        "first",
        "alike",
        _extreme(min),
        N_("the smallest, or the earliest"),
    ),
    Function(
        "MAX", ("ordered", "same", "…"), 1, "first", "alike", _extreme(max), N_("the largest, or the latest")
    ),
    Function("SUM", (_N, "…"), 1, _N, "alike", _fold(add, Decimal(0)), N_("sum of the arguments")),
    Function(
        "PRODUCT", (_N, "…"), 1, _N, "none", _fold(multiply, Decimal(1)), N_("product of the arguments")
    ),
    Function("AVERAGE", (_N, "…"), 1, _N, "alike", lambda *x: mean(x), N_("mean of the arguments")),
    Function(
        "MEDIAN", (_N, "…"), 1, _N, "alike", lambda *x: median(x), N_("the middle one of the arguments")
    ),
    Function(
        "CLAMP", (_N, _N, _N), 3, _N, "alike", _clamp, N_("a number kept between a lower and an upper limit")
    ),
    Function(
        "ROUND", (_N, _N), 1, _N, "first", _rounder(Rounding.HALF_UP), N_("half away from zero, to places")
    ),
    Function(
        "ROUNDEVEN",
        (_N, _N),
        1,
        _N,
        "first",
        _rounder(Rounding.HALF_EVEN),
        N_("half to the even digit, to places"),
    ),
    Function("ROUNDDOWN", (_N, _N), 1, _N, "first", _rounder(Rounding.DOWN), N_("towards zero, to places")),
    Function("TRUNC", (_N, _N), 1, _N, "first", _rounder(Rounding.DOWN), N_("towards zero, to places")),
    Function("ROUNDUP", (_N, _N), 1, _N, "first", _up, N_("away from zero, to places")),
    Function("INT", (_N,), 1, _N, "first", _rounder(Rounding.FLOOR), N_("the whole number at or below")),
    Function("FLOOR", (_N, _N), 1, _N, "first", _to_step(Rounding.FLOOR), N_("down to a multiple of a step")),
    Function(
        "CEILING", (_N, _N), 1, _N, "first", _to_step(Rounding.CEILING), N_("up to a multiple of a step")
    ),
    Function(
        "MROUND",
        (_N, _N),
        2,
        _N,
        "first",
        _to_step(Rounding.HALF_UP),
        N_("to the nearest multiple of a step"),
    ),
    Function("MOD", (_N, _N), 2, _N, "first", _modulo, N_("what is left after whole parts")),
    Function("QUOTIENT", (_N, _N), 2, _N, "none", _quotient, N_("how many whole times")),
    Function("POWER", (_N, _N), 2, _N, "none", power, N_("a whole power")),
    Function("SQRT", (_N,), 1, _N, "none", root, N_("square root")),
    Function("NOT", ("truth",), 1, "truth", "none", lambda x: not x, N_("the opposite")),
    Function(
        "ISIN",
        ("any", "same", "…"),
        2,
        "truth",
        "none",
        _one_of,
        N_("whether the first is one of the others"),
    ),
    Function("CONCAT", ("any", "…"), 1, _T, "none", _concat, N_("texts one after the other")),
    Function("LEN", (_T,), 1, _N, "none", lambda x: Decimal(len(x)), N_("number of characters")),
    Function("LEFT", (_T, _N), 2, _T, "none", lambda x, n: x[: max(int(n), 0)], N_("the first characters")),
    Function(
        "RIGHT",
        (_T, _N),
        2,
        _T,
        "none",
        lambda x, n: x[-int(n) :] if n >= 1 else "",
        N_("the last characters"),
    ),
    Function(
        "CONTAINS",
        (_T, _T),
        2,
        "truth",
        "none",
        lambda x, part: part in x,
        N_("whether a text holds another"),
    ),
    Function("DATE", (_N, _N, _N), 3, _D, "none", _date, N_("a day from year, month and day")),
    Function("DATEVALUE", (_T,), 1, _D, "none", _date_value, N_("a day from its text, 2024-03-01")),
    Function("YEAR", (_D,), 1, _N, "none", lambda x: Decimal(x.year), N_("the year of a day")),
    Function(
        "QUARTER", (_D,), 1, _N, "none", lambda x: Decimal((x.month + 2) // 3), N_("the quarter of a day")
    ),
    Function("MONTH", (_D,), 1, _N, "none", lambda x: Decimal(x.month), N_("the month of a day")),
    Function("DAY", (_D,), 1, _N, "none", lambda x: Decimal(x.day), N_("the day of the month")),
    Function("WEEKDAY", (_D,), 1, _N, "none", lambda x: Decimal(x.isoweekday()), N_("1 Monday … 7 Sunday")),
    Function(
        "EDATE",
        (_D, _N),
        2,
        _D,
        "none",
        lambda x, n: add_months(x, int(n)),
        N_("the same day some months on"),
    ),
    Function(
        "EOMONTH", (_D, _N), 1, _D, "none", _end_of_month, N_("the last day of the month some months on")
    ),
    Function(
        "ADDDAYS", (_D, _N), 2, _D, "none", lambda x, n: x + timedelta(days=int(n)), N_("a day some days on")
    ),
    Function(
        "DAYCOUNT",
        (_D, _D, _T),
        3,
        _N,
        "none",
        _day_count,
        N_("days between two days; “both”, “first”, “last” or “neither” end counts"),
    ),
    Function("MONTHCOUNT", (_D, _D), 2, _N, "none", _whole_months, N_("whole months between two days")),
    Function(
        "MONTHSTEP",
        (_D, _D),
        2,
        _N,
        "none",
        _month_steps,
        N_("how many calendar months one day lies after another"),
    ),
    Function("DAYSINMONTH", (_D,), 1, _N, "none", _days_in_month, N_("days of the month a day lies in")),
    Function("DAYSINYEAR", (_D,), 1, _N, "none", _days_in_year, N_("365 or 366")),
    Function("FAIL", (_T,), 1, "any", "none", _fail, N_("no value, for the stated reason")),
    # What is evaluated at all depends on these, so the evaluator works them.
    Function("IF", ("truth", "any", "same"), 3, "second", "alike", None, N_("one of two, by a condition")),
    Function(
        "IFS",
        ("truth", "any", "…"),
        2,
        "second",
        "none",
        None,
        N_("condition, value, condition, value …; TRUE for the rest"),
    ),
    Function(
        "SWITCH",
        ("any", "any", "…"),
        3,
        "third",
        "none",
        None,
        N_("value for the first that equals; a last single one for the rest"),
    ),
    Function("AND", ("truth", "…"), 1, "truth", "none", None, N_("all hold")),
    Function("OR", ("truth", "…"), 1, "truth", "none", None, N_("at least one holds")),
    Function(
        "IFERROR", ("any", "same"), 2, "first", "alike", None, N_("a substitute where there is no value")
    ),
    Function(
        "IFMISSING",
        ("any", "same"),
        2,
        "first",
        "alike",
        None,
        N_("a substitute where a fact is missing, not where the rule gives no value"),
    ),
    Function("ISERROR", ("any",), 1, "truth", "none", None, N_("whether there is no value")),
    Function("ISMISSING", ("any",), 1, "truth", "none", None, N_("whether a fact is missing")),
]
FUNCTIONS = {function.name: function for function in _LIST}

__all__ = ["COUNTED", "FUNCTIONS", "Function", "add_months", "deviation", "mean", "median"]
