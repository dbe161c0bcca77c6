"""Bring any accepted file into DuckDB as text columns, quickly when it is clean, exactly when it is not.

Three ways in: Parquet as it is; CSV straight through DuckDB's own reader; and the exact way, row by row
through ``runtime.tables``, for workbooks, for files with blank or broken rows, and for corrected error files.
The exact way costs several times more and knows the place of every fault.
"""

import codecs
import csv
import shutil
from collections.abc import Iterable, Sequence
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
        typed: Whether columns keep types of their own (Parquet).
    """

    name: str
    sheet: str
    headers: tuple[str, ...]
    columns: dict[str, str]
    rows: int
    number: str
    fault: str
    original: str
    typed: bool


def load_source(
    con: duckdb.DuckDBPyConnection, path: Path, *, name: str, wanted: Sequence[str], sheet: str, folder: Path
) -> Source:
    """Load the wanted columns of a file into the table ``raw``.

    Args:
        con: Connection that gets the table.
        path: The upload.
        name: Its name, only shown.
        wanted: Headings the mapping needs.
        sheet: Sheet of a workbook, or empty for the first.
        folder: Scratch folder for intermediate files.

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
        try:
            return _load_csv(con, _as_utf8(path, table.encoding, folder), table, wanted)
        except duckdb.Error:
            run(con, "DROP TABLE IF EXISTS raw")  # the exact way will say what is wrong, and where
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
        headers = tuple(row[0] for row in rows(con, f"DESCRIBE FROM {scan}"))
        _check_headings(headers, wanted, name)
        columns = {heading: f"c{i}" for i, heading in enumerate(wanted)}
        listed = ", ".join(f"{quoted(h)} AS {c}" for h, c in columns.items())
        run(con, f"CREATE OR REPLACE TABLE raw AS SELECT {listed} FROM {scan}")
    except duckdb.Error as error:
        params = {"error": str(error).splitlines()[0]}
        problem = Problem(N_("The Parquet file is damaged: %(error)s."), Place(file=name), params, "damaged")
        raise BadInput([problem]) from error
    texts = ", ".join(f"{quoted(h)}::VARCHAR AS {quoted(h)}" for h in headers)
    original = f"SELECT row_number() OVER () - 1 AS n, {texts} FROM {scan}"
    return Source(name, "", headers, columns, _count(con), "t.n + 1", "", original, typed=True)


def _is_plain(path: Path, table: Table) -> bool:
    """Whether record n stands in row n: no blank lines, heading on top, not one of our error files."""
    if table.header_row != 1 or PROBLEM_HEADER in _first_line(path, table.encoding):
        return False
    if table.encoding == "utf-16":
        return False
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = tail + block
            if b"\n\n" in text or b"\n\r\n" in text or b"\r\r" in text:
                return False
            tail = text[-2:]
    return True


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


def _load_csv(con: duckdb.DuckDBPyConnection, path: Path, table: Table, wanted: Sequence[str]) -> Source:
    names = {heading: f"h{i}" for i, heading in enumerate(table.headers)}
    scan = (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, skip = 1, "
        f"delim = {literal(table.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, "
        f"columns = {_as_text(names.values())})"
    )
    columns = {heading: names[heading] for heading in wanted}
    run(con, f"CREATE OR REPLACE TABLE raw AS SELECT {', '.join(columns.values())} FROM {scan}")
    texts = ", ".join(f"{n} AS {quoted(h)}" for h, n in names.items())
    original = f"SELECT row_number() OVER () - 1 AS n, {texts} FROM {scan}"
    return Source(table.name, "", table.headers, columns, _count(con), "t.n + 2", "", original, typed=False)


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
        f"escape = '\"', columns = {_as_text(names)})"
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
        typed=False,
    )


def _as_text(names: Iterable[str]) -> str:
    """A DuckDB struct that types every column as text."""
    return "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names) + "}"


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(one(con, "SELECT count(*) FROM raw")[0])
