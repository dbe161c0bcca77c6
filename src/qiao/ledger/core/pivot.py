"""From sums by break-down to the figures of a table: the close's own rules, one by one; nothing is averaged or guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_, Incomplete
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.analysis import Analysis
from qiao.ledger.core.calendar import Window
from qiao.ledger.core.catalogue import Additivity, Indicator, Need, get_indicator
from qiao.ledger.core.decide import Coverage, Measures, decide_result
from qiao.ledger.core.dimensions import adds_over_periods
from qiao.ledger.core.results import Result

Key = tuple[Any, ...]
Sums = Mapping[tuple[str, ...], Mapping[Key, Measures]]


@dataclass(frozen=True, slots=True)
class Known:
    """A period as far as it can be answered.

    Attributes:
        name: Its text form: 2021-12, 2021Q4.
        window: The months counted.
        coverage: Months known to the close.
        missing: Why it cannot be answered, or None.
    """

    name: str
    window: Window
    coverage: Coverage
    missing: Incomplete | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure, with the one it is compared with.

    Attributes:
        result: The figure.
        other: What it is compared with; None when nothing is compared.
    """

    result: Result
    other: Result | None = None

    @property
    def change(self) -> Decimal | Incomplete | None:
        """Change against the other: a share of it, for shares the difference; None where nothing is compared."""
        if self.other is None:
            return None
        now, before = self.result, self.other
        if now.incomplete or before.incomplete:
            return now.incomplete or before.incomplete
        if now.value is None or before.value is None:
            return None
        if before.denominator is not None and now.denominator is not None:
            return (now.value - before.value).quantize(Decimal("0.000001"))
        if before.value <= 0:
            return Incomplete(N_("There is nothing to divide by."), code="nothing_to_divide_by")
        return ((now.value - before.value) / before.value).quantize(Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Table:
    """All figures of a question.

    Attributes:
        analysis: The question.
        lines: Values of the row break-downs, a shorter one is a subtotal above what it is made of.
        columns: Values of the column break-downs.
        cells: (line, column) → a cell for each indicator; ``()`` is the total of all.
        periods: The periods asked for.
        labels: Break-down → value → what people call it.
        groups: How many outermost lines there are in all, the rest's members counted.
    """

    analysis: Analysis
    lines: tuple[Key, ...]
    columns: tuple[Key, ...]
    cells: Mapping[tuple[Key, Key], tuple[Cell, ...]]
    periods: tuple[Known, ...]
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    groups: int = 0

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The figures asked for."""
        return tuple(map(get_indicator, self.analysis.indicators))

    def label(self, dimension: str, value: Any) -> str:
        """What people call a value of a break-down."""
        return self.labels.get(dimension, {}).get(value, str(value))


@dataclass(frozen=True, slots=True)
class Decider:
    """Turns sums of one set of periods into results."""

    periods: Sequence[Known]
    rule: ActivityRule
    one_core: bool = True

    def decide(self, indicator: Indicator, measures: Measures, period: str | None) -> Result:
        """A figure of one period, or of all of them together when ``period`` is None.

        Args:
            indicator: Which figure.
            measures: Its sums.
            period: Name of the period the sums are of.
        """
        if indicator.additivity is Additivity.RANK and not self.one_core:
            reason = N_("The share that forms the core changed within these periods.")
            return Result(None, None, Incomplete(reason, code="core_changed"))
        periods = [known for known in self.periods if period is None or known.name == period]
        if not periods:
            return Result(
                None,
                None,
                Incomplete(N_("%(months)s: not closed yet."), {"months": period or ""}, "not_closed"),
            )
        if len(periods) > 1 and not adds_over_periods(indicator):
            reason = N_(
                "This figure is not added up over periods; put the period into the columns, or choose a coarser one."
            )
            return Result(None, None, Incomplete(reason, code="not_over_periods"))
        result = None
        for known in periods:
            if known.missing:
                return Result(None, None, known.missing)
            result = decide_result(indicator, measures, known.window, known.coverage, self.rule)
            if result.incomplete:
                return result
        assert result is not None
        return result


def build_table(
    asked: Analysis,
    sums: Sums,
    decider: Decider,
    earlier: tuple[Sums, Decider] | None,
    earlier_names: Mapping[str, str],
    groups: int,
) -> Table:
    """Every figure of a question.

    Args:
        asked: The question.
        sums: Break-down → values → measures.
        decider: For the periods asked for.
        earlier: The same of the periods compared with; their sums carry the names of the periods asked for.
        earlier_names: Period asked for → the one it is compared with.
        groups: How many outermost lines there are before any is put together as the rest.
    """
    row_keys = _keys(asked.rows, sums, decider)
    column_keys = _keys(asked.columns, sums, decider, full=True)
    indicators = tuple(map(get_indicator, asked.indicators))
    cells = {}
    for line in (*row_keys, ()):
        for column in (*column_keys, ()):
            chosen = (*asked.rows[: len(line)], *asked.columns[: len(column)])
            key = (*line, *column)
            period = dict(zip(chosen, key, strict=True)).get("period")
            found = sums.get(chosen, {}).get(key, {})
            results = [decider.decide(indicator, found, period) for indicator in indicators]
            others: list[Result | None] = [None] * len(indicators)
            if earlier is not None:
                before = earlier[0].get(chosen, {}).get(key, {})
                name = earlier_names.get(period) if period is not None else None
                others = [
                    decider.decide(own, found, period)
                    if (own := find_own_comparison(indicator, asked))
                    else earlier[1].decide(indicator, before, name)
                    for indicator in indicators
                ]
            cells[line, column] = tuple(Cell(r, o) for r, o in zip(results, others, strict=True))
    if asked.compare == "average":
        cells = _with_average(cells, row_keys, column_keys, indicators, groups)
    return Table(asked, tuple(row_keys), tuple(column_keys), cells, tuple(decider.periods), {}, groups)


def find_own_comparison(indicator: Indicator, asked: Analysis) -> Indicator | None:
    """What a figure is compared with inside its own close; None where an earlier close has to be asked.

    Revenue carries that of the same customers a year and a period before, so that its change is the published one and
    does not need the earlier month to be closed.
    """
    if indicator.code != "revenue" or asked.of_lines:
        return None
    measure = {"year": "year_before", "before": "period_before"}.get(asked.compare)
    needs = {"year": Need.YEAR_BEFORE, "before": Need.PERIOD_BEFORE}
    return replace(indicator, numerator=measure, needs=(needs[asked.compare],)) if measure else None


def _keys(dimensions: tuple[str, ...], sums: Sums, decider: Decider, full: bool = False) -> list[Key]:
    """Values that occur, a subtotal before its parts; every period asked for stands, also one without any sale."""
    if not dimensions:
        return []
    found: set[Key] = set()
    for chosen, rows in sums.items():
        if chosen[: len(dimensions)] == dimensions or chosen[-len(dimensions) :] == dimensions:
            at = 0 if chosen[: len(dimensions)] == dimensions else len(chosen) - len(dimensions)
            found |= {key[at : at + len(dimensions)] for key in rows}
    if dimensions == ("period",):
        found |= {(known.name,) for known in decider.periods}
    if full:
        return sorted(found, key=_plain)
    prefixes = {key[:n] for key in found for n in range(1, len(dimensions) + 1)}
    return sorted(prefixes, key=_plain)


def _plain(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, str(value)) for value in key)


def _with_average(
    cells: Mapping[tuple[Key, Key], tuple[Cell, ...]],
    lines: Sequence[Key],
    columns: Sequence[Key],
    indicators: Sequence[Indicator],
    groups: int,
) -> dict[tuple[Key, Key], tuple[Cell, ...]]:
    """Each outermost line beside the average of them: of ratios that of the whole, of sums an equal part of it."""
    compared = dict(cells)
    for column in (*columns, ()):
        whole = cells[(), column]
        for line in lines:
            if len(line) != 1 or not groups:
                continue
            compared[line, column] = tuple(
                Cell(cell.result, _average(total.result, groups, indicator))
                for cell, total, indicator in zip(cells[line, column], whole, indicators, strict=True)
            )
    return compared


def _average(total: Result, groups: int, indicator: Indicator) -> Result:
    if total.incomplete or total.numerator is None:
        return Result(None, None, total.incomplete)
    if indicator.denominator:
        return Result(total.numerator, total.denominator)
    return Result(total.numerator / groups)


def value_of(cell: Cell, by_change: bool) -> Decimal | None:
    """What a line is sorted by; None where it is missing."""
    if by_change:
        return cell.change if isinstance(cell.change, Decimal) else None
    return cell.result.value
