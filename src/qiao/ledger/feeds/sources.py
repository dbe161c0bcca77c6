"""Bring any accepted file into DuckDB as text columns, quickly when it is clean, exactly when it is not.

Three ways in: Parquet as it is; CSV straight through DuckDB's own reader; and the exact way, row by row
through ``runtime.tables``, for workbooks, for files with blank or broken rows, and for corrected error files.
The exact way costs several times more and knows the place of every fault.
"""

import codecs
import contextlib
import csv
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.ledger.lake import literal, one, quoted, rows, run
from qiao.runtime.tables import PROBLEM_HEADER, Limits, Table, open_table, safe_name

FILE_LIMITS = Limits(file_bytes=20 * 1024**3, rows=200_000_000)
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file loaded into the table ``raw``.

    Attributes:
        name: File name as shown.
        sheet: Sheet of a workbook, or empty.
        headers: All headings of the file.
        columns: Heading → column of ``raw``; only those a mapping asks for.
        rows: Rows in ``raw``.
        number: SQL for the row number a person sees, over ``typed`` as ``t``.
        fault: Column of ``raw`` with a structural fault's code, or empty.
        original: SELECT over the whole file with ``n`` (0-based position) and every original column as text.
        texts: Headings whose column in ``raw`` is text; the others have a type of their own.
    """

    name: str
    sheet: str
    headers: tuple[str, ...]
    columns: dict[str, str]
    rows: int
    number: str
    fault: str
    original: str
    texts: frozenset[str]


def load_source(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    wanted: Sequence[str],
    sheet: str,
    folder: Path,
    natives: Mapping[str, str] | None = None,
) -> Source:
    """Load the wanted columns of a file into the table ``raw``.

    Args:
        con: Connection that gets the table.
        path: The upload.
        name: Its name, only shown.
        wanted: Headings the mapping needs.
        sheet: Sheet of a workbook, or empty for the first.
        folder: Scratch folder for intermediate files.
        natives: Heading → SQL type that CSV columns are read as where every row allows it.

    Raises:
        BadInput: Unreadable, or a wanted heading is missing.
    """
    name = safe_name(name)
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PAR1":
        return _load_parquet(con, path, name, wanted)
    table = open_table(path, name=name, sheet=sheet or None, limits=FILE_LIMITS)
    _check_headings(table.headers, wanted, name)
    if not table.sheet and _is_plain(path, table):
        plain = _as_utf8(path, table.encoding, folder)
        for types in ([natives] if natives else []) + [{}]:
            with contextlib.suppress(
                duckdb.Error
            ):  # the next, more patient way will say what is wrong, and where
                source = _load_csv(con, plain, table, wanted, types)
                # As many rows as lines: no blank lines, no line breaks in cells, so a row's number is its line.
                if source.rows == _count_lines(plain) - 1:
                    return source
                break
        run(con, "DROP TABLE IF EXISTS raw")
    return _load_exact(con, table, wanted, folder)


def _check_headings(headers: Sequence[str], wanted: Sequence[str], name: str) -> None:
    missing = [heading for heading in wanted if heading not in headers]
    if missing:
        message = N_("The column “%(column)s” is missing; there are: %(columns)s.")
        shown = ", ".join(headers[:30])
        raise BadInput(
            [
                Problem(message, Place(file=name), {"column": m, "columns": shown}, "no_column")
                for m in missing
            ]
        )


def _load_parquet(con: duckdb.DuckDBPyConnection, path: Path, name: str, wanted: Sequence[str]) -> Source:
    scan = f"read_parquet({literal(str(path))}, hive_partitioning = false)"
    try:
        types = {row[0]: row[1] for row in rows(con, f"DESCRIBE FROM {scan}")}
        headers = tuple(types)
        _check_headings(headers, wanted, name)
        columns = {heading: f"c{i}" for i, heading in enumerate(wanted)}
        listed = ", ".join(f"{quoted(h)} AS {c}" for h, c in columns.items())
        run(con, f"CREATE OR REPLACE TABLE raw AS SELECT {listed} FROM {scan}")
    except duckdb.Error as error:
        params = {"error": str(error).splitlines()[0]}
        problem = Problem(N_("The Parquet file is damaged: %(error)s."), Place(file=name), params, "damaged")
        raise BadInput([problem]) from error
    shown = ", ".join(f"{quoted(h)}::VARCHAR AS {quoted(h)}" for h in headers)
    original = f"SELECT row_number() OVER () - 1 AS n, {shown} FROM {scan}"
    texts = frozenset(heading for heading, kind in types.items() if kind == "VARCHAR")
    return Source(name, "", headers, columns, _count(con), "t.n + 1", "", original, texts)


def _is_plain(path: Path, table: Table) -> bool:
    """Whether the fast way may be tried: heading on top, not one of our error files."""
    if table.header_row != 1 or table.encoding == "utf-16":
        return False
    return PROBLEM_HEADER not in _first_line(path, table.encoding)


def _count_lines(path: Path) -> int:
    """Lines of a file, the last one with or without its end."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")


