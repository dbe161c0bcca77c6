"""The same expressions on Spark give the same figures. Needs the extra ``qiao[spark]`` and Java."""

import random
import shutil
from datetime import date, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from qiao.kernel.period import Month
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.indicators import DuckEngine, SparkEngine, Task, compute
from qiao.ledger.lake import connect
from tests.property.ledger.reference import Line, World
from tests.property.ledger.worlds import CUSTOMERS, FAR, PARENTS, START, UNTIL, write_world

pyspark_sql = pytest.importorskip("pyspark.sql", reason="the extra qiao[spark] is not installed")
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore"),  # Spark's own
]


@pytest.fixture(scope="module")
def spark():
    builder = pyspark_sql.SparkSession.builder.master("local[1]").appName("qiao-test")
    for key, value in {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.shuffle.partitions": "1",
        # Tiny data: compiling Java for each query would take minutes, interpreting it takes none.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def make_world(seed: int) -> World:
    """A small enterprise with every case: refunds, two grains, gaps, moves, a merged customer."""
    draw = random.Random(seed)
    days = (UNTIL.last_day - START).days

    def line() -> Line:
        source = draw.choice(["bills", "bills_2", "orders"])
        on = START + timedelta(days=draw.randint(0, days))
        day = source == "orders"
        return Line(
            customer=draw.choice(list(CUSTOMERS)),
            on=on if day else Month.containing(on).last_day,
            grain="day" if day else "month",
            revenue=draw.randint(-500, 2000),
            cost=draw.choice([None, draw.randint(0, 900)]),
            quantity=draw.choice([None, draw.randint(-3, 9)]),
            unit=draw.choice(["条", "箱", None]),
            category=draw.choice([1, 2, 3, None]),
            source=source,
        )

    moved = START + timedelta(days=days // 2)
    return World(
        lines=[line() for _ in range(150)],
        ranks={"bills": 1, "bills_2": 1, "orders": 2},
        owed=[(1, UNTIL.last_day, 900, 300), (2, UNTIL.last_day, 50, None)],
        paid=[(1, UNTIL.last_day, 70), (3, START, 20)],
        places={1: "街1号", 2: "街1号", 3: None, 4: "街2号", 5: "街2号"},
        canonical={6: 1},
        primaries=[(c, 71 + c % 2, date(2000, 1, 1), moved) for c in CUSTOMERS]
        + [(c, 72, moved, FAR) for c in (1, 2, 4)],
        homes=[(c, 3 + c % 3, date(2000, 1, 1), FAR) for c in CUSTOMERS],
        parents=PARENTS,
    )


def comparable(rows: dict[int, dict]) -> dict[int, dict]:
    return {holder: {name: value for name, value in row.items() if value} for holder, row in rows.items()}


def test_spark_gives_the_same_measures_as_duckdb(spark, tmp_path):
    rule = ActivityRule(45, 90, 24, 90, Decimal("0.34"))
    sources = write_world(make_world(7), tmp_path)
    tasks = [Task(UNTIL, rule, sources, tmp_path / f"{name}.parquet") for name in ("duckdb", "spark")]
    con = connect()
    duckdb_sums = compute(DuckEngine(con), tasks[0])
    con.close()
    spark_sums = compute(SparkEngine(spark), tasks[1])
    for ours, theirs in zip(duckdb_sums, spark_sums, strict=True):
        assert comparable(theirs.people) == comparable(ours.people)
        assert comparable(theirs.units) == comparable(ours.units)
    wide = [pq.read_table(task.customers_file).to_pylist() for task in tasks]
    assert wide[0]
    assert wide[1] == wide[0]
