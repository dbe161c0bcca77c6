"""Where compiled expressions run. The expressions are the same; an engine only reads, keeps and writes tables."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from qiao.ledger.indicators.soundness import check_sound
from qiao.ledger.lake import literal, read_files, run

_TYPES: dict[str, dict[dt.DataType, str]] = {
    "duckdb": {dt.int64: "BIGINT", dt.date: "DATE", dt.string: "VARCHAR", dt.boolean: "BOOLEAN"},
    "pyspark": {dt.int64: "BIGINT", dt.date: "DATE", dt.string: "STRING", dt.boolean: "BOOLEAN"},
}
_QUOTES = {"duckdb": '"', "pyspark": "`"}


def sql_type(kind: dt.DataType, dialect: str) -> str:
    """A column type in an engine's words."""
    if isinstance(kind, dt.Decimal):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return _TYPES[dialect][kind.copy(nullable=True)]


def compile_sql(expr: ir.Table, dialect: str) -> str:
    """SQL of a sound expression, every column cast to its declared type.

    The cast matters: DuckDB widens sums to 128 bits, which Parquet cannot hold exactly.

    Raises:
        Unsound: Engines could disagree about it.
    """
    check_sound(expr)
    quote = _QUOTES[dialect]
    columns = ", ".join(
        f"CAST({quote}{name}{quote} AS {sql_type(kind, dialect)}) AS {quote}{name}{quote}"
        for name, kind in expr.schema().items()
    )
    return f"SELECT {columns} FROM ({ibis.to_sql(expr, dialect=dialect)}) AS compiled"


class Engine(Protocol):
    """Runs compiled expressions over named tables."""

    dialect: str

    def read(self, name: str, paths: Sequence[Path], schema: ibis.Schema) -> None:
        """Name a table over Parquet files; an empty one of that schema when there are none."""

    def load(self, name: str, table: pa.Table) -> None:
        """Name a small table from memory."""

    def keep(self, name: str, sql: str) -> None:
        """Compute once and name the result."""

    def fetch(self, sql: str, names: Sequence[str]) -> list[dict[str, Any]]:
        """Rows of a small result."""

    def write(self, sql: str, path: Path) -> None:
        """Write one Parquet file."""


class DuckEngine:
    """DuckDB in this process."""

    dialect = "duckdb"

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def read(self, name: str, paths: Sequence[Path], schema: ibis.Schema) -> None:
        if paths:
            listed = ", ".join(f'"{column}"' for column in schema)
            source = f"SELECT {listed} FROM {read_files(paths)}"
        else:
            source = _empty(schema, self.dialect)
        run(self.con, f"CREATE OR REPLACE TEMP VIEW {name} AS {source}")

    def load(self, name: str, table: pa.Table) -> None:
        self.con.register("incoming", table)
        run(self.con, f"CREATE OR REPLACE TEMP TABLE {name} AS FROM incoming")
        self.con.unregister("incoming")

    def keep(self, name: str, sql: str) -> None:
        run(self.con, f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def fetch(self, sql: str, names: Sequence[str]) -> list[dict[str, Any]]:
        return [dict(zip(names, row, strict=True)) for row in self.con.execute(sql).fetchall()]

    def write(self, sql: str, path: Path) -> None:
        run(self.con, f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")


class SparkEngine:
    """Apache Spark through the extra ``qiao[spark]``; the session's time zone is UTC and ANSI is on."""

    dialect = "pyspark"

    def __init__(self, session: Any) -> None:
        self.session = session

    def read(self, name: str, paths: Sequence[Path], schema: ibis.Schema) -> None:
        if paths:
            frame = self.session.read.parquet(*map(str, paths)).select(*(f"`{column}`" for column in schema))
        else:
            frame = self.session.sql(_empty(schema, self.dialect))
        frame.createOrReplaceTempView(name)

    def load(self, name: str, table: pa.Table) -> None:
        types = ibis.Schema.from_pyarrow(table.schema)
        shape = ", ".join(f"`{column}` {sql_type(kind, self.dialect)}" for column, kind in types.items())
        rows = [tuple(row.values()) for row in table.to_pylist()]
        self.session.createDataFrame(rows, shape).createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> None:
        # Now, because the tables it reads are named anew for the next window; and without the history of its
        # plan, which would otherwise grow with every step until planning takes longer than computing.
        self.session.sql(sql).localCheckpoint(eager=True).createOrReplaceTempView(name)

    def fetch(self, sql: str, names: Sequence[str]) -> list[dict[str, Any]]:
        return [dict(zip(names, row, strict=True)) for row in self.session.sql(sql).collect()]

    def write(self, sql: str, path: Path) -> None:
        folder = path.with_suffix(".spark")
        self.session.sql(sql).coalesce(1).write.mode("overwrite").parquet(str(folder))
        (part,) = folder.glob("part-*.parquet")
        part.replace(path)
        shutil.rmtree(folder)


def _empty(schema: ibis.Schema, dialect: str) -> str:
    quote = _QUOTES[dialect]
    columns = (
        f"CAST(NULL AS {sql_type(kind, dialect)}) AS {quote}{name}{quote}" for name, kind in schema.items()
    )
    return f"SELECT {', '.join(columns)} WHERE false"
