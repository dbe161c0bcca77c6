"""Bulk load of 100,000 customers against a bare COPY of the same rows into a table with the same indexes."""

import random
from datetime import date

from bench.house import enterprise, measured, server_cpu

ROWS = 100_000
FIRST = "云桥江河湖海山川东西南北中金木水火土日月星辰"
SECOND = "信达通和顺昌隆盛泰安康宁恒瑞祥福兴茂源丰"
KINDS = ("商店", "有限公司", "医院", "学校", "酒店", "机械厂", "超市", "银行支行")


def names(count: int, seed: int = 7) -> list[str]:
    """Made-up names of the length real ones have."""
    draw = random.Random(seed)
    return ["".join(draw.choice(FIRST) for _ in range(2)) + draw.choice(SECOND) + draw.choice(SECOND) + draw.choice(KINDS)
            for _ in range(count)]  # fmt: skip


def rows(count: int, unit_ids: list[int], person_ids: list[int]) -> list[dict[str, object]]:
    """Rows for :func:`qiao.customers.actions.load_customers`."""
    return [
        {"code": f"K{i:07d}", "name": name, "starts_on": date(2020, 1, 1), "unit_id": unit_ids[i % len(unit_ids)],
         "phone": f"1390{i:07d}", "primary_id": person_ids[i % len(person_ids)] if person_ids else None}
        for i, name in enumerate(names(count))
    ]  # fmt: skip


def run() -> None:
    """Print our seconds, the bare COPY's, and the ratio."""
    with enterprise():
        from django.db import connection

        from qiao.customers.actions import load_customers
        from qiao.org import actions as org

        unit = org.create_unit(code="U", name_zh="省", kind="province", starts_on=date(2020, 1, 1), by=None)
        data = rows(ROWS, [unit.pk], [])
        before = server_cpu()
        with measured() as ours:
            load_customers(rows=data, on=date(2026, 11, 22), reason="bench", by=None)
        ours_server = server_cpu() - before
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare (LIKE customers_customer INCLUDING ALL)")
            cursor.execute("SELECT * FROM customers_customer")
            columns = ", ".join(d.name for d in cursor.description)
            kept = cursor.fetchall()
            before = server_cpu()
            with measured() as bare:
                with cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy:
                    for row in kept:
                        copy.write_row(row)
                connection.commit()
        bare_server = server_cpu() - before
    total, peer = ours.cpu + ours_server, bare.cpu + bare_server
    print(
        f"load of {ROWS:,} customers with audit, home units and search keys: {ours.wall:.1f} s, CPU {total:.1f} s"
    )
    print(f"bare COPY of the finished rows into the same indexes: {bare.wall:.1f} s, CPU {peer:.1f} s")
    print(f"ratio: {ours.wall / bare.wall:.2f} x wall, {total / peer:.2f} x CPU (aim <= 3)")
