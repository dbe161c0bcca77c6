"""What analysis adds up equals plain loops on random enterprises: for managers, units at any level and customers."""

from datetime import date
from fractions import Fraction

import pyarrow as pa
from hypothesis import HealthCheck, given, settings

from qiao.ledger.core.calendar import list_windows
from qiao.ledger.core.catalogue import MEASURES
from qiao.ledger.indicators import DuckEngine, Task
from qiao.ledger.indicators.cube import ATTRIBUTES, CubeFiles, build_cube
from qiao.ledger.lake import Bounds, connect
from qiao.ledger.queries.pivoting import Asked, Pivot, Reach
from tests.property.ledger.reference import measure
from tests.property.ledger.test_indicators import shown
from tests.property.ledger.worlds import CUSTOMERS, RULES, UNTIL, worlds, write_world

TIERS = {1: "A", 2: "A", 3: "B", 4: "B", 5: None, 6: "B"}
EVERYTHING = Reach(everything=True)


def build(world, rule, folder) -> CubeFiles:
    files = CubeFiles(folder / "cube.parquet", folder / "mix.parquet")
    traits = [
        {"customer_id": c, "tier": TIERS[c], "segment": None, "industry": None, "stage": None, "core": None}
        for c in CUSTOMERS
    ]
    con = connect(Bounds(memory_mb=500, threads=1))
    table = pa.Table.from_pylist(traits, schema=ATTRIBUTES.to_pyarrow())
    build_cube(DuckEngine(con), Task(UNTIL, rule, write_world(world, folder), files.cube), table, files)
    con.close()
    return files


def add_up(files, window, rule, dimensions, filters=None, reach=EVERYTHING, of_lines=False, measures=None):
    core = Fraction(rule.core_share)
    path = files.mix if of_lines else files.cube
    period = str(window.period)
    names = measures or frozenset({*MEASURES, "units"} - {"customers"})
    asked = Asked([(path, period, period)], window.kind, of_lines, dimensions, filters or {}, names,
                  (core.numerator, core.denominator))  # fmt: skip
    con = connect(Bounds(memory_mb=500, threads=1))
    try:
        found = Pivot(con, asked, reach).add_up([dimensions])[dimensions]
    finally:
        con.close()
    return {key[0] if key else None: sums for key, sums in found.items()}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), rule=RULES)
def test_every_measure_equals_plain_loops(tmp_path_factory, world, rule):
    files = build(world, rule, tmp_path_factory.mktemp("cube"))
    for window in list_windows(UNTIL):
        people = add_up(files, window, rule, ("manager",))
        people.pop(None, None)
        assert shown(people) == shown(measure(world, window, rule, "people"))
        units = measure(world, window, rule, "units")
        levels = add_up(files, window, rule, ("unit1",)) | add_up(files, window, rule, ("unit2",))
        levels |= add_up(files, window, rule, ("unit3",))
        levels.pop(None, None)
        assert shown(levels) == shown(units)
        for unit in world.parents:
            within = add_up(files, window, rule, (), {"within": [str(unit)]})
            assert shown({unit: within.get(None, {})}) == shown({unit: units.get(unit, {})})
        mine = shown(add_up(files, window, rule, ("customer",)))
        for customer, row in shown(measure(world, window, rule, "customers")).items():
            assert mine[customer] == row


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), rule=RULES)
def test_reach_shows_the_months_of_ones_units_and_the_customers_one_serves(tmp_path_factory, world, rule):
    files = build(world, rule, tmp_path_factory.mktemp("cube"))
    for window in list_windows(UNTIL):
        units = measure(world, window, rule, "units")
        people = measure(world, window, rule, "people")
        customers = measure(world, window, rule, "customers")
        for unit in world.parents:
            reach = Reach(unit_ids=frozenset(_below(world, unit)))
            found = add_up(files, window, rule, (), reach=reach)
            assert shown({unit: found.get(None, {})}) == shown({unit: units.get(unit, {})})
        found = add_up(files, window, rule, (), reach=Reach(person_ids=frozenset({71})))
        assert shown({71: found.get(None, {})}) == shown({71: people.get(71, {})})
        found = add_up(files, window, rule, (), reach=Reach(customer_ids=frozenset({1})))
        assert shown({1: found.get(None, {})}) == shown({1: customers.get(1, {})})
        assert not shown({0: add_up(files, window, rule, (), reach=Reach()).get(None, {})})


def _below(world, unit):
    return [u for u in world.parents if unit in _chain(world, u)]


def _chain(world, unit):
    found = []
    while unit is not None:
        found.append(unit)
        unit = world.parents[unit]
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), rule=RULES)
def test_categories_and_tiers_add_up_to_the_whole(tmp_path_factory, world, rule):
    files = build(world, rule, tmp_path_factory.mktemp("cube"))
    window = list_windows(UNTIL)[0]
    names = frozenset({"revenue", "cost", "quantity", "lines", "uncosted", "unmeasured"})
    whole = add_up(files, window, rule, (), measures=names).get(None, {})
    by_category = add_up(files, window, rule, ("category",), of_lines=True, measures=names | {"active"})
    for name in names:
        total = sum(int(row[name] or 0) for row in by_category.values())
        assert total == int(whole.get(name) or 0), name
    bought = {}
    best = {}
    lines = [x for x in world.lines if x.month == UNTIL]
    for x in lines:
        key = world.who(x.customer)
        best[key] = min(best.get(key, 99), world.ranks[x.source])
    for x in lines:
        if world.ranks[x.source] == best[world.who(x.customer)]:
            bought.setdefault(x.category, set()).add(world.who(x.customer))
    assert {k: row["active"] for k, row in by_category.items()} == {k: len(v) for k, v in bought.items()}
    by_tier = add_up(files, window, rule, ("tier",), measures=names)
    assert sum(int(row["revenue"]) for row in by_tier.values()) == int(whole.get("revenue") or 0)
    assert window.until.last_day > date(2021, 5, 1)
