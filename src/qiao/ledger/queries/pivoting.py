"""Sums of measures over what closes prepared, by any break-down, within a reader's reach; bounded in memory and time."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from qiao.kernel.errors import N_, RuleBroken
from qiao.ledger.core.analysis import NONE, REST
from qiao.ledger.core.dimensions import LEVELS, Dimension, find_dimension
from qiao.ledger.lake import Bounds, connect, one, quoted, read_files, rows, run
from qiao.ledger.queries.stopping import LOOKS_SECONDS, check_not_stopped, watched

SECONDS = 10.0
BOUNDS = Bounds(memory_mb=768, threads=2, spill_gb=0)
AT_ONCE = threading.BoundedSemaphore(2)  # a process answers so many at a time; the rest wait their turn
REST_ID = -1
Key = tuple[Any, ...]
Sums = dict[str, Any]
_RANKED = frozenset({"core_revenue", "core_margin"})
_UNITS = ("unit_id", *(f"unit{n}" for n in range(1, LEVELS + 1)))


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows one reader may see in analysis.

    Attributes:
        everything: All of them.
        unit_ids: Months that count for these units.
        person_ids: Months that count for these managers.
        customer_ids: All months of these customers, whom he serves today.
    """

    everything: bool = False
    unit_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()
    customer_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What to add up.

    Attributes:
        files: (file, period as it names it, period as it is shown).
        kind: month, quarter, half, year: the window's kind.
        of_lines: Whether the files tell categories and products.
        dimensions: Broken down by these; ``period`` among them only where periods stand apart.
        filters: Dimension → values.
        measures: Names; ``units`` counts measuring units.
        core: The core as a fraction of active customers, where it is asked for.
    """

    files: Sequence[tuple[Path, str, str]]
    kind: str
    of_lines: bool
    dimensions: tuple[str, ...]
    filters: Mapping[str, Sequence[str]]
    measures: frozenset[str]
    core: tuple[int, int] = (1, 5)


def _take_turn() -> None:
    latest = time.monotonic() + SECONDS
    while not AT_ONCE.acquire(timeout=LOOKS_SECONDS):
        check_not_stopped()
        if time.monotonic() > latest:
            raise RuleBroken(N_("Many analyses are being computed; try again in a moment."), code="busy")


@contextmanager
def bounded() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection one question may use: little memory, no spilling, a few seconds, two at once.

    Raises:
        RuleBroken: Too much, too long, stopped by the reader, or too many ask at this moment.
    """
    _take_turn()
    con = None
    timer = None
    try:
        con = connect(BOUNDS)
        timer = threading.Timer(SECONDS, con.interrupt)
        timer.start()
        with watched(con):
            yield con
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        check_not_stopped()
        raise RuleBroken(
            N_(
                "This asks for too much at once. Choose fewer periods, a coarser break-down, or narrow it to a unit."
            ),
            code="too_large",
        ) from None
    finally:
        if timer is not None:
            timer.cancel()
        if con is not None:
            con.close()
        AT_ONCE.release()


