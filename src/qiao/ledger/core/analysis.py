"""A question of free analysis as its address says it: figures, break-downs, periods, filters, comparison.

The address is the only state: what is saved, shared, scheduled or put on a board is the same text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qiao.kernel.errors import N_, RuleBroken
from qiao.kernel.period import Half, Month, Period, Quarter, Year
from qiao.ledger.core.catalogue import get_indicator
from qiao.ledger.core.dimensions import find_dimension, is_known_by

GRAINS: dict[str, type[Any]] = {"month": Month, "quarter": Quarter, "half": Half, "year": Year}
COMPARISONS = ("", "before", "year", "average")
CHARTS = ("", "line", "bar", "stacked", "heat", "none")
MOST_INDICATORS, MOST_ROWS, MOST_COLUMNS, MOST_PERIODS, MOST_VALUES, MOST_TOP = 6, 3, 2, 36, 200, 100
NONE = "-"  # a filter for what has no value
REST = "…"  # the key of what the largest leave over
MOST_CHARACTERS = 6000


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question.

    Attributes:
        indicators: Codes of the catalogue, the first leads: it is sorted, ranked and drawn by.
        rows, columns: Codes of dimensions, outermost first.
        by: Grain of the periods: month, quarter, half, year.
        last: The newest closed periods, when neither ``since`` nor ``until`` is given.
        since, until: Months; the periods they lie in are the first and last.
        filters: Dimension → values it may have.
        compare: Nothing, ``before`` (preceding period), ``year`` (a year earlier), ``average`` of the rows.
        sort: ``value``, ``change`` or ``name``; falling unless it begins with a minus.
        top: Only so many of the outermost rows, the others together as the rest; 0 for all.
        chart: How it is drawn; empty chooses by what is asked.
    """

    indicators: tuple[str, ...] = ("revenue",)
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    by: str = "month"
    last: int = 12
    since: str = ""
    until: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compare: str = ""
    sort: str = "value"
    top: int = 0
    chart: str = ""

    @property
    def dimensions(self) -> frozenset[str]:
        """Everything it breaks down or narrows by."""
        return frozenset({*self.rows, *self.columns, *self.filters})

    @property
    def of_lines(self) -> bool:
        """Whether lines of one customer are told apart, by category or product."""
        return bool(self.dimensions & {"category", "product"})

    @property
    def has_period(self) -> bool:
        """Whether periods stand side by side; otherwise they are one."""
        return "period" in (*self.rows, *self.columns)

    def query(self) -> str:
        """The question as an address says it."""
        pairs = [("i", code) for code in self.indicators]
        pairs += [("r", code) for code in self.rows] + [("c", code) for code in self.columns]
        pairs.append(("by", self.by))
        if self.since or self.until:
            pairs += [("since", self.since), ("until", self.until)]
        else:
            pairs.append(("last", str(self.last)))
        pairs += [(f"f.{code}", value) for code, values in self.filters.items() for value in values]
        more = {"cmp": self.compare, "sort": self.sort if self.sort != "value" else "", "chart": self.chart,
                "top": str(self.top) if self.top else ""}  # fmt: skip
        pairs += [(name, value) for name, value in more.items() if value]
        return "&".join(f"{name}={_quoted(value)}" for name, value in pairs)

    def drilled(self, dimension: str, value: str) -> "Analysis":
        """The same, only of one value of a dimension."""
        return replace(self, filters={**self.filters, dimension: (value,)})

    def last_periods(self, newest: Month | None) -> tuple[Period, ...]:
        """The periods asked for, oldest first.

        Args:
            newest: The newest closed month; None when nothing is closed.
        """
        kind = GRAINS[self.by]
        if self.since and self.until:
            first, until = Month.parse(self.since), Month.parse(self.until)
            return tuple(kind.range(kind.containing(first.starts_on), kind.containing(until.starts_on)))
        if newest is None:
            return ()
        last = kind.containing((Month.parse(self.until) if self.until else newest).starts_on)
        first_one = (
            kind.containing(Month.parse(self.since).starts_on) if self.since else last - (self.last - 1)
        )
        return tuple(kind.range(first_one, last))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in an address that cannot be answered; the rest can.

    Attributes:
        refusal: What to tell.
        part: Name of the part of the address, for leaving it out.
        value: Its value there.
    """

    refusal: RuleBroken
    part: str
    value: str


def _quoted(text: str) -> str:
    """A value as it stands in an address."""
    plain = "-._~"
    return "".join(
        chr(b) if b < 128 and (chr(b).isalnum() or chr(b) in plain) else f"%{b:02X}" for b in text.encode()
    )


def read_parts(values: Mapping[str, Sequence[str]]) -> tuple[Analysis, list[Fault]]:
    """A question from the parts of its address. What is not known any more is left out and told, never silently."""
    faults: list[Fault] = []

    def one(name: str, default: str = "") -> str:
        return next((v for v in reversed(values.get(name, ())) if v), default)

    rows = _dimensions(values.get("r", ()), "r", (), MOST_ROWS, faults)
    columns = _dimensions(values.get("c", ()), "c", rows, MOST_COLUMNS, faults)
    found = Analysis(
        indicators=_indicators(values.get("i", ()), faults),
        rows=rows,
        columns=columns,
        by=_choice("by", one("by", "month"), tuple(GRAINS), "month", faults),
        last=_number("last", one("last"), MOST_PERIODS, 12, faults) or 12,
        since=_month("since", one("since"), faults),
        until=_month("until", one("until"), faults),
        filters=_filters(values, faults),
        compare=_choice("cmp", one("cmp"), COMPARISONS, "", faults),
        sort=_choice("sort", one("sort", "value"), ("value", "-value", "change", "-change", "name", "-name"),
                     "value", faults),
        top=_number("top", one("top"), MOST_TOP, 0, faults),
        chart=_choice("chart", one("chart"), CHARTS, "", faults),
    )  # fmt: skip
    return _checked(found, faults), faults


def _checked(found: Analysis, faults: list[Fault]) -> Analysis:
    """Parts that are right each by itself and not together."""
    kept = []
    for code in found.indicators:
        if is_known_by(get_indicator(code), found.dimensions):
            kept.append(code)
        else:
            message = N_("“%(name)s” is not known by these break-downs; it needs whole customers.")
            faults.append(_fault(message, "not_known_by", "i", code, name=code))
    if found.since and found.until and found.since > found.until:
        faults.append(_fault(N_("The last month is before the first."), "months", "since", found.since))
        found = replace(found, since="")
    if len(found.last_periods(Month.parse(found.until or "2000-01"))) > MOST_PERIODS:
        message = N_("At most %(most)s periods at once; choose a coarser grain or a later beginning.")
        faults.append(_fault(message, "too_many_periods", "since", found.since, most=MOST_PERIODS))
        found = replace(found, since="")
    return replace(found, indicators=tuple(kept))


def _fault(message: str, code: str, part: str, found: str, **params: Any) -> Fault:
    return Fault(RuleBroken(message, code=code, field=part, **params), part, found)


def _indicators(codes: Sequence[str], faults: list[Fault]) -> tuple[str, ...]:
    found: list[str] = []
    for code in codes:
        try:
            get_indicator(code)
        except KeyError:
            message = N_("There is no indicator “%(name)s” any more; it is left out.")
            faults.append(_fault(message, "unknown_indicator", "i", code, name=code))
        else:
            if code not in found:
                found.append(code)
    for code in found[MOST_INDICATORS:]:
        message = N_("At most %(most)s indicators at once.")
        faults.append(_fault(message, "too_many", "i", code, most=MOST_INDICATORS))
    return tuple(found[:MOST_INDICATORS]) or (() if codes else ("revenue",))


def _dimensions(
    codes: Sequence[str], part: str, taken: Iterable[str], most: int, faults: list[Fault]
) -> tuple[str, ...]:
    found: list[str] = []
    for code in codes:
        dimension = find_dimension(code)
        if not code:
            continue
        if dimension is None or dimension.code == "within":
            message = N_("There is no break-down “%(name)s” any more; it is left out.")
            faults.append(_fault(message, "unknown_dimension", part, code, name=code))
        elif code not in found and code not in taken:
            found.append(code)
    for code in found[most:]:
        faults.append(_fault(N_("At most %(most)s break-downs here."), "too_many", part, code, most=most))
    return tuple(found[:most])


def _filters(values: Mapping[str, Sequence[str]], faults: list[Fault]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, given in values.items():
        if not name.startswith("f."):
            continue
        dimension = find_dimension(name[2:])
        if dimension is None or dimension.code == "period":
            message = N_("There is no break-down “%(name)s” any more; it is left out.")
            faults.append(_fault(message, "unknown_dimension", name, "", name=name[2:]))
            continue
        good = [v for v in given if v and (not dimension.is_whole or _is_number(v) or v == NONE)]
        for value in {v for v in given if v} - {*good}:
            message = N_("“%(value)s” is no value of this filter.")
            faults.append(_fault(message, "filter_value", name, value, value=value[:60]))
        if good:
            found[dimension.code] = tuple(dict.fromkeys(good))[:MOST_VALUES]
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _number(part: str, text: str, most: int, usual: int, faults: list[Fault]) -> int:
    if not text:
        return usual
    if _is_number(text) and 0 <= int(text) <= most:
        return int(text)
    faults.append(_fault(N_("Write a number up to %(most)s."), "number", part, text, most=most))
    return usual


def _month(part: str, text: str, faults: list[Fault]) -> str:
    if not text:
        return ""
    try:
        return str(Month.parse(text))
    except ValueError:
        faults.append(_fault(N_("Write a month as 2021-12."), "month", part, text))
        return ""


def _choice(part: str, text: str, known: tuple[str, ...], usual: str, faults: list[Fault]) -> str:
    if text in known:
        return text
    faults.append(_fault(N_("“%(value)s” is not offered here."), "choice", part, text, value=text[:60]))
    return usual
