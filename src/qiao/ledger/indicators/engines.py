"""Where expressions run. The expressions are the same; an engine only keeps, reads and writes tables."""

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
from qiao.ledger.lake import literal, quoted, read_files, run

_SPARK_TYPES = {
    dt.int64: "bigint",
    dt.date: "date",
    dt.string: "string",
    dt.Decimal(18, 3): "decimal(18,3)",
}
_SQL_TYPES = {
    dt.int64: "BIGINT",
    dt.int32: "INTEGER",
    dt.date: "DATE",
    dt.string: "VARCHAR",
    dt.boolean: "BOOLEAN",
}


class Engine(Protocol):
    """Runs expressions."""

    def read(self, name: str, paths: Sequence[Path], schema: ibis.Schema) -> ir.Table:
        """A table over Parquet files; an empty one of that schema when there are none."""

    def load(self, name: str, table: pa.Table) -> ir.Table:
        """A small table from memory."""

    def keep(self, name: str, expr: ir.Table) -> ir.Table:
        """Compute an expression once, for several readers."""

    def drop(self, name: str) -> None:
        """Forget what :meth:`keep` kept."""

    def fetch(self, expr: ir.Table) -> list[dict[str, Any]]:
        """Rows of a small result."""

    def write(self, expr: ir.Table, path: Path) -> None:
        """Write one Parquet file."""


class DuckEngine:
    """DuckDB in this process."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def read(self, name: str, paths: Sequence[Path], schema: ibis.Schema) -> ir.Table:
        if paths:
            listed = ", ".join(quoted(column) for column in schema)
            source = f"SELECT {listed} FROM {read_files(paths)}"
        else:
            nulls = (f"NULL::{_sql_type(kind)} AS {quoted(column)}" for column, kind in schema.items())
            source = f"SELECT {', '.join(nulls)} WHERE false"
        run(self.con, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {source}")
        return ibis.table(schema, name=name)

    def load(self, name: str, table: pa.Table) -> ir.Table:
        self.con.register("incoming", table)
        run(self.con, f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS FROM incoming")
        self.con.unregister("incoming")
        return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=name)

    def keep(self, name: str, expr: ir.Table) -> ir.Table:
        run(self.con, f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {self._select(expr)}")
        return ibis.table(expr.schema(), name=name)

    def drop(self, name: str) -> None:
        run(self.con, f"DROP TABLE IF EXISTS {quoted(name)}")

    def fetch(self, expr: ir.Table) -> list[dict[str, Any]]:
        names = list(expr.columns)
        found = self.con.execute(self._select(expr)).fetchall()
        return [dict(zip(names, row, strict=True)) for row in found]

    def write(self, expr: ir.Table, path: Path) -> None:
        run(
            self.con,
            f"COPY ({self._select(expr)}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)",
        )

    def _select(self, expr: ir.Table) -> str:
        """SQL with every column in its declared type: DuckDB widens sums to 128 bits, which Parquet cannot hold."""
        check_sound(expr)
        columns = ", ".join(
            f"{quoted(name)}::{_sql_type(kind)} AS {quoted(name)}" for name, kind in expr.schema().items()
        )
        return f"SELECT {columns} FROM ({ibis.to_sql(expr, dialect='duckdb')})"


def _sql_type(kind: dt.DataType) -> str:
    if isinstance(kind, dt.Decimal):
        return f"DECIMAL({kind.precision or 38}, {kind.scale if kind.scale is not None else 3})"
    return _SQL_TYPES[kind.copy(nullable=True)]


class SparkEngine:
    """Apache Spark through the extra ``qiao[spark]``."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def read(self, name: str, paths: Sequence[Path], schema: ibis.Schema) -> ir.Table:
        if paths:
            columns = list(schema)
            frame = self._session.read.parquet(*map(str, paths)).select(*(f"`{c}`" for c in columns))
        else:
            types = ", ".join(
                f"`{column}` {_SPARK_TYPES[kind.copy(nullable=True)]}" for column, kind in schema.items()
            )
            frame = self._session.createDataFrame([], types)
        frame.createOrReplaceTempView(name)
        return ibis.table(schema, name=name)

    def load(self, name: str, table: pa.Table) -> ir.Table:
        self._session.createDataFrame(table.to_pandas(date_as_object=True)).createOrReplaceTempView(name)
        return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=name)

    def keep(self, name: str, expr: ir.Table) -> ir.Table:
        check_sound(expr)
        self._session.sql(ibis.to_sql(expr, dialect="pyspark")).cache().createOrReplaceTempView(name)
        return ibis.table(expr.schema(), name=name)

    def drop(self, name: str) -> None:
        self._session.catalog.dropTempView(name)

    def fetch(self, expr: ir.Table) -> list[dict[str, Any]]:
        check_sound(expr)
        return [row.asDict() for row in self._session.sql(ibis.to_sql(expr, dialect="pyspark")).collect()]

    def write(self, expr: ir.Table, path: Path) -> None:
        check_sound(expr)
        frame = self._session.sql(ibis.to_sql(expr, dialect="pyspark"))
        folder = path.with_suffix(".spark")
        frame.coalesce(1).write.mode("overwrite").parquet(str(folder))
        (part,) = folder.glob("part-*.parquet")
        part.replace(path)
        shutil.rmtree(folder)
