"""DuckDB, bounded: no network, no extensions at run time, a memory cap, its own place to spill."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one connection may use.

    Attributes:
        memory_mb: Memory before it spills to disk.
        threads: Threads; all processors when 0.
        spill_gb: Disk it may spill; a page asks for none.
    """

    memory_mb: int = 2048
    threads: int = 0
    spill_gb: int = 50


def connect(bounds: Bounds | None = None, *, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection within bounds.

    Args:
        bounds: What it may use.
        spill: Folder for what does not fit into memory; the system's temporary folder when None.
    """
    bounds = bounds or Bounds()
    folder = spill or Path(tempfile.gettempdir())
    con = duckdb.connect(
        config={
            "memory_limit": f"{bounds.memory_mb}MB",
            "threads": bounds.threads or os.cpu_count() or 1,
            "temp_directory": str(folder / f"qiao-spill-{os.getpid()}"),
            "max_temp_directory_size": f"{bounds.spill_gb}GB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    con.execute("SET enable_progress_bar = false")  # progress is told by jobs, not drawn on a terminal
    return con


def run(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> None:
    """Run a statement to its end; a connection with an unfinished result refuses the next one."""
    con.execute(sql, list(values)).fetchall()


def rows(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return con.execute(sql, list(values)).fetchall()


def one(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The only row of a query that always has one."""
    (row,) = con.execute(sql, list(values)).fetchall()
    return row


def arrow(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> pa.Table:
    """A query's result as columns."""
    return con.sql(sql, params=list(values)).to_arrow_table()


def quoted(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text literal, quoted."""
    return "'" + text.replace("'", "''") + "'"


def read_files(paths: Sequence[Path]) -> str:
    """A table expression over Parquet files; paths come from the manifest.

    Raises:
        ValueError: No file; ask the manifest first what is known.
    """
    if not paths:
        raise ValueError("no files to read")
    listed = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