def _first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        return file.readline(65_536)


def _as_utf8(path: Path, encoding: str, folder: Path) -> Path:
    if encoding in {"utf-8", "utf-8-sig"}:
        return path
    target = folder / "utf8.csv"
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as sink:
        shutil.copyfileobj(codecs.getreader(encoding)(source), sink, _BLOCK)
    return target


def _load_csv(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    table: Table,
    wanted: Sequence[str],
    natives: Mapping[str, str],
) -> Source:
    names = {heading: f"h{i}" for i, heading in enumerate(table.headers)}
    read = (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, skip = 1, "
        f"delim = {literal(table.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, columns = "
    )
    types = {name: natives.get(heading, "VARCHAR") for heading, name in names.items()}
    columns = {heading: names[heading] for heading in wanted}
    run(
        con,
        f"CREATE OR REPLACE TABLE raw AS SELECT {', '.join(columns.values())} FROM {read}{_struct(types)})",
    )
    texts = ", ".join(f"{n} AS {quoted(h)}" for h, n in names.items())
    as_text = _struct(dict.fromkeys(names.values(), "VARCHAR"))
    original = f"SELECT row_number() OVER () - 1 AS n, {texts} FROM {read}{as_text})"
    kept_texts = frozenset(heading for heading in wanted if heading not in natives)
    return Source(table.name, "", table.headers, columns, _count(con), "t.n + 2", "", original, kept_texts)


def _load_exact(con: duckdb.DuckDBPyConnection, table: Table, wanted: Sequence[str], folder: Path) -> Source:
    """Copy row by row into a clean CSV with the row number and a structural fault in front."""
    clean = folder / "exact.csv"
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in table.rows():
            fault = row.problems[0].code if row.problems else ""
            writer.writerow([row.number, fault, *row.cells])
    names = ["number", "fault", *(f"h{i}" for i in range(len(table.headers)))]
    scan = (
        f"read_csv({literal(str(clean))}, auto_detect = false, header = false, delim = ',', quote = '\"', "
        f"escape = '\"', columns = {_struct(dict.fromkeys(names, 'VARCHAR'))})"
    )
    if clean.stat().st_size == 0:
        scan = f"(SELECT {', '.join(f'NULL::VARCHAR AS {n}' for n in names)} WHERE false)"
    columns = {heading: f"h{table.headers.index(heading)}" for heading in wanted}
    listed = ", ".join(["number::BIGINT AS number", "fault", *columns.values()])
    run(con, f"CREATE OR REPLACE TABLE raw AS SELECT {listed} FROM {scan}")
    texts = ", ".join(f"h{i} AS {quoted(h)}" for i, h in enumerate(table.headers))
    original = f"SELECT row_number() OVER () - 1 AS n, {texts} FROM {scan}"
    return Source(
        table.name,
        table.sheet,
        table.headers,
        columns,
        _count(con),
        "t.number",
        "fault",
        original,
        frozenset(wanted),
    )


def _struct(types: Mapping[str, str]) -> str:
    """Column types as DuckDB's reader takes them."""
    return "{" + ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items()) + "}"


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(one(con, "SELECT count(*) FROM raw")[0])
