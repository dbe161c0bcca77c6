"""The demo as files a user could have: tables for the import pages, feeds with their mappings for the ledger."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
import xlsxwriter
import yaml

from .generate import Demo
from .ledger import Ints
from .register import REGISTER_HEADINGS, kind_of, register_rows
from .vocabulary import GOOD_NAMES
from .world import field_units

_UNIT_HEADINGS = ("单位编码", "单位名称", "英文名称", "单位类型", "上级单位", "成立日期", "纬度", "经度")
_PERSON_HEADINGS = ("工号", "姓名", "入职日期", "单位编码", "角色", "手机", "用工性质")
_CUSTOMER_HEADINGS = (
    "客户编号", "客户名称", "归属单位", "建档日期", "客户类型", "行业", "所属集团", "地址", "纬度", "经度", "坐标系",
    "联系人", "联系人电话", "客户经理", "副客户经理", "电话", "认定条件",
)  # fmt: skip
PRODUCT_COLUMNS = {
    "code": "产品", "name": "产品名称", "name_en": "英文名称", "category": "品类", "category_name": "品类名称",
    "category_name_en": "品类英文名称", "unit": "单位",
}  # fmt: skip
OPENED_ON = "2015-01-01"


def write_files(demo: Demo, folder: Path) -> list[Path]:
    """Write every import file and mapping of a demo. Returns the feeds' files in the order they are to be imported."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "units.csv", _UNIT_HEADINGS, _unit_rows(demo))
    _write_xlsx(folder / "people.xlsx", _PERSON_HEADINGS, _person_rows(demo))
    _write_csv(folder / "register.csv", REGISTER_HEADINGS, register_rows(demo))
    _write_csv(folder / "customers.csv", _CUSTOMER_HEADINGS, _customer_rows(demo), encoding="gb18030")
    _write_csv(folder / "products.csv", tuple(PRODUCT_COLUMNS.values()), _product_rows(demo))
    feeds = [_write_sales(demo, folder)]
    if demo.balances is not None:
        feeds += _write_balances(demo, folder)
    return feeds


def _product_rows(demo: Demo) -> Iterator[tuple[str, ...]]:
    for good in demo.words.goods:
        zh, en = GOOD_NAMES[good.code]
        yield good.code, zh, en, good.category, zh, en, good.unit


def _write_csv(
    path: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]], encoding: str = "utf-8"
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)


