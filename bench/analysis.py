"""Free analysis over 25 million lines, ours against hand-written DuckDB SQL on the same lines in the same run.

500,000 customers, 24 months, 2,000 managers, 200 counties in 20 cities, 40 categories. What a close prepares (cube and mix
of every month) is made first and its cost told; then each question is asked both ways, and must give the same sums.
"""

import os
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import django

from bench.house import measured

CUSTOMERS, MONTHS, MANAGERS, COUNTIES, CITIES, LINES = 500_000, 24, 2_000, 200, 20, 25_000_000
FIRST = 2024 * 12 + 10  # 2024-11 counted
FAR = "DATE '9999-12-31'"


def write_world(folder: Path) -> None:
    """Lines of two or three categories a customer and month, who serves whom, and the tree of units."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 2")
    each = LINES // (CUSTOMERS * MONTHS) + 1
    for n in range(MONTHS):
        con.execute(
            "COPY (SELECT c AS customer_id, (hash(c * 3 + k) % 40)::BIGINT AS category_id, NULL::BIGINT AS product_id, "
            f"last_day(DATE '2024-11-01' + to_months({n})) AS \"on\", 'month' AS grain, "
            f"(hash(c * 31 + {n} * 7 + k) % 900000)::BIGINT + 1 AS revenue_cents, 1::DECIMAL(18,3) AS quantity, '户' AS unit, "
            f"(hash(c * 31 + {n} + k) % 500000)::BIGINT AS cost_cents, 'bills' AS source "
            f"FROM range({CUSTOMERS}) t(c), range({each}) u(k) WHERE k < 2 OR hash(c + {n}) % 100 < 9) "
            f"TO '{folder / f'sales-{n:02d}.parquet'}' (FORMAT parquet)"
        ).fetchall()
    span = f"DATE '2020-01-01' AS starts_on, {FAR} AS ends_before"
    con.execute(
        f"COPY (SELECT c AS customer_id, (hash(c) % {MANAGERS})::BIGINT + 1 AS person_id, 'primary' AS role, {span} "
        f"FROM range({CUSTOMERS}) u(c)) TO '{folder / 'assignments.parquet'}' (FORMAT parquet)"
    ).fetchall()
    con.execute(
        f"COPY (SELECT c AS customer_id, 1000 + (hash(c + 5) % {COUNTIES})::BIGINT AS unit_id, {span} "
        f"FROM range({CUSTOMERS}) u(c)) TO '{folder / 'homes.parquet'}' (FORMAT parquet)"
    ).fetchall()
    con.execute(
        "COPY (WITH units AS (SELECT 1000 + k AS unit, 100 + k % 20 AS city FROM range(200) t(k)), "
        "chains AS (SELECT unit, unit AS above FROM units UNION SELECT unit, city FROM units UNION SELECT unit, 1 FROM units "
        "UNION SELECT city, city FROM units UNION SELECT city, 1 FROM units UNION SELECT 1, 1) "
        f"SELECT m::BIGINT AS m, unit::BIGINT AS unit_id, above::BIGINT AS ancestor_id FROM chains, range({FIRST - 12}, {FIRST + MONTHS}) t(m)) "
        f"TO '{folder / 'placements.parquet'}' (FORMAT parquet)"
    ).fetchall()
    con.execute(
        f"COPY (SELECT c AS customer_id, c AS canonical_id, NULL::VARCHAR AS place FROM range({CUSTOMERS}) u(c)) "
        f"TO '{folder / 'customers.parquet'}' (FORMAT parquet)"
    ).fetchall()
    con.close()


def prepare(folder: Path, months: list[int], history: int) -> None:
    """Cube and mix of these months, as their closes make them, from so many months of lines."""
    import duckdb

    from qiao.kernel.period import Month
    from qiao.ledger.core.activity import ActivityRule
    from qiao.ledger.indicators import DuckEngine, Sources, Task
    from qiao.ledger.indicators.cube import CubeFiles, build_cube
    from qiao.ledger.lake import Bounds, connect

    con = duckdb.connect()
    traits = con.sql(
        "SELECT c AS customer_id, chr(65 + (hash(c + 9) % 4)::INT) AS tier, 's' || (hash(c + 8) % 6)::VARCHAR AS segment, "
        "NULL::VARCHAR AS industry, 'service' AS stage, NULL::VARCHAR AS core "
        f"FROM range({CUSTOMERS}) u(c)"
    ).to_arrow_table()
    rule = ActivityRule(45, 90, 24, 90, Decimal("0.2"))
    for n in months:
        month = Month((FIRST + n) // 12, (FIRST + n) % 12 + 1)
        sales = [folder / f"sales-{k:02d}.parquet" for k in range(max(0, n + 1 - history), n + 1)]
        files = CubeFiles(folder / f"cube-{month}.parquet", folder / f"mix-{month}.parquet")
        sources = Sources(
            sales, [], [], [folder / "customers.parquet"], [folder / "homes.parquet"], [folder / "assignments.parquet"],
            [folder / "placements.parquet"], {"bills": 1}, by_day=False,
        )  # fmt: skip
        engine = DuckEngine(connect(Bounds(memory_mb=3_000, threads=2), spill=folder))
        build_cube(engine, Task(month, rule, sources, files.cube), traits, files)
        engine.con.close()


QUESTIONS = {
    "24 months of all": (("period",), False, {}, 24, "1"),
    "24 months × 20 cities": (("unit2", "period"), False, {}, 24, "100 + (h.unit_id - 1000) % 20"),
    "24 months × 2,000 managers": (("manager", "period"), False, {}, 24, "a.person_id"),
    "12 months × 40 categories": (("category", "period"), True, {}, 12, "s.category_id"),
    "one month × 200 counties × 40 categories": (
        ("unit3", "category"),
        True,
        {},
        1,
        "h.unit_id, s.category_id",
    ),
}


def ask(folder: Path, question: tuple) -> dict:
    """Our answer: revenue and active customers by the break-downs."""
    from qiao.kernel.period import Month
    from qiao.ledger.queries.pivoting import Asked, Pivot, Reach, bounded

    dimensions, of_lines, filters, months, _hand = question
    last = Month(2026, 10)
    names = [str(last - back) for back in range(months)]
    kind = "mix" if of_lines else "cube"
    files = [(folder / f"{kind}-{name}.parquet", name, name) for name in names]
    measures = frozenset({"revenue", "lines"} if of_lines else {"revenue", "lines", "active"})
    asked = Asked(files, "month", of_lines, dimensions, filters, measures)
    with bounded() as con:
        return Pivot(con, asked, Reach(everything=True)).add_up([dimensions, ()])


def ask_by_hand(folder: Path, question: tuple) -> int:
    """The same from the lines: the sum of revenue over all groups, for comparison, after grouping as asked."""
    from qiao.ledger.lake import Bounds, connect, rows

    dimensions, of_lines, _filters, months, keys = question
    paths = ", ".join(f"'{folder / f'sales-{MONTHS - 1 - back:02d}.parquet'}'" for back in range(months))
    day = ', s."on"' if "period" in dimensions else ""
    distinct = "" if of_lines else ", count(DISTINCT s.customer_id)"
    con = connect(Bounds(memory_mb=3_000, threads=2), spill=folder)
    found = rows(
        con,
        f"SELECT {keys}{day}, sum(s.revenue_cents){distinct} FROM read_parquet([{paths}]) s "
        f'JOIN read_parquet(\'{folder / "assignments.parquet"}\') a ON a.customer_id = s.customer_id AND a.starts_on <= s."on" AND s."on" < a.ends_before '
        f'JOIN read_parquet(\'{folder / "homes.parquet"}\') h ON h.customer_id = s.customer_id AND h.starts_on <= s."on" AND s."on" < h.ends_before '
        "GROUP BY ALL",
    )
    con.close()
    at = -1 if of_lines else -2
    return sum(row[at] for row in found)


def run() -> None:
    """Print what preparing costs, and each question both ways."""
    folder = Path(tempfile.mkdtemp(prefix="qiao-bench-"))
    os.environ |= {"QIAO_HOME": str(folder / "home"), "DJANGO_SETTINGS_MODULE": "qiao.config.settings"}
    django.setup()  # no database is asked: the questions read files only
    write_world(folder)
    size = sum(p.stat().st_size for p in folder.glob("sales-*.parquet")) / 1e6
    print(f"{LINES / 1e6:.0f} million lines, {size:,.0f} MB of Parquet, 2 threads")
    prepare(folder, list(range(MONTHS - 1)), history=1)
    with measured() as made:
        prepare(folder, [MONTHS - 1], history=MONTHS)
    cubes = sum(p.stat().st_size for p in folder.glob("cube-*.parquet")) / 1e6
    mixes = sum(p.stat().st_size for p in folder.glob("mix-*.parquet")) / 1e6
    print(
        f"the newest month prepared from all lines: {made.wall:.1f} s, CPU {made.cpu:.1f} s; cubes {cubes:,.0f} MB, mixes {mixes:,.0f} MB in all"
    )
    for name, question in QUESTIONS.items():
        ask(folder, question)
        with measured() as ours:
            found = ask(folder, question)
        began = time.monotonic()
        total = ask_by_hand(folder, question)
        hand = time.monotonic() - began
        mine = int(found[()][()]["revenue"])
        assert mine == total, (name, mine, total)
        print(f"{name}: {ours.wall:.2f} s (CPU {ours.cpu:.2f} s), by hand {hand:.2f} s; aim < 3 s")
