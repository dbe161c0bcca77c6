"""Small random enterprises, and the files an engine reads them from."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from qiao.kernel.period import Month
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.indicators import Sources
from tests.property.ledger.reference import Line, World

FAR = date(9999, 12, 31)
START = date(2019, 6, 1)
UNTIL = Month(2021, 5)
PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2}
CUSTOMERS = range(1, 7)

days = st.integers(0, (UNTIL.last_day - START).days).map(lambda n: START + timedelta(days=n))
customers = st.sampled_from(list(CUSTOMERS))


@st.composite
def draw_lines(draw) -> Line:
    source = draw(st.sampled_from(["bills", "bills_2", "orders"]))
    on = draw(days)
    day = source == "orders"
    return Line(
        customer=draw(customers),
        on=on if day else Month.containing(on).last_day,
        grain="day" if day else "month",
        revenue=draw(st.integers(-500, 2_000)),
        cost=draw(st.one_of(st.none(), st.integers(0, 900))),
        quantity=draw(st.one_of(st.none(), st.integers(-3, 9))),
        unit=draw(st.sampled_from(["条", "条", "箱", None])),
        category=draw(st.sampled_from([1, 2, 3, None])),
        source=source,
    )


def spans(holders: list[int]):
    """Holders of one customer, one after another, with a gap now and then."""

    @st.composite
    def build(draw) -> list[tuple[int, date, date]]:
        cuts = sorted(set(draw(st.lists(days, max_size=3))))
        edges = [date(2000, 1, 1), *cuts, FAR]
        found = []
        for start, end in pairwise(edges):
            holder = draw(st.sampled_from([*holders, None]))
            if holder is not None:
                found.append((holder, start, end))
        return found

    return build()


@st.composite
def worlds(draw) -> World:
    canonical = draw(st.sampled_from([{}, {6: 1}]))
    return World(
        lines=draw(st.lists(draw_lines(), min_size=1, max_size=40)),
        ranks=draw(
            st.sampled_from(
                [{"bills": 1, "bills_2": 1, "orders": 2}, {"bills": 3, "bills_2": 2, "orders": 1}]
            )
        ),
        owed=draw(
            st.lists(
                st.tuples(
                    customers, st.just(UNTIL.last_day), st.integers(0, 99), st.one_of(st.none(), st.just(5))
                ),
                max_size=4,
            )
        ),
        paid=draw(st.lists(st.tuples(customers, days, st.integers(-9, 99)), max_size=4)),
        places={c: draw(st.sampled_from(["街1号", "街2号", None])) for c in CUSTOMERS if c not in canonical},
        canonical=canonical,
        primaries=[(c, *span) for c in CUSTOMERS for span in draw(spans([71, 72]))],
        homes=[(c, *span) for c in CUSTOMERS for span in draw(spans([3, 4, 5]))],
        parents=PARENTS,
    )


RULES = st.builds(
    ActivityRule,
    silent_days=st.sampled_from([20, 45]),
    lost_days=st.sampled_from([60, 90]),
    new_after_months=st.sampled_from([6, 24]),
    same_place_days=st.sampled_from([0, 30, 90]),
    core_share=st.sampled_from(["0.2", "0.34", "0.5"]).map(Decimal),
)


def write_world(world: World, folder: Path) -> Sources:
    """Files as the lake and a run's dimensions hold them."""

    def put(name: str, rows: list[tuple], **columns: pa.DataType) -> Path:
        path = folder / f"{name}.parquet"
        arrays = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(columns.values())]
        pq.write_table(pa.table(arrays, names=list(columns)), path)
        return path

    whole, text, day = pa.int64(), pa.string(), pa.date32()
    sales = put(
        "sales",
        [
            (x.customer, x.category, x.on, x.grain, x.revenue, x.quantity, x.unit, x.cost, x.source, None)
            for x in world.lines
        ],
        customer_id=whole,
        category_id=whole,
        on=day,
        grain=text,
        revenue_cents=whole,
        quantity=pa.decimal128(18, 3),
        unit=text,
        cost_cents=whole,
        source=text,
        product_id=whole,
    )
    span = {"starts_on": day, "ends_before": day}
    known = [(c, world.who(c), world.places.get(c)) for c in CUSTOMERS]
    placements = [
        (month.year * 12 + month.month - 1, unit, above)
        for month in Month.range(UNTIL - 30, UNTIL)
        for unit in world.parents
        for above in _above(world, unit)
    ]
    primaries = [(c, p, "primary", start, end) for c, p, start, end in world.primaries]
    deputies = [(c, 99, "deputy", date(2000, 1, 1), FAR) for c in CUSTOMERS]  # must never count
    return Sources(
        sales=[sales],
        receivables=[
            put("owed", world.owed, customer_id=whole, on=day, amount_cents=whole, overdue_30_cents=whole)
        ],
        payments=[put("paid", world.paid, customer_id=whole, on=day, amount_cents=whole)],
        customers=[put("customers", known, customer_id=whole, canonical_id=whole, place=text)],
        homes=[put("homes", world.homes, customer_id=whole, unit_id=whole, **span)],
        assignments=[
            put("assignments", primaries + deputies, customer_id=whole, person_id=whole, role=text, **span)
        ],
        placements=[put("placements", placements, m=whole, unit_id=whole, ancestor_id=whole)],
        ranks=world.ranks,
        merged=bool(world.canonical),
    )


def _above(world: World, unit: int | None) -> list[int]:
    found = []
    while unit is not None:
        found.append(unit)
        unit = world.parents[unit]
    return found