@dataclass
class Pivot:
    """Sums of one question on an open connection: added up finely once, then in any coarser way."""

    con: duckdb.DuckDBPyConnection
    asked: Asked
    reach: Reach
    _bucketed: str = ""
    _columns: dict[str, Dimension] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = {code: find_dimension(code) for code in self.asked.dimensions}
        self._columns = {code: dimension for code, dimension in found.items() if dimension is not None}
        self._load()

    @property
    def _keeps_customers(self) -> bool:
        counted = self.asked.of_lines and "active" in self.asked.measures
        return counted or bool(_RANKED & self.asked.measures)

    def _load(self) -> None:
        """The table ``fine``: sums by all break-downs at once, and by customer where customers are counted."""
        con, asked = self.con, self.asked
        span = pa.table(
            {"source": [s for _, s, _ in asked.files], "shown": [s for _, _, s in asked.files]},
            schema=pa.schema([("source", pa.string()), ("shown", pa.string())]),
        )
        con.register("span", span)
        where, values = conditions(con, asked, self.reach)
        keys = [
            's.shown AS "period"' if c == "period" else f"f.{d.column} AS {quoted(c)}"
            for c, d in self._columns.items()
        ]
        moved = "f.moved = 1" if not asked.of_lines else "TRUE"
        keys.append(
            "f.customer_id AS who"
            if self._keeps_customers
            else f"CASE WHEN {moved} THEN f.customer_id END AS who"
        )
        if asked.of_lines and not self._keeps_customers:
            keys[-1] = "NULL::BIGINT AS who"
        keys.append("NULL::BIGINT AS bought" if asked.of_lines else "f.category_id AS bought")
        keys.append("0 AS moved" if asked.of_lines else "f.moved AS moved")
        sums = [f"sum(f.{m}) AS {m}" for m in self._plain()]
        sums += (
            ["min(f.first_unit) AS first_unit", "max(f.last_unit) AS last_unit"]
            if "units" in asked.measures
            else []
        )
        files = list(dict.fromkeys(path for path, _, _ in asked.files))
        window = "TRUE" if asked.of_lines else '"window" = ?'
        sql = (
            f"CREATE TEMP TABLE fine AS SELECT {', '.join([*keys, *sums])} FROM {read_files(files)} f "
            f"JOIN span s ON f.period = s.source WHERE {window} AND {where} GROUP BY ALL"
        )
        run(con, sql, [*([] if asked.of_lines else [asked.kind]), *values])

    def _plain(self) -> list[str]:
        """Measures that are simply added, ``lines`` always among them."""
        names = set(self.asked.measures) - _RANKED - {"units"} | {"lines"}
        names |= {"revenue", "cost"} if _RANKED & self.asked.measures else set()
        names -= {"active"} if self.asked.of_lines else set()
        return sorted(names)

    def keep_largest(self, outermost: str, kept: Sequence[Any]) -> None:
        """Put everything of a break-down but these values together as the rest."""
        dimension = self._columns[outermost]
        rest = f"{REST_ID}::BIGINT" if dimension.is_whole else f"'{REST}'"
        known = [value for value in kept if value is not None]
        self.con.register(
            "kept", pa.table({"value": pa.array(known, pa.int64() if dimension.is_whole else pa.string())})
        )
        column = quoted(outermost)
        inside = f"{column} IN (SELECT value FROM kept)"
        if None in kept:
            inside = f"({inside} OR {column} IS NULL)"
        case = f"CASE WHEN {inside} THEN {column} ELSE {rest} END AS {column}"
        run(self.con, f"CREATE TEMP TABLE narrowed AS SELECT * REPLACE ({case}) FROM fine")
        self._bucketed = "narrowed"

    def count(self, dimensions: Sequence[str]) -> int:
        """How many combinations there are."""
        if not dimensions:
            return 1
        listed = ", ".join(map(quoted, dimensions))
        return int(one(self.con, f"SELECT count(*) FROM (SELECT DISTINCT {listed} FROM {self._table})")[0])

    @property
    def _table(self) -> str:
        return self._bucketed or "fine"

    def add_up(self, sets: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], dict[Key, Sums]]:
        """Measures by several break-downs: break-down → its values → measure → sum (money in cents)."""
        wanted = list(dict.fromkeys(sets))
        found = {chosen: self._sums_by(chosen) for chosen in wanted}
        if _RANKED & self.asked.measures:
            for chosen in wanted:
                for key, core in self._core_by(chosen).items():
                    found[chosen].setdefault(key, {}).update(core)
        return found

    def _sums_by(self, chosen: tuple[str, ...]) -> dict[Key, Sums]:
        asked = self.asked
        terms = {m: f"sum({m})" for m in self._plain()}
        if "active" in asked.measures and asked.of_lines:
            terms["active"] = "count(DISTINCT who) FILTER (lines > 0)"
        elif "active" in asked.measures:
            terms["active"] = "sum(active) + count(DISTINCT who) FILTER (moved = 1 AND lines > 0)"
        if "categories" in asked.measures:
            terms["categories"] = (
                "sum(categories) + count(DISTINCT (who, bought)) FILTER (moved = 1 AND bought IS NOT NULL)"
            )
        if "units" in asked.measures:
            terms["units"] = "CASE WHEN min(first_unit) IS DISTINCT FROM max(last_unit) THEN 2 ELSE 1 END"
        listed = [quoted(c) for c in chosen]
        sums = [f"({term}) AS {name}" for name, term in terms.items()]
        group = f" GROUP BY {', '.join(listed)}" if listed else " HAVING count(*) > 0"
        read = rows(self.con, f"SELECT {', '.join([*listed, *sums])} FROM {self._table}{group}")
        n = len(chosen)
        return {row[:n]: dict(zip(terms, row[n:], strict=True)) for row in read}

    def _core_by(self, chosen: tuple[str, ...]) -> dict[Key, Sums]:
        """Revenue and margin of the core of each: the first customers by number of the ranked list, as a close has it."""
        of, out_of = self.asked.core
        listed = [quoted(c) for c in chosen]
        keys = "".join(f"{c}, " for c in listed)
        part = f"PARTITION BY {', '.join(listed)} " if listed else ""
        sql = (
            f"WITH each AS (SELECT {keys}who, sum(revenue) AS revenue, sum(cost) AS cost FROM {self._table} "
            f"GROUP BY {keys}who HAVING sum(lines) > 0), ranked AS (SELECT *, count(*) OVER ({part}) AS total, "
            f"row_number() OVER ({part}ORDER BY revenue DESC, who) AS place, "
            f"row_number() OVER ({part}ORDER BY revenue - cost DESC, who) AS margin_place FROM each) "
            f"SELECT {keys}coalesce(sum(revenue) FILTER ((place - 1) * {out_of:d} < total * {of:d}), 0), "
            f"coalesce(sum(revenue - cost) FILTER ((margin_place - 1) * {out_of:d} < total * {of:d}), 0) "
            f"FROM ranked{' GROUP BY ' + ', '.join(listed) if listed else ''}"
        )
        n = len(chosen)
        return {row[:n]: {"core_revenue": row[n], "core_margin": row[n + 1]} for row in rows(self.con, sql)}


