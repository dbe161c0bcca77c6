"""What keeps rows from being a table: empty rows, overlaps, gaps nobody decided on."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product

from qiao.engines.formula.values import as_text
from qiao.kernel.errors import N_
from qiao.kernel.table import Edge, Range

from .tables import Row, Table, TableTrouble, named_by


def find_troubles(table: Table) -> list[TableTrouble]:
    """Everything that keeps rows from being a table: empty rows, two rows for one key, gaps nobody decided on.

    One dimension of bands is followed edge by edge; in more dimensions every cell of the grid that the edges span is
    tried. Overlap of equal specificity is always a fault, a gap only where no value was stated for it.
    """
    if not table.rows:
        return [TableTrouble(N_("the table has no rows"), 0, {})]
    troubles = [trouble for n, row in enumerate(table.rows) for trouble in _trouble_within(n, row)]
    if troubles:
        return troubles
    if any(axis.sort == "points" for axis in table.axes):
        return _trouble_on_line(table)
    if len(table.axes) == 1 and table.axes[0].sort == "bands":
        return _trouble_between_bands(table)
    return _trouble_in_grid(table)


def _trouble_within(number: int, row: Row) -> list[TableTrouble]:
    for holds in row.holds:
        if isinstance(holds, Range) and holds.lower is not None and holds.upper is not None:
            a, b = holds.lower, holds.upper
            if a.at > b.at or (a.at == b.at and not (a.included and b.included)):
                message = N_("row %(row)s holds nothing: it runs from %(lower)s to %(upper)s")
                return [
                    TableTrouble(message, number, {"row": number + 1, "lower": str(a.at), "upper": str(b.at)})
                ]
    return []


def _trouble_on_line(table: Table) -> list[TableTrouble]:
    troubles = []
    for (n, a), (m, b) in pairwise(enumerate(table.rows)):
        x, y = a.holds[-1], b.holds[-1]
        if a.holds[:-1] == b.holds[:-1] and isinstance(x, Decimal) and isinstance(y, Decimal) and x >= y:
            message = N_("the points of rows %(row)s and %(next)s do not rise")
            troubles.append(TableTrouble(message, m, {"row": n + 1, "next": m + 1}))
    return troubles


def _trouble_between_bands(table: Table) -> list[TableTrouble]:
    troubles = []
    for (n, a), (m, b) in pairwise(enumerate(table.rows)):
        before, after = a.holds[0], b.holds[0]
        assert isinstance(before, Range)
        assert isinstance(after, Range)
        places: dict[str, str | int] = {"row": n + 1, "next": m + 1}
        ends, begins = before.upper, after.lower
        if ends is None or begins is None or begins.at < ends.at:
            troubles.append(TableTrouble(N_("rows %(row)s and %(next)s overlap, or do not rise"), m, places))
            continue
        places |= {"end": f"{ends.at:f}", "start": f"{begins.at:f}"}
        if begins.at == ends.at and begins.included and ends.included:
            troubles.append(
                TableTrouble(N_("rows %(row)s and %(next)s both own the boundary %(end)s"), m, places)
            )
        elif begins.at == ends.at and not begins.included and not ends.included and table.gap is None:
            troubles.append(
                TableTrouble(N_("neither row %(row)s nor row %(next)s owns the boundary %(end)s"), m, places)
            )
        elif begins.at > ends.at and table.gap is None:
            message = N_(
                "a gap from %(end)s to %(start)s between rows %(row)s and %(next)s; close it, or state what it gives"
            )
            troubles.append(TableTrouble(message, m, places))
    return troubles


def _probes(table: Table, axis: int) -> list[Decimal | str | None]:
    """Keys that meet every different situation along an axis: each boundary, a point between each pair, each category."""
    if table.axes[axis].sort == "keys":
        keys = sorted({str(r.holds[axis]) for r in table.rows if r.holds[axis] is not None})
        named: list[Decimal | str | None] = [*keys]
        # a key nobody names is tried only where some row is open to all
        return [*named, None] if any(r.holds[axis] is None for r in table.rows) else named
    edges = sorted(
        {e.at for r in table.rows if isinstance(r.holds[axis], Range) for e in _edges(r.holds[axis])}  # type: ignore[arg-type]
    )
    if not edges:
        return [Decimal(0)]
    ranges = [r.holds[axis] for r in table.rows]
    probes: list[Decimal | str | None] = list(edges)
    probes += [(a + b) / 2 for a, b in pairwise(edges)]
    if any(r is None or (isinstance(r, Range) and r.lower is None) for r in ranges):
        probes.append(edges[0] - 1)
    if any(r is None or (isinstance(r, Range) and r.upper is None) for r in ranges):
        probes.append(edges[-1] + 1)
    # the outermost boundary itself counts only where some row owns it
    return [
        p for p in probes if not isinstance(p, Decimal) or any(_holds_or_inner(r, p, edges) for r in ranges)
    ]


def _holds_or_inner(within: object, x: Decimal, edges: list[Decimal]) -> bool:
    return edges[0] < x < edges[-1] or within is None or (isinstance(within, Range) and within.holds(x))


def _edges(within: Range) -> list[Edge]:
    return [edge for edge in (within.lower, within.upper) if edge is not None]


MOST_PROBES = 200_000


def _trouble_in_grid(table: Table) -> list[TableTrouble]:
    troubles: dict[tuple[int, ...], TableTrouble] = {}
    axes = [_probes(table, axis) for axis in range(len(table.axes))]
    size = 1
    for probes in axes:
        size *= max(1, len(probes))
    if size > MOST_PROBES:
        return _trouble_pairwise(table)
    for keys in product(*axes):
        asked = [key if key is not None else "\x00" for key in keys]
        named = [(named_by(row, asked), n) for n, row in enumerate(table.rows)]
        most = max(level for level, _ in named)
        said = ", ".join("*" if key is None else as_text(key) for key in keys)
        if most < 0:
            if table.gap is None:
                message = N_("no row for %(keys)s; add one, or state what a gap gives")
                troubles.setdefault((-1,), TableTrouble(message, 0, {"keys": said}))
            continue
        rows = tuple(n for level, n in named if level == most)
        if len(rows) > 1:
            message = N_("rows %(row)s and %(next)s both hold %(keys)s")
            params: dict[str, str | int] = {"row": rows[0] + 1, "next": rows[1] + 1, "keys": said}
            troubles.setdefault(rows[:2], TableTrouble(message, rows[1], params))
    return list(troubles.values())


def _trouble_pairwise(table: Table) -> list[TableTrouble]:
    """For tables too large to try every cell: equal rows only, found by sorting."""
    seen: dict[tuple[object, ...], int] = {}
    troubles = []
    for n, row in enumerate(table.rows):
        if row.holds in seen:
            message = N_("rows %(row)s and %(next)s both hold %(keys)s")
            said = ", ".join(str(part) for part in row.holds)
            troubles.append(
                TableTrouble(message, n, {"row": seen[row.holds] + 1, "next": n + 1, "keys": said})
            )
        seen.setdefault(row.holds, n)
    return troubles
