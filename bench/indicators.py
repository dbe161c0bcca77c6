"""Manager indicators and tiers of 2 million customers × 24 months, ours against hand-written DuckDB SQL.

Both read the same Parquet, use the same memory and give the same rows; the run fails if they do not.
"""

import tempfile
from decimal import Decimal
from pathlib import Path

from bench.house import measured

CUSTOMERS, MONTHS, MANAGERS, THREADS, MEMORY_MB = 2_000_000, 24, 2_000, 2, 6_000
BANDS = ((None, 500), (500, 3_000), (3_000, 10_000), (10_000, None))
MEASURES = (
    "revenue", "cost", "lines", "uncosted", "order_days", "active_months", "blind_months", "new", "silent", "lost",
    "year_before", "period_before", "last_3", "last_12", "core_revenue", "core_margin", "active", "categories",
)  # fmt: skip


def write_world(folder: Path) -> None:
    """Monthly bills, one category each, and who served whom, with a third of the customers changing hands."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute(
        "COPY (SELECT c AS customer_id, (hash(c) % 40)::BIGINT AS category_id, last_day(DATE '2024-11-01' + "
        "to_months(m::INT)) AS \"on\", 'month' AS grain, (hash(c * 31 + m) % 900000)::BIGINT + 1 AS revenue_cents, "
        "1::DECIMAL(18,3) AS quantity, '户' AS unit, (hash(c * 31 + m) % 500000)::BIGINT AS cost_cents, "
        f"'bills' AS source FROM range({MONTHS}) t(m), range({CUSTOMERS}) u(c) WHERE hash(c * 7 + m) % 10 > 0) "
        f"TO '{folder / 'sales.parquet'}' (FORMAT parquet)"
    ).fetchall()
    con.execute(
        f"COPY (SELECT c AS customer_id, (hash(c) % {MANAGERS})::BIGINT AS person_id, 'primary' AS role, "
        "DATE '2020-01-01' AS starts_on, CASE WHEN c % 3 = 0 THEN DATE '2026-03-10' ELSE DATE '9999-12-31' END "
        f"AS ends_before FROM range({CUSTOMERS}) u(c) UNION ALL SELECT c, (hash(c + 1) % {MANAGERS})::BIGINT, "
        f"'primary', DATE '2026-03-10', DATE '9999-12-31' FROM range({CUSTOMERS}) u(c) WHERE c % 3 = 0) "
        f"TO '{folder / 'assignments.parquet'}' (FORMAT parquet)"
    ).fetchall()
    con.close()


HAND_WRITTEN = """
WITH base AS (
    SELECT customer_id, year("on") * 12 + month("on") - 1 AS m, sum(revenue_cents) AS revenue,
        sum(cost_cents) AS cost, count(*) AS lines, count(*) FILTER (cost_cents IS NULL) AS uncosted,
        count(*) FILTER (revenue_cents > 0) AS ordered, max("on") FILTER (revenue_cents > 0) AS last_on
    FROM read_parquet('{sales}') GROUP BY ALL
), lives AS (
    SELECT customer_id, DATE '2026-10-31' - max(last_on) AS since,
        max(m) FILTER (ordered > 0 AND m < 24321) AS paid_before, max(m) FILTER (ordered > 0) AS paid_last
    FROM base GROUP BY 1
), parts AS (
    SELECT customer_id, m, CASE WHEN m = 24321 THEN revenue ELSE 0 END AS revenue,
        CASE WHEN m = 24321 THEN cost ELSE 0 END AS cost, CASE WHEN m = 24321 THEN lines ELSE 0 END AS lines,
        CASE WHEN m = 24321 THEN uncosted ELSE 0 END AS uncosted,
        CASE WHEN m = 24321 THEN 1 ELSE 0 END AS active_months,
        CASE WHEN m = 24321 AND ordered > 0 THEN 1 ELSE 0 END AS blind_months, 0 AS is_new, 0 AS silent, 0 AS lost,
        0 AS year_before, 0 AS period_before, CASE WHEN m > 24318 THEN revenue ELSE 0 END AS last_3,
        revenue AS last_12
    FROM base WHERE m > 24309
    UNION ALL
    SELECT customer_id, 24321, 0, 0, 0, 0, 0, 0, 0, 0, 0, CASE WHEN m = 24309 THEN revenue ELSE 0 END,
        CASE WHEN m = 24320 THEN revenue ELSE 0 END, 0, 0
    FROM base WHERE m IN (24309, 24320)
    UNION ALL
    SELECT customer_id, 24321, 0, 0, 0, 0, 0, 0,
        CASE WHEN paid_last = 24321 AND (paid_before IS NULL OR paid_before < 24321 - 24) THEN 1 ELSE 0 END,
        CASE WHEN since >= 45 AND since < 90 THEN 1 ELSE 0 END,
        CASE WHEN since >= 90 AND since < 121 THEN 1 ELSE 0 END, 0, 0, 0, 0
    FROM lives
), held AS (
    SELECT a.person_id AS holder_id, p.customer_id, sum(revenue) AS revenue, sum(cost) AS cost, sum(lines) AS lines,
        sum(uncosted) AS uncosted, sum(active_months) AS active_months, sum(blind_months) AS blind_months,
        sum(is_new) AS is_new, sum(silent) AS silent, sum(lost) AS lost, sum(year_before) AS year_before,
        sum(period_before) AS period_before, sum(last_3) AS last_3, sum(last_12) AS last_12
    FROM parts p JOIN read_parquet('{assignments}') a ON a.customer_id = p.customer_id AND a.role = 'primary'
        AND a.starts_on <= last_day(make_date((m // 12)::INT, (m % 12 + 1)::INT, 1))
        AND a.ends_before > last_day(make_date((m // 12)::INT, (m % 12 + 1)::INT, 1))
    GROUP BY ALL
), ranked AS (
    SELECT *, count(*) FILTER (lines > 0) OVER (PARTITION BY holder_id) AS total,
        row_number() OVER (PARTITION BY holder_id ORDER BY lines > 0 DESC, revenue DESC, customer_id) AS place,
        row_number() OVER (PARTITION BY holder_id ORDER BY lines > 0 DESC, revenue - cost DESC, customer_id) AS place_2
    FROM held
), bought AS (
    SELECT a.person_id AS holder_id, count(DISTINCT (s.customer_id, s.category_id)) AS categories
    FROM read_parquet('{sales}') s JOIN read_parquet('{assignments}') a ON a.customer_id = s.customer_id
        AND a.role = 'primary' AND a.starts_on <= s."on" AND a.ends_before > s."on"
    WHERE s."on" = DATE '2026-10-31' GROUP BY 1
)
SELECT holder_id, sum(revenue) AS revenue, sum(cost) AS cost, sum(lines) AS lines, sum(uncosted) AS uncosted,
    0 AS order_days, sum(active_months) AS active_months, sum(blind_months) AS blind_months, sum(is_new) AS new,
    sum(silent) AS silent, sum(lost) AS lost, sum(year_before) AS year_before,
    sum(period_before) AS period_before, sum(last_3) AS last_3, sum(last_12) AS last_12,
    coalesce(sum(revenue) FILTER (lines > 0 AND (place - 1) * 5 < total), 0) AS core_revenue,
    coalesce(sum(revenue - cost) FILTER (lines > 0 AND (place_2 - 1) * 5 < total), 0) AS core_margin,
    count(*) FILTER (lines > 0) AS active, any_value(categories) AS categories
FROM ranked LEFT JOIN bought USING (holder_id) GROUP BY holder_id
"""


def run() -> None:
    """Print both costs and the ratio, for manager indicators and for tiers."""
    folder = Path(tempfile.mkdtemp(prefix="qiao-bench-"))
    write_world(folder)
    rows = (folder / "sales.parquet").stat().st_size
    print(f"{CUSTOMERS:,} customers × {MONTHS} months, {rows / 1e6:,.0f} MB of Parquet, {THREADS} threads")
    _managers(folder)
    _tiers(folder)


def _connect(folder: Path):
    from qiao.ledger.lake import Bounds, connect

    return connect(Bounds(memory_mb=MEMORY_MB, threads=THREADS), spill=folder)


def _managers(folder: Path) -> None:
    from qiao.kernel.period import Month
    from qiao.ledger.core.activity import ActivityRule
    from qiao.ledger.core.calendar import list_windows
    from qiao.ledger.indicators import DuckEngine, Sources, Task, given
    from qiao.ledger.indicators.plan import Shape, make_plan
    from qiao.ledger.indicators.run import load_inputs
    from qiao.ledger.lake import rows

    shape = Shape(
        several=False, merged=False, receivables=False, payments=False, by_day=False, mixed_units=False
    )
    plan = make_plan("duckdb", shape)  # compiled once a process
    rule = ActivityRule(45, 90, 24, 90, Decimal("0.2"))
    sources = Sources(
        [folder / "sales.parquet"],
        [],
        [],
        [],
        [],
        [folder / "assignments.parquet"],
        [],
        {"bills": 1},
        by_day=False,
    )
    task = Task(Month(2026, 10), rule, sources, folder / "unused.parquet")
    windows = list_windows(task.until)
    wanted = {"base", "lives", "successors", "bought", "bought_now", "people"}
    with measured() as ours:
        engine = DuckEngine(_connect(folder))
        assert load_inputs(engine, task, windows[-1]) == shape
        engine.load("months", given.state_months(windows[0], rule))
        engine.load("this_window", given.state_window(windows[0]))
        for step in (*plan.once, *plan.window):
            if step.name in wanted:
                engine.keep(step.name, step.sql)
        found = engine.fetch(plan.people.sql, plan.people.columns)
        engine.con.close()
    sql = HAND_WRITTEN.format(sales=folder / "sales.parquet", assignments=folder / "assignments.parquet")
    with measured() as hand:
        con = _connect(folder)
        expected = rows(con, sql)
        con.close()
    _compare(found, expected)
    print(f"manager indicators, {len(found):,} managers: {ours.wall:.1f} s, CPU {ours.cpu:.1f} s")
    print(f"hand-written SQL of the same measures: {hand.wall:.1f} s, CPU {hand.cpu:.1f} s")
    print(f"ratio: {ours.wall / hand.wall:.2f} x wall, {ours.cpu / hand.cpu:.2f} x CPU (aim <= 1.2)")


def _compare(found: list[dict], expected: list[tuple]) -> None:
    ours = {row["holder_id"]: tuple(int(row[name]) for name in MEASURES) for row in found}
    names = ("holder_id", *MEASURES)
    theirs = {
        row[0]: tuple(int(dict(zip(names, row, strict=True))[name] or 0) for name in MEASURES)
        for row in expected
    }
    assert ours == theirs, "the two do not agree"


def _tiers(folder: Path) -> None:
    """The monthly mean of the last 12 months by a table of thresholds, counted by tier."""
    import ibis

    from qiao.kernel.period import Month
    from qiao.ledger.indicators import BandRow, assign_bands, compile_sql, spend
    from qiao.ledger.lake import one, rows

    table = [
        BandRow(str(n), Decimal(low) if low else None, True, Decimal(high) if high else None, False)
        for n, (low, high) in enumerate(BANDS)
    ]
    spent = ibis.table(
        {"customer_id": "int64", "cents": "int64", "months_since_first": "int64"}, name="spent"
    )
    counts = spent.mutate(tier=assign_bands(spent.cents, 12, table)).group_by("tier").agg(n=ibis._.count())
    sql = compile_sql(counts.order_by("tier"), "duckdb")
    with measured() as ours:
        con = _connect(folder)
        arrow = spend.customer_spend(con, [folder / "sales.parquet"], {"bills": 1}, Month(2026, 10), 12)
        con.register("spent", arrow)
        found = rows(con, sql)
        con.close()
    cases = " ".join(
        f"WHEN cents >= {low or -(10**9)} * 1200 AND cents < {high or 10**9} * 1200 THEN '{n}'"
        for n, (low, high) in enumerate(BANDS)
    )
    with measured() as hand:
        con = _connect(folder)
        con.execute(
            "CREATE TABLE spent AS SELECT customer_id, coalesce(sum(revenue_cents) FILTER (\"on\" > DATE '2025-10-31'), 0)"
            "::BIGINT AS cents, datediff('month', min(\"on\") FILTER (revenue_cents > 0), DATE '2026-10-31') + 1 AS since "
            f"FROM read_parquet('{folder / 'sales.parquet'}') GROUP BY 1 ORDER BY 1"
        ).fetchall()
        expected = rows(con, f"SELECT CASE {cases} END AS tier, count(*) FROM spent GROUP BY 1 ORDER BY 1")
        assert one(con, "SELECT count(*) FROM spent")[0] == arrow.num_rows
        con.close()
    assert found == expected, (found, expected)
    print(
        f"tiers of {arrow.num_rows:,} customers by threshold table: {ours.wall:.1f} s, CPU {ours.cpu:.1f} s"
    )
    print(f"hand-written SQL: {hand.wall:.1f} s, CPU {hand.cpu:.1f} s")
    print(f"ratio: {ours.wall / hand.wall:.2f} x wall, {ours.cpu / hand.cpu:.2f} x CPU (aim <= 1.2)")
