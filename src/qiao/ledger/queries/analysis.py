"""The answer to a question of free analysis."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from qiao.kernel.errors import N_, RuleBroken
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.analysis import REST, Analysis
from qiao.ledger.core.catalogue import Additivity, get_indicator
from qiao.ledger.core.decide import Coverage
from qiao.ledger.core.dimensions import find_dimension, measures_of
from qiao.ledger.core.pivot import (
    Decider,
    Key,
    Known,
    Sums,
    Table,
    build_table,
    find_own_comparison,
    value_of,
)
from qiao.ledger.queries.cubes import Shelf, find_earlier, find_shelves, newest_closed
from qiao.ledger.queries.labels import name_keys
from qiao.ledger.queries.pivoting import REST_ID, Asked, Pivot, Reach, bounded
from qiao.ledger.queries.runs import coverage_of
from qiao.rulebook import queries as rulebook

PAGE_CELLS, FILE_CELLS = 6_000, 200_000
_NOTHING = Coverage(frozenset())


@dataclass(frozen=True, slots=True)
class _Sources:
    """What one set of periods is answered from."""

    shelves: Sequence[Shelf]
    names: Sequence[str]
    decider: Decider
    core: tuple[int, int]


def answer(asked: Analysis, reach: Reach, *, most_cells: int = PAGE_CELLS) -> Table:
    """Every figure of a question within a reader's reach.

    Args:
        asked: The question; its periods end with the newest closed month unless it names others.
        reach: What the reader may see.
        most_cells: More figures than these are refused with advice.

    Raises:
        RuleBroken: Too much for time, memory or the table; says how to narrow it.
    """
    if not asked.indicators:
        raise RuleBroken(N_("Choose at least one indicator."), code="no_indicator", field="i")
    periods = asked.last_periods(newest_closed())
    shelves = find_shelves(periods, asked.by, asked.of_lines) if periods else []
    now = _sources(asked, shelves, [str(s.window.period) for s in shelves])
    sums, kept, groups = _read(asked, now, reach, None, most_cells)
    earlier = None
    names: dict[str, str] = {}
    if asked.compare in ("before", "year") and shelves:
        before = find_earlier(shelves, asked.compare, asked.of_lines)
        then = _sources(asked, before, now.names)
        earlier = (_read(asked, then, reach, kept, most_cells)[0], then.decider)
        names = {name: str(s.window.period) for name, s in zip(now.names, before, strict=True)}
    table = build_table(asked, sums, now.decider, earlier, names, groups)
    return _sorted(replace(table, labels=name_keys(_values(table))))


def _sources(asked: Analysis, shelves: Sequence[Shelf], names: Sequence[str]) -> _Sources:
    days = [shelf.window.until.last_day for shelf in shelves if shelf.run is not None]
    rules = [
        rulebook.get_policy(ActivityRule, on=day).body for day in ({*days[:1], *days[-1:]} if days else ())
    ]
    rule = rulebook.get_policy(ActivityRule, on=days[-1]).body if days else None
    ranked = any(get_indicator(code).additivity is Additivity.RANK for code in asked.indicators)
    core = Fraction(rule.core_share) if rule else Fraction(1, 5)
    known = [Known(str(s.window.period), s.window, _coverage(s), s.missing) for s in shelves]
    one_core = not ranked or len({each.core_share for each in rules}) < 2
    decider = Decider(known, rule or _NO_RULE, one_core)
    return _Sources(shelves, names, decider, (core.numerator, core.denominator))


def _coverage(shelf: Shelf) -> Coverage:
    return coverage_of(shelf.run) if shelf.run is not None and shelf.run.inputs.get("facts") else _NOTHING


def _read(
    asked: Analysis, sources: _Sources, reach: Reach, kept: Sequence[Any] | None, most_cells: int
) -> tuple[Sums, Sequence[Any] | None, int]:
    """Sums by every break-down of the table; the outermost values kept apart, and how many there are in all."""
    files = [
        (path, source, name)
        for shelf, name in zip(sources.shelves, sources.names, strict=True)
        if shelf.missing is None
        for path, source in shelf.files
    ]
    if not files:
        return {}, kept, 0
    dimensions = (*asked.rows, *asked.columns)
    wanted = [get_indicator(code) for code in asked.indicators]
    wanted += [own for one in wanted if (own := find_own_comparison(one, asked))]
    measures = frozenset().union(*map(measures_of, wanted))
    question = Asked(files, asked.by, asked.of_lines, dimensions, asked.filters, measures, sources.core)
    with bounded() as con:
        pivot = Pivot(con, question, reach)
        groups = pivot.count(asked.rows[:1]) if asked.rows else 0
        if asked.top and asked.rows and asked.rows[0] != "period":
            kept = _largest(asked, pivot, sources.decider) if kept is None else kept
            pivot.keep_largest(asked.rows[0], kept)
        _check_size(asked, pivot, most_cells)
        return pivot.add_up(list(_sets(asked))), kept, groups


def _sets(asked: Analysis) -> Iterable[tuple[str, ...]]:
    rows = [asked.rows[:n] for n in range(len(asked.rows) + 1)]
    columns = [(), asked.columns] if asked.columns else [()]
    return ((*r, *c) for r, c in product(rows, columns))


def _check_size(asked: Analysis, pivot: Pivot, most_cells: int) -> None:
    lines = pivot.count(asked.rows) if asked.rows else 1
    columns = pivot.count(asked.columns) if asked.columns else 1
    cells = lines * columns * len(asked.indicators)
    if cells > most_cells:
        raise RuleBroken(
            N_("This would be %(lines)s lines and %(columns)s columns, more than %(most)s figures. Show only the largest "
               "lines, narrow it, or choose a coarser break-down."),
            code="too_many_cells", lines=f"{lines:,}", columns=f"{columns:,}", most=f"{most_cells:,}",
        )  # fmt: skip


def _largest(asked: Analysis, pivot: Pivot, decider: Decider) -> list[Any]:
    """The outermost values with the largest leading figure; over several periods that of the newest."""
    indicator = get_indicator(asked.indicators[0])
    outermost = asked.rows[0]
    chosen: tuple[str, ...] = (outermost,)
    sums = pivot.add_up([chosen])[chosen]
    results = {key[0]: decider.decide(indicator, row, None) for key, row in sums.items()}
    if asked.has_period and all(result.incomplete for result in results.values()):
        newest = decider.periods[-1].name
        chosen = (outermost, "period")
        sums = {key[:1]: row for key, row in pivot.add_up([chosen])[chosen].items() if key[1] == newest}
        results = {key[0]: decider.decide(indicator, row, newest) for key, row in sums.items()}
    values = {key: result.value for key, result in results.items() if result.value is not None}
    falling = not asked.sort.startswith("-")
    ranked = sorted(values, key=lambda k: (-values[k] if falling else values[k], str(k)))
    return ranked[: asked.top]


def _values(table: Table) -> Mapping[str, set[Any]]:
    """Every value that needs a name, by break-down."""
    found: dict[str, set[Any]] = {}
    for dimensions, keys in ((table.analysis.rows, table.lines), (table.analysis.columns, table.columns)):
        for key in keys:
            for code, value in zip(dimensions, key, strict=False):
                found.setdefault(code, set()).add(value)
    for code, values in table.analysis.filters.items():
        dimension = find_dimension(code)
        whole = dimension is not None and dimension.is_whole
        named = {int(v) if whole and v.isdecimal() else v for v in values}
        found.setdefault(code, set()).update(named)
    return found


def _sorted(table: Table) -> Table:
    """Lines in the order asked for, each below what it belongs to; periods and the rest keep their places."""
    asked = table.analysis
    rising, by = asked.sort.startswith("-"), asked.sort.lstrip("-")

    def place(line: Key) -> tuple[Any, ...]:
        return tuple(_place(table, line[: n + 1], by, rising) for n in range(len(line)))

    lines = sorted(table.lines, key=place)
    columns = sorted(table.columns, key=lambda key: _column_place(table, key))
    return replace(table, lines=tuple(lines), columns=tuple(columns))


def _place(table: Table, line: Key, by: str, rising: bool) -> tuple[Any, ...]:
    dimension, value = table.analysis.rows[len(line) - 1], line[-1]
    label = table.label(dimension, value)
    if dimension == "period":
        return (0, str(value), label)
    if value in (REST, REST_ID):
        return (2, 0, label)
    if by == "name":
        return (0, label, label)
    number = _leading(table, line, by == "change")
    if number is None:
        return (1, 0, label)
    return (0, number if rising else -number, label)


def _leading(table: Table, line: Key, by_change: bool) -> Any:
    """The figure a line is sorted by: its total, or that of its newest column where there is no total."""
    for column in ((), *reversed(table.columns)):
        cells = table.cells.get((line, column))
        if cells and (number := value_of(cells[0], by_change)) is not None:
            return number
    return None


def _column_place(table: Table, key: Key) -> tuple[Any, ...]:
    found = []
    for dimension, value in zip(table.analysis.columns, key, strict=True):
        label = table.label(dimension, value)
        found.append((value is None, str(value) if dimension == "period" else label, label))
    return tuple(found)


_NO_RULE = ActivityRule(1, 2, 1, 0, Fraction(1, 5))  # type: ignore[arg-type]  # nothing is closed: nothing is decided by it