def _write_xlsx(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("人员")
        for number, row in enumerate((headings, *rows)):
            for column, value in enumerate(row):
                sheet.write_string(number, column, str(value))


def _unit_rows(demo: Demo) -> Iterable[Sequence[Any]]:
    for unit in demo.world.units:
        yield unit.code, unit.zh, unit.en, unit.kind, unit.parent, OPENED_ON, unit.lat, unit.lon


def _person_rows(demo: Demo) -> Iterable[Sequence[Any]]:
    for n, person in enumerate(demo.world.people):
        yield (
            person.code,
            person.name,
            person.joined_on,
            person.unit,
            person.role,
            f"000-0000-{n:04d}",
            kind_of(n),
        )


def _customer_rows(demo: Demo) -> Iterable[Sequence[Any]]:
    counties = field_units(demo.words, demo.world.units)
    people = demo.world.people
    for n, row in enumerate(demo.world.customers):
        trade = demo.words.trades[row.trade]
        contact = people[(n * 7) % len(people)].name[:1] + ("先生" if n % 2 else "女士")
        yield (
            row.code, row.name, counties[row.county].code, row.since, trade.kind, trade.code, row.group, row.address,
            row.lat, row.lon, "WGS-84", contact, f"000-1000-{n:05d}", row.primary, row.deputy, f"000-2000-{n:05d}",
            ";".join(row.traits),
        )  # fmt: skip


def _write_sales(demo: Demo, folder: Path) -> Path:
    """Bills by month as Parquet, or orders by day; both with product, category, revenue, quantity and cost."""
    sales, words = demo.sales, demo.words
    codes = pa.array([row.code for row in demo.world.customers])
    goods = pa.array([good.code for good in words.goods])
    categories = pa.array([good.category for good in words.goods])
    units = pa.array([good.unit for good in words.goods])
    starts = np.array([np.datetime64(str(month)) for month in demo.months]).astype("datetime64[D]")
    days = starts[sales.month] + np.maximum(sales.day - 1, 0).astype("timedelta64[D]")
    when = (
        pa.array(days)
        if words.orders
        else pa.array([str(m) for m in demo.months]).take(pa.array(sales.month))
    )
    table = pa.table(
        {
            "客户编号": codes.take(pa.array(sales.customer)),
            "日期" if words.orders else "账期": when,
            "产品": goods.take(pa.array(sales.good)),
            "品类": categories.take(pa.array(sales.good)),
            "金额": _exact(sales.revenue_cents, 2),
            "数量": _exact(sales.quantity_thousandths, 3),
            "单位": units.take(pa.array(sales.good)),
            "成本": _exact(sales.cost_cents, 2),
        }
    )
    path = folder / "sales.parquet"
    parquet.write_table(table, path, compression="zstd")
    mapping = {
        "feed": "orders" if words.orders else "billing",
        "title": {"zh": "订单", "en": "Orders"}
        if words.orders
        else {"zh": "计费月账单", "en": "Monthly bills"},
        "fact": "sales",
        "grain": "day" if words.orders else "month",
        "fields": {
            "customer": "客户编号",
            "on": {"column": "日期", "format": "date"}
            if words.orders
            else {"column": "账期", "format": "month"},
            "product": "产品",
            "category": "品类",
            "revenue": {"column": "金额", "unit": "yuan"},
            "quantity": "数量",
            "unit": "单位",
            "cost": {"column": "成本", "unit": "yuan"},
        },
        "unknown": {"product": "create", "category": "create"},
    }
    _write_mapping(path, mapping)
    return path


def _exact(whole: Ints, places: int) -> pa.Array:
    """Whole numbers of the smallest unit as exact decimals: the bytes of the number, the point moved."""
    wide = np.zeros((len(whole), 2), dtype=np.int64)
    wide[:, 0], wide[:, 1] = whole, np.where(whole < 0, -1, 0)
    kind = pa.decimal128(18, places)
    return pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(np.ascontiguousarray(wide))])


def _write_balances(demo: Demo, folder: Path) -> list[Path]:
    """Receivables at month ends and payments, as CSV."""
    balances = demo.balances
    assert balances is not None
    customers = demo.world.customers
    months = [str(month) for month in demo.months]
    paths = []
    for name, heading, fields in (
        ("receivables", "应收余额", {"amount": "应收余额", "overdue_30": "逾期30天以上"}),
        ("payments", "回款", {"amount": "回款"}),
    ):
        columns = {"amount": balances.owed_cents if name == "receivables" else balances.paid_cents}
        if name == "receivables":
            columns["overdue_30"] = balances.overdue_cents
        kept = np.flatnonzero(columns["amount"] > 0)
        table: dict[str, Any] = {
            "客户编号": [customers[c].code for c in balances.customer[kept]],
            "账期": [months[m] for m in balances.month[kept]],
        }
        for field, column in columns.items():
            table[fields[field]] = _exact(column[kept], 2)
        path = folder / f"{name}.csv"
        arrow_csv.write_csv(pa.table(table), path)
        mapping = {
            "feed": name,
            "title": {"zh": "应收账款", "en": "Receivables"}
            if name == "receivables"
            else {"zh": heading, "en": "Payments"},
            "fact": name,
            "grain": "month",
            "fields": {
                "customer": "客户编号",
                "on": {"column": "账期", "format": "month"},
                **{field: {"column": column, "unit": "yuan"} for field, column in fields.items()},
            },
        }
        _write_mapping(path, mapping)
        paths.append(path)
    return paths


def _write_mapping(path: Path, mapping: dict[str, Any]) -> None:
    text = yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False)
    path.with_suffix(".mapping.yaml").write_text(text, encoding="utf-8")
