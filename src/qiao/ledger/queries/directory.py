"""Codes of the house for reading a file: customers, products, categories."""

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from qiao.customers import queries as customers
from qiao.ledger.feeds import Directory
from qiao.ledger.models import Category, Product

_SEQUENCES = {"product": "ledger_product", "category": "ledger_category"}


def read_directory() -> Directory:
    """Everything a feed may refer to."""
    known = customers.customers_by_code()
    products = list(Product.objects.values_list("code", "id", "category_id"))
    categories = list(Category.objects.values_list("code", "id"))
    return Directory(
        customers=_table(list(known.items()), ("code", "id")),
        products=_table(products, ("code", "id", "category_id")),
        categories=_table(categories, ("code", "id")),
        reserve=_reserve,
    )


def _table(rows: Sequence[tuple[object, ...]], names: Sequence[str]) -> pa.Table:
    kinds = {"code": pa.string()}
    columns = [
        pa.array([row[i] for row in rows], kinds.get(name, pa.int64())) for i, name in enumerate(names)
    ]
    return pa.table(columns, names=list(names))


def _reserve(kind: str, count: int) -> list[int]:
    """Fresh ids: numbers taken from a sequence and not used are gaps, which do no harm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [_SEQUENCES[kind], count],
        )
        return [row[0] for row in cursor.fetchall()]
