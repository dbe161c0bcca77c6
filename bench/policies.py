"""Ten components for 100,000 people over twelve months: the fast engine against the reference engine on the same policy.

The reference works out one person in a hundred, and every result row of those is compared; its time for all is that of the
sample, scaled. CPU seconds of this process; facts are made before the clock starts.
"""

import resource
import time
from decimal import Decimal
from random import Random

from qiao.engines.policy.engine import Engine
from qiao.engines.policy.fast import FastEngine
from qiao.engines.policy.inputs import PersonRow, Scenario
from qiao.engines.policy.periods import Period
from qiao.engines.policy.reading import read_policy

PEOPLE, SAMPLE = 100_000, 1_000
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]
POLICY = {
    "policy": "bench",
    "shown": "0.01 half_up",
    "measures": {"sales": "yuan", "plan": "yuan", "margin": "share", "score": {"unit": "score"}},
    "parameters": {
        "base": {"unit": "yuan", "rows": [{"value": "3000", "grade": "A"}, {"value": "4000", "grade": "B"}]},
        "rate": {"unit": "share", "rows": [{"value": "2%"}, {"value": "2.5%", "starts_on": "2024-07-01"}]},
    },
    "tables": {
        "tiers": {
            "reading": "marginal",
            "unit": "share",
            "below": "0",
            "axes": [{"unit": "yuan", "from": ["0", "20000", "60000"]}],
            "values": ["1%", "2%", "4%"],
        },
        "factor": {
            "axes": [{"unit": "share", "from": ["0", "70%", "100%"]}],
            "values": ["0.4", "0.9", "1.1"],
        },
    },
    "items": {
        "completion": "IF(plan > 0, sales / plan, 0)",
        "to_date": {"sum": "sales", "over": "periods", "window": "year to date"},
        "commission": {"value": "APPLY(tiers, sales)", "round": "0.01 half_up"},
        "performance": {"value": "base * LOOKUP(factor, completion) * score / 100", "round": "0.01 half_up"},
        "over": {
            "value": "(sales - plan) * rate",
            "gates": [{"if": "margin < 33%", "then": "0"}],
            "at_least": "0",
            "round": "0.01",
        },
        "quarter_mean": {"mean": "score", "over": "periods", "window": "last 3"},
        "assessment": {
            "weigh": {
                "parts": [{"value": "score", "weight": "60%"}, {"value": "completion * 100", "weight": "40%"}]
            }
        },
        "poor_run": {"value": "IF(score < 60, PREVIOUS(poor_run) + 1, 0)", "start": "0"},
        "advance": {"value": "CLAMP(base * 40%, 500, 2000)", "round": "1 down"},
        "pay": {
            "value": "base + commission + performance + over - advance - IF(poor_run >= 2, 200, 0)",
            "round": "0.01",
        },
    },
}


def make_scenario(people: int) -> Scenario:
    """Facts of so many people over twelve months, always the same."""
    random = Random(7)
    rows = tuple(PersonRow(f"p{n:06d}", grade="AB"[n % 2]) for n in range(people))
    measures = {}
    for row in rows:
        for month in MONTHS:
            sales = Decimal(random.randrange(0, 9_000_000)) / 100
            for name, value in (
                ("sales", sales),
                ("plan", Decimal(random.randrange(1_000_000, 6_000_000)) / 100),
                ("margin", Decimal(random.randrange(2_000, 5_000)) / 10_000),
                ("score", Decimal(random.randrange(400, 1_000)) / 10),
            ):
                measures[(name, None, row.person, month, None)] = value
    periods = tuple(Period(month) for month in MONTHS)
    return Scenario("bench", rows, {}, (), measures, {}, periods, tuple(MONTHS))


def run() -> None:
    """Print CPU seconds of both engines, rows a second, memory, and that the sample's rows are equal."""
    policy = read_policy(POLICY)
    small, whole = make_scenario(SAMPLE), make_scenario(PEOPLE)
    before = _megabytes()

    started = time.process_time()
    slow_rows = Engine(policy, small).run()
    slow = (time.process_time() - started) * PEOPLE / SAMPLE

    started = time.process_time()
    engine = FastEngine(policy, whole)
    fast_rows = engine.run()
    fast = time.process_time() - started

    wanted = {(row.person, row.period, row.item): row.value for row in slow_rows}
    found = {
        (row.person, row.period, row.item): row.value for row in fast_rows if row.person < f"p{SAMPLE:06d}"
    }
    assert found == wanted, "the engines differ"
    assert not engine.by_reference
    values = PEOPLE * len(MONTHS) * len(policy.items)
    print(f"{values:,} values, {len(fast_rows):,} rows")
    print(f"reference  {slow:8.1f} s (scaled from {SAMPLE:,} people)")
    print(f"fast       {fast:8.1f} s  {values / fast:,.0f} values a second  ×{slow / fast:.0f}")
    print(f"rows of {SAMPLE:,} people equal: {len(wanted):,}; +{_megabytes() - before:,.0f} MB at the peak")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
