"""Reading a table's rows, bands, grids and points from a policy's tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from qiao.engines.formula import Unit
from qiao.kernel.errors import N_
from qiao.kernel.table import Edge, Range
from qiao.kernel.text import Text

from .faults import Faults, Part
from .inputs import read_number
from .tables import Axis, Beyond, Reading, Row, Table
from .troubles import find_troubles

_EDGES = {"from": (True, True), "above": (True, False), "to": (False, True), "below": (False, False)}
_ANY = {"en": ("any", "*"), "zh": ("其他",)}
ANY = tuple(word for words in _ANY.values() for word in words)


def read_title(part: Part, code: str) -> Text:
    """``title: 回款`` or ``title: {zh: 回款, en: collections}``; the code itself where none is given."""
    raw = part.raw("title")
    if isinstance(raw, Mapping):
        zh, en = str(raw.get("zh") or "").strip(), str(raw.get("en") or "").strip()
        return Text(zh or en or code, en)
    return Text(str(raw).strip() if raw else code)


def read_unit(part: Part) -> Unit | None:
    """The field ``unit``."""
    text = part.text("unit")
    try:
        return Unit.read(text)
    except ValueError:
        part.faults.add(part.at("unit"), N_("“%(unit)s” is no unit; write yuan, yuan/t, share …"), unit=text)
        return None


def number(raw: Any, path: str, faults: Faults) -> Decimal | None:
    """A number at a path."""
    try:
        return read_number(raw)
    except (ValueError, ZeroDivisionError):
        faults.add(path, N_("“%(raw)s” is no number"), raw=str(raw)[:80])
        return None


def read_range(tree: Any, path: str, faults: Faults) -> Range | None:
    """``{from: 0, below: 10}``: from and to own their boundary, above and below do not; a side left out is open."""
    part = Part(tree, path, faults)
    ends: dict[bool, Edge] = {}
    for word, (lower, included) in _EDGES.items():
        if not part.has(word):
            part.asked.add(word)
            continue
        at = number(part.raw(word), part.at(word), faults)
        if lower in ends:
            faults.add(part.at(word), N_("this end is given twice"))
        elif at is not None:
            ends[lower] = Edge(at, included)
    part.done()
    return Range(ends.get(True), ends.get(False))


def read_axis_bands(part: Part) -> list[Range] | None:
    """An axis's bands: ``bands`` one by one, or a row of edges under ``from``, ``above``, ``up_to`` or ``below``.

    ``from: [0, 10, 20]`` is 0 ≤ x < 10 ≤ x < 20 ≤ x; ``up_to: [10, 20]`` is x ≤ 10 < x ≤ 20.
    """
    if part.has("bands"):
        rows = [
            read_range(row, f"{part.at('bands')}[{n}]", part.faults)
            for n, row in enumerate(part.rows("bands"))
        ]
        return [row for row in rows if row is not None]
    for word, rising, included in (
        ("from", True, True),
        ("above", True, False),
        ("up_to", False, True),
        ("below", False, False),
    ):
        if not part.has(word):
            continue
        edges = [number(raw, f"{part.at(word)}[{n}]", part.faults) for n, raw in enumerate(part.rows(word))]
        good = [edge for edge in edges if edge is not None]
        if any(a >= b for a, b in pairwise(good)):
            part.faults.add(part.at(word), N_("the boundaries must rise"))
        if rising:
            ends = [Edge(at, not included) for at in good[1:]]
            return [Range(Edge(at, included), end) for at, end in zip(good, [*ends, None], strict=True)]
        starts = [None, *(Edge(at, not included) for at in good[:-1])]
        return [Range(start, Edge(at, included)) for start, at in zip(starts, good, strict=True)]
    return None


class TableReader:
    """Reads one table."""

    def __init__(self, code: str, tree: Any, path: str, faults: Faults) -> None:
        self.code, self.faults = code, faults
        self.part = Part(tree, path, faults)

    def read(self) -> Table | None:
        """The table, or None after noting faults."""
        part, before = self.part, len(self.faults.found)
        title, unit = read_title(part, self.code), read_unit(part)
        kind = part.choice("kind", ("number", "text"), "number")
        reading = Reading(part.choice("reading", [r.value for r in Reading], "row"))
        axes, bands = self._axes(reading)
        rows = self._rows(axes, bands, kind)
        gap = self._beyond("gap", kind)
        below, above = self._beyond("below", kind), self._beyond("above", kind)
        part.done()
        if len(self.faults.found) > before:
            return None
        table = Table(
            self.code,
            title,
            tuple(axes),
            tuple(rows),
            reading,
            unit,
            kind,
            None if gap == "error" or gap in ("hold", "extend") else gap,
            below,
            above,
        )
        for trouble in find_troubles(table):
            self.faults.add(
                f"{part.path}.rows[{trouble.row}]", trouble.message, "bad_table", **trouble.params
            )
        if reading in (Reading.MARGINAL, Reading.PRO_RATA) and not any(axis.sort == "bands" for axis in axes):
            self.faults.add(part.at("reading"), N_("only a table with bands can be read slice by slice"))
        return table if len(self.faults.found) == before else None

    def _beyond(self, name: str, kind: str) -> Beyond:
        raw = self.part.text(name, "error")
        if raw in ("error", "hold", "extend"):
            return raw
        if kind == "text":
            return raw
        value = number(raw, self.part.at(name), self.faults)
        return "error" if value is None else value

    def _axes(self, reading: Reading) -> tuple[list[Axis], list[list[Range | str | Decimal | None] | None]]:
        """Axes, and for each the values its grid runs along, or None when every row says its own."""
        raw = self.part.rows("axes")
        if not raw:
            sort = "points" if reading is Reading.LINEAR else "bands"
            return [Axis("", sort)], [None]
        axes: list[Axis] = []
        along: list[list[Range | str | Decimal | None] | None] = []
        for n, tree in enumerate(raw):
            if isinstance(tree, str):
                tree = {"name": tree}
            axis = Part(tree, f"{self.part.at('axes')}[{n}]", self.faults)
            name = axis.text("name", f"axis{n + 1}")
            last_of_line = reading is Reading.LINEAR and n == len(raw) - 1
            ranges = read_axis_bands(axis)
            keys = axis.rows("keys")
            for word in ("bands", "from", "above", "up_to", "below"):
                axis.asked.add(word)
            sort = "points" if last_of_line else "keys" if keys or axis.text("sort") == "keys" else "bands"
            axes.append(Axis(name, sort, read_unit(axis)))
            if keys:
                along.append([None if str(key) in ANY else str(key) for key in keys])
            elif last_of_line and axis.has("points"):
                points = [number(p, axis.at("points"), self.faults) for p in axis.rows("points")]
                along.append(list(points))
            else:
                along.append(list(ranges) if ranges is not None else None)
            axis.asked |= {"points", "sort"}
            axis.done()
        return axes, along

    def _rows(
        self, axes: Sequence[Axis], along: Sequence[list[Range | str | Decimal | None] | None], kind: str
    ) -> list[Row]:
        if self.part.has("cells"):
            return self._grid(along, kind)
        if len(axes) == 1 and along[0] is not None and self.part.has("values"):
            values = self.part.rows("values")
            if len(values) != len(along[0]):
                self.faults.add(
                    self.part.at("values"),
                    N_("%(values)s values for %(bands)s bands"),
                    values=len(values),
                    bands=len(along[0]),
                )
                return []
            cells = [self._cell(raw, f"{self.part.at('values')}[{n}]", kind) for n, raw in enumerate(values)]
            return [
                Row((holds,), cell) for holds, cell in zip(along[0], cells, strict=True) if cell is not None
            ]
        rows = []
        for n, tree in enumerate(self.part.rows("rows")):
            row = self._row(tree, f"{self.part.at('rows')}[{n}]", axes, kind)
            if row is not None:
                rows.append(row)
        return rows

    def _cell(self, raw: Any, path: str, kind: str) -> Decimal | str | None:
        if kind == "text":
            return str(raw).strip()
        return number(raw, path, self.faults)

    def _grid(self, along: Sequence[list[Range | str | Decimal | None] | None], kind: str) -> list[Row]:
        """``cells`` nested in the order of the axes."""
        if any(values is None for values in along):
            self.faults.add(self.part.at("cells"), N_("a grid needs the bands or keys of every axis"))
            return []
        rows: list[Row] = []
        sides = [values or [] for values in along]
        cells = self.part.raw("cells")
        for places in product(*(range(len(side)) for side in sides)):
            path, cell = self.part.at("cells"), cells
            for place, side in zip(places, sides, strict=True):
                if not isinstance(cell, list) or len(cell) != len(side):
                    self.faults.add(path, N_("%(wanted)s values belong here"), wanted=len(side))
                    return []
                path, cell = f"{path}[{place}]", cell[place]
            value = self._cell(cell, path, kind)
            if value is not None:
                rows.append(Row(tuple(side[place] for place, side in zip(places, sides, strict=True)), value))
        return rows

    def _row(self, tree: Any, path: str, axes: Sequence[Axis], kind: str) -> Row | None:
        part = Part(tree, path, self.faults)
        name = part.text("name")
        raw = part.raw("value")
        if raw is None:
            self.faults.add(path, N_("the row has no value"))
            return None
        value = self._cell(raw, part.at("value"), kind)
        holds: list[Range | str | Decimal | None] = []
        for axis in axes:
            holds.append(self._holds(part, axis, alone=len(axes) == 1))
        part.done()
        return None if value is None else Row(tuple(holds), value, name)

    def _holds(self, part: Part, axis: Axis, *, alone: bool) -> Range | str | Decimal | None:
        if axis.sort == "points":
            return number(part.raw("at", ""), part.at("at"), self.faults)
        if axis.sort == "keys":
            key = part.text(axis.name, "any")
            return None if key in ANY else key
        if alone and not part.has(axis.name):
            part.asked.add(axis.name)
            inner = {word: part.raw(word) for word in _EDGES if part.has(word)}
            part.asked |= set(_EDGES)
            return read_range(inner, part.path, self.faults)
        if not part.has(axis.name):
            part.asked.add(axis.name)
            return None
        return read_range(part.raw(axis.name), part.at(axis.name), self.faults)
