"""Pin what a close reads: facts by the manifest, dimensions as Parquet under the digest of their content."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qiao.customers import queries as customers
from qiao.customers.core.place import place_key
from qiao.kernel.period import Month
from qiao.ledger import queries
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.ledger.indicators import schemas
from qiao.org import queries as org

FAR = date(9999, 12, 31)
_BACK = 24
_CHUNK = 50_000
Rows = Iterable[tuple[Any, ...]]


def pin_dimensions(month: Month, folder: Path, merged: Mapping[int, int]) -> dict[str, str]:
    """Write the dimensions into the lake.

    Args:
        month: The last month they must serve.
        folder: Scratch folder.
        merged: Merged customer → who stands for it in the end.

    Returns:
        Kind → digest. The same rows give the same digest.
    """
    sources: dict[str, tuple[pa.Schema, Rows]] = {
        "customers": (schemas.CUSTOMERS.to_pyarrow(), _customer_rows(merged)),
        "profiles": (schemas.PROFILES.to_pyarrow(), _profile_rows(merged)),
        "homes": (schemas.HOMES.to_pyarrow(), _home_rows()),
        "assignments": (schemas.ASSIGNMENTS.to_pyarrow(), _assignment_rows()),
        "placements": (schemas.PLACEMENTS.to_pyarrow(), _placement_rows(month)),
    }
    lake = queries.lake()
    return {
        kind: lake.adopt(_write(folder / f"{kind}.parquet", schema, rows), "dimensions", kind).digest
        for kind, (schema, rows) in sources.items()
    }


def _write(path: Path, schema: pa.Schema, rows: Rows) -> Path:
    stream = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while chunk := list(islice(stream, _CHUNK)):
            columns = zip(*chunk, strict=True)
            arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
    return path


def _customer_rows(merged: Mapping[int, int]) -> Iterator[tuple[int, int, str | None]]:
    places: dict[int, str | None] = {}
    for _, customer_id, address, _lat, _lon, is_main in customers.list_dimension_rows("sites"):
        if is_main:
            places[customer_id] = place_key(address)
    for row in customers.list_dimension_rows("customers"):
        yield row[0], merged.get(row[0], row[0]), places.get(row[0])


def _profile_rows(merged: Mapping[int, int]) -> Iterator[tuple[int, str, str, str, date, date]]:
    """What policy judges a customer by besides its figures; pinned so that a changed trait is a changed input.

    Merged ones are left out: who stands for them is judged by all facts.
    """
    for row in customers.list_dimension_rows("customers"):
        if row[0] in merged:
            continue
        customer_id, _code, segment, industry, _kind, _stage, traits, _group, starts_on, ends_before = row
        yield customer_id, segment, industry, ";".join(sorted(traits)), starts_on, ends_before or FAR


def _home_rows() -> Iterator[tuple[int, int, date, date]]:
    for _, customer_id, unit_id, starts_on, ends_before in customers.list_dimension_rows("home_units"):
        yield customer_id, unit_id, starts_on, ends_before or FAR


def _assignment_rows() -> Iterator[tuple[int, int, str, date, date]]:
    for _, customer_id, person_id, role, starts_on, ends_before in customers.list_dimension_rows(
        "assignments"
    ):
        yield customer_id, person_id, role, starts_on, ends_before or FAR


def _placement_rows(until: Month) -> Iterator[tuple[int, int, int]]:
    """Each unit among its own ancestors, as the tree stood on each month's last day."""
    for month in Month.range(until - _BACK, until):
        tree = org.get_tree(month.last_day)
        for unit_id in sorted(tree.nodes):
            for ancestor in tree.ancestors(unit_id):
                yield schemas.month_number(month), unit_id, ancestor


def digest_of(value: Any) -> str:
    """SHA-256 of plain data, keys in order."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def catalogue_versions() -> Sequence[str]:
    """The definitions a result stands on."""
    return [f"{indicator.code}@{indicator.version}" for indicator in CATALOGUE]