def conditions(con: duckdb.DuckDBPyConnection, asked: Asked, reach: Reach) -> tuple[str, list[Any]]:
    """What a row must fulfil: the reader's reach, and every filter."""
    terms, values = [], []
    visible, reached = _visible(con, reach)
    terms.append(visible)
    values += reached
    for number, (code, wanted) in enumerate(sorted(asked.filters.items())):
        dimension = find_dimension(code)
        if dimension is None:
            continue
        known = [value for value in wanted if value != NONE]
        whole = dimension.is_whole
        name = f"wanted{number}"
        con.register(
            name,
            pa.table(
                {
                    "value": pa.array(
                        [int(v) if whole else v for v in known], pa.int64() if whole else pa.string()
                    )
                }
            ),
        )
        columns = _UNITS if code == "within" else (dimension.column,)
        term = " OR ".join(f"f.{column} IN (SELECT value FROM {name})" for column in columns)
        if NONE in wanted:
            term += f" OR f.{dimension.column} IS NULL"
        terms.append(f"({term})")
    return " AND ".join(terms), values


def _visible(con: duckdb.DuckDBPyConnection, reach: Reach) -> tuple[str, list[Any]]:
    if reach.everything:
        return "TRUE", []
    terms = []
    for name, ids, columns in (
        ("reached_units", reach.unit_ids, _UNITS),
        ("reached_people", reach.person_ids, ("person_id",)),
        ("reached_customers", reach.customer_ids, ("customer_id",)),
    ):
        if ids:
            con.register(name, pa.table({"id": pa.array(sorted(ids), pa.int64())}))
            terms += [f"f.{column} IN (SELECT id FROM {name})" for column in columns]
    return (f"({' OR '.join(terms)})" if terms else "FALSE"), []
