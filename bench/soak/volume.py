"""Many order lines through the import: memory and time."""

import resource
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.soak.house import Broken, House

MOST_GB = 4.0


def run(house: House, lines: int) -> str:
    """Import ``lines`` lines.

    Raises:
        Broken: Lines got lost, the total is not the file's, or memory passed its limit.
    """
    house.ask("build")
    seen = house.ask("volume", str(lines))
    if seen["accepted"] != lines or seen["in_ledger"] != seen["in_file"]:
        raise Broken(f"the ledger does not hold the file: {seen}")
    if seen["peak_gb"] > MOST_GB:
        raise Broken(f"{seen['peak_gb']:.1f} GB of memory, at most {MOST_GB}")
    return (
        f"{lines:,} lines ({seen['file_mb']:,} MB), {seen['in_ledger']} in file and ledger, {seen['seconds']:.1f} s, "
        f"CPU {seen['cpu']:.1f} s, {seen['peak_gb']:.2f} GB at most"
    )


def load_volume(lines: int) -> dict[str, Any]:
    """In a child: customers and products, the file, its import."""
    import duckdb
    from django.conf import settings

    from bench import ledger_import
    from bench.customers_load import rows
    from qiao.customers.actions import load_customers
    from qiao.ledger import actions, queries
    from qiao.ledger.models import Category, Product
    from qiao.org.queries import find_unit_by_code
    from qiao.runtime.scope import EVERYTHING

    ledger_import.LINES = lines
    unit = find_unit_by_code("S")
    assert unit is not None
    load_customers(
        rows=rows(ledger_import.CUSTOMERS, [unit.pk], []), on=date(2026, 11, 22), reason="soak", by=None
    )
    category = Category.objects.create(code="烟", name_zh="烟")
    Product.objects.bulk_create(
        Product(code=f"P{i:05d}", name_zh=str(i), category=category) for i in range(ledger_import.PRODUCTS)
    )
    feed = actions.put_feed(mapping_text=ledger_import.MAPPING, name="orders.yaml", by=None)
    path = Path(settings.QIAO_HOME) / "lines.csv"
    ledger_import.write_lines(path)
    (in_file,) = duckdb.execute(f"SELECT sum(amount)::DECIMAL(18, 2) FROM read_csv('{path}')").fetchall()[0]
    began, cpu = time.perf_counter(), time.process_time()
    batch = actions.import_file(feed=feed, path=path, by=None)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    found = queries.read_lines(queries.Filter("2020-01", "2026-12"), scope=EVERYTHING, scope_rows=None)
    return {
        "accepted": batch.report["accepted"] if batch.state == "written" and batch.report else 0,
        "in_file": str(in_file),
        "in_ledger": str(found.revenue_yuan),
        "seconds": seconds,
        "cpu": cpu,
        "peak_gb": peak_gb,
        "file_mb": path.stat().st_size // 1024**2,
    }
