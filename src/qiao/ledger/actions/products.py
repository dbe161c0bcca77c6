"""Products and categories from a table: by code, changed where they differ."""

from pathlib import Path
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, BadInput, Problem
from qiao.ledger.models import Category, Product
from qiao.runtime.tables import Table, open_table

_LONGEST = {
    "code": 80,
    "name": 200,
    "category": 120,
    "category_name": 120,
    "category_name_en": 120,
    "unit": 20,
}


@transaction.atomic
def import_products(*, path: Path, name: str, columns: dict[str, str], by: Any) -> dict[str, int]:
    """Bring products and their categories to what a table says; nothing is removed.

    Args:
        path: CSV or XLSX.
        name: File name for errors.
        columns: Field → heading; fields are code, name, name_en, category, category_name, category_name_en, unit;
            code and name are needed.

    Returns:
        Counts: products new and changed, categories new.

    Raises:
        BadInput: Headings missing, empty or too long cells, a code twice; nothing is written then.
    """
    table = open_table(path, name=name)
    rows = _read(table, columns)
    new_categories = _put_categories(rows)
    categories = dict(Category.objects.values_list("code", "pk"))
    known = {product.code: product for product in Product.objects.all()}
    fresh, changed = [], []
    for row in rows:
        values = {
            "name_zh": row["name"],
            "name_en": row.get("name_en", ""),
            "category_id": categories.get(row.get("category", "")),
            "unit": row.get("unit", ""),
        }
        product = known.get(row["code"])
        if product is None:
            fresh.append(Product(code=row["code"], **values))
        elif any(getattr(product, field) != value for field, value in values.items()):
            for field, value in values.items():
                setattr(product, field, value)
            changed.append(product)
    Product.objects.bulk_create(fresh, batch_size=5000)
    Product.objects.bulk_update(changed, ["name_zh", "name_en", "category", "unit"], batch_size=2000)
    return {"products": len(fresh), "changed": len(changed), "categories": new_categories}


def _read(table: Table, columns: dict[str, str]) -> list[dict[str, str]]:
    missing = [heading for heading in columns.values() if heading not in table.headers]
    if missing:
        message = N_("The column “%(column)s” is missing; there are: %(columns)s.")
        shown = ", ".join(table.headers)
        raise BadInput(
            [
                Problem(message, table.place(table.header_row), {"column": m, "columns": shown})
                for m in missing
            ]
        )
    where = {field: table.headers.index(heading) for field, heading in columns.items()}
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in table.rows():
        values = {field: row.cells[index] for field, index in where.items()}
        problems += row.problems
        for field in ("code", "name"):
            if not values[field]:
                problems.append(Problem(N_("The cell is empty."), table.place(row.number, columns[field])))
        for field, most in _LONGEST.items():
            if len(values.get(field, "")) > most:
                message = N_("The cell holds %(length)s characters; at most %(most)s.")
                params = {"length": len(values[field]), "most": most}
                problems.append(Problem(message, table.place(row.number, columns[field]), params))
        if values["code"] in seen:
            message = N_("An earlier row of this file has the same key.")
            problems.append(Problem(message, table.place(row.number, columns["code"])))
        seen.add(values["code"])
        rows.append(values)
    if problems:
        raise BadInput(problems)
    return rows


def _put_categories(rows: list[dict[str, str]]) -> int:
    """Categories as the table names them; one it gives no name keeps the name it has."""
    named = {row["category"]: row for row in rows if row.get("category")}
    known = {category.code: category for category in Category.objects.filter(code__in=named)}
    fresh: list[Category] = []
    changed: list[Category] = []
    for code, row in sorted(named.items()):
        category = known.get(code) or Category(code=code, name_zh=code[:120])
        before = (category.name_zh, category.name_en)
        category.name_zh = row.get("category_name") or category.name_zh
        category.name_en = row.get("category_name_en") or category.name_en
        if category.pk is None:
            fresh.append(category)
        elif before != (category.name_zh, category.name_en):
            changed.append(category)
    Category.objects.bulk_create(fresh, batch_size=5000)
    Category.objects.bulk_update(changed, ["name_zh", "name_en"], batch_size=2000)
    return len(fresh)
