"""The engine equals plain loops on small random enterprises, for every measure, holder and window."""

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings

from qiao.ledger.core.calendar import list_windows
from qiao.ledger.core.catalogue import MEASURES
from qiao.ledger.indicators import DuckEngine, Task, compute
from qiao.ledger.lake import Bounds, connect
from tests.property.ledger.reference import measure
from tests.property.ledger.worlds import RULES, UNTIL, World, worlds, write_world

COMPARED = [*MEASURES, "units"]


def shown(rows: dict[int, dict]) -> dict[int, dict]:
    """Holders with anything at all, measures that are not 0; of units it matters only whether there are several."""
    rows = {h: {**r, "units": int(r.get("units", 0) > 1)} for h, r in rows.items()}
    found = {h: {n: int(v) for n, v in r.items() if n in COMPARED and v} for h, r in rows.items()}
    return {h: r for h, r in found.items() if r}


def check(engine, world: World, rule, folder) -> None:
    task = Task(UNTIL, rule, write_world(world, folder), folder / "customers-out.parquet")
    found = compute(engine, task)
    assert [sums.window for sums in found] == list(list_windows(UNTIL))
    wide = pq.read_table(task.customers_file).to_pylist()
    for sums in found:
        for level in ("people", "units"):
            expected = shown(measure(world, sums.window, rule, level))
            assert shown(getattr(sums, level)) == expected, (level, sums.window)
        mine = {row["customer_id"]: row for row in wide if row["window"] == sums.window.kind}
        expected = shown(measure(world, sums.window, rule, "customers"))
        for customer, row in expected.items():
            for name in ("core_revenue", "core_margin", "units"):
                row.pop(name, None)
            assert {n: int(mine[customer][n]) for n in row} == row, (customer, sums.window)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), rule=RULES)
def test_every_measure_equals_plain_loops(tmp_path_factory, world, rule):
    con = connect(Bounds(memory_mb=500, threads=1))
    check(DuckEngine(con), world, rule, tmp_path_factory.mktemp("world"))
    con.close()
