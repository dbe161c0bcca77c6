"""Small feeds for tests: a directory of codes, a mapping, a file, and what reading it finds."""

import itertools
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qiao.ledger.feeds import Directory, Read, parse_mapping, read_feed
from qiao.ledger.feeds.reading import Order

MAPPING = """
feed: billing
title: {zh: 计费, en: Billing}
fact: sales
grain: day
precedence: 1
mode: append
fields:
  customer: {column: 客户, pad: 4, upper: true}
  on: 日期
  product: 产品
  revenue: 金额
  quantity: {column: 数量, missing: ["-"]}
  unit: {value: 件}
  source_key: 单号
key: [source_key]
"""
HEAD = "客户,日期,产品,金额,数量,单号"


def directory() -> Directory:
    ids = itertools.count(900)
    return Directory(
        pa.table({"code": ["0001", "0002", "A003"], "id": [1, 2, 3]}),
        pa.table({"code": ["P1", "P2"], "id": [11, 12], "category_id": [101, 102]}),
        pa.table({"code": ["酒", "烟"], "id": [101, 102]}),
        lambda kind, count: list(itertools.islice(ids, count)),
    )


def read(tmp_path: Path, content: str | bytes | Path, mapping: str = MAPPING, **options) -> Read:
    """Read one file, given as text, bytes or a path, with today's mapping."""
    path = content if isinstance(content, Path) else tmp_path / "upload"
    if not isinstance(content, Path):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    folder = tmp_path / "stage"
    folder.mkdir(exist_ok=True)
    order = Order(
        path=path,
        name=options.pop("name", "lines.csv"),
        mapping=parse_mapping(mapping, name="billing.yaml"),
        batch=7,
        folder=folder,
        last_day=date(2021, 12, 31),
        **options,
    )
    return read_feed(order, directory())


def lines(*rows: str) -> str:
    return "\n".join([HEAD, *rows]) + "\n"


def facts(found: Read) -> list[dict]:
    """All staged rows, months in order."""
    return [row for path in found.staged.values() for row in pq.read_table(path).to_pylist()]


def problems(found: Read) -> dict[str, int]:
    return {p.code: p.rows for p in found.report.problems}
