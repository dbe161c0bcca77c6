"""Import of 5 million order lines, from upload to written, against DuckDB's bare CSV → Parquet of the same file."""

import resource
from datetime import date
from pathlib import Path

from bench.house import enterprise, measured, server_cpu

LINES, CUSTOMERS, PRODUCTS, DAYS = 5_000_000, 100_000, 3_000, 730
MAPPING = """
feed: orders
title: {zh: 订单行, en: Order lines}
fact: sales
grain: day
mode: append
fields:
  customer: customer
  on: day
  product: product
  revenue: amount
  quantity: quantity
  unit: {value: 条}
  source_key: line
key: [source_key]
"""


def write_lines(path: Path) -> None:
    """An order system's export: by day, each line with its number; everything refers to what is known."""
    import duckdb

    duckdb.execute(
        f"COPY (SELECT 'K' || lpad((hash(i) % {CUSTOMERS})::VARCHAR, 7, '0') AS customer, "
        f"DATE '2024-11-01' + (i * {DAYS} // {LINES})::INT AS day, "
        f"'P' || lpad((hash(i * 7) % {PRODUCTS})::VARCHAR, 5, '0') AS product, "
        "((hash(i * 11) % 1000000)::BIGINT - 2000)::DECIMAL(18, 2) / 100 AS amount, "
        f"(hash(i * 13) % 100)::INT AS quantity, 'L' || i AS line FROM range({LINES}) t(i)) "
        f"TO '{path}' (HEADER)"
    ).fetchall()


def run() -> None:
    """Print our CPU, the peer's, the ratio and our peak memory."""
    from bench.customers_load import rows

    with enterprise() as home:
        import duckdb

        from qiao.customers.actions import load_customers
        from qiao.ledger import actions
        from qiao.ledger.models import Category, Product
        from qiao.org import actions as org

        unit = org.create_unit(code="U", name_zh="省", kind="province", starts_on=date(2020, 1, 1), by=None)
        load_customers(rows=rows(CUSTOMERS, [unit.pk], []), on=date(2026, 11, 22), reason="bench", by=None)
        category = Category.objects.create(code="烟", name_zh="烟")
        Product.objects.bulk_create(
            Product(code=f"P{i:05d}", name_zh=str(i), category=category) for i in range(PRODUCTS)
        )
        feed = actions.put_feed(mapping_text=MAPPING, name="orders.yaml", by=None)
        path = home / "lines.csv"
        write_lines(path)
        before = server_cpu()
        with measured() as ours:
            batch = actions.import_file(feed=feed, path=path, by=None)
        ours_cpu = ours.cpu + server_cpu() - before
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        assert (batch.state, batch.report["accepted"]) == ("written", LINES), batch.report
        with measured() as bare:
            con = duckdb.connect()
            con.execute(
                f"COPY (FROM read_csv('{path}')) TO '{home / 'bare.parquet'}' (FORMAT parquet)"
            ).fetchall()
            con.close()
    print(
        f"import of {LINES:,} lines, checked and written: {ours.wall:.1f} s, CPU {ours_cpu:.1f} s, peak {peak_gb:.1f} GB"
    )
    print(f"DuckDB's bare CSV → Parquet: {bare.wall:.1f} s, CPU {bare.cpu:.1f} s")
    print(
        f"ratio: {ours.wall / bare.wall:.2f} x wall, {ours_cpu / bare.cpu:.2f} x CPU (aim <= 2), memory aim <= 4 GB"
    )
