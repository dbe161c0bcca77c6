"""The fast engine gives what the reference engine gives: every value, every reason, on policies nobody thought of."""

import copy
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qiao.engines.policy.engine import Engine
from qiao.engines.policy.fast import FastEngine
from qiao.engines.policy.inputs import read_scenarios
from qiao.engines.policy.reading import find_problems, read_policy

TREE = {
    "policy": "p",
    "measures": {"x": {}, "y": {"missing": "2"}, "z": {}, "w": {"kind": "text", "missing": "?"}},
    "parameters": {
        "rate": {"rows": [{"value": "5%"}, {"value": "7%", "grade": "A"}, {"value": "9%", "person": "p1"}]},
        "late": {"rows": [{"value": "1", "starts_on": "2024-02-01"}]},
    },
    "tables": {
        "bands": {"axes": [{"from": ["0", "10", "50"]}], "values": ["1", "2", "5"]},
        "whole": {"like": "bands", "reading": "whole", "below": "0"},
        "slices": {"like": "bands", "reading": "marginal", "below": "hold"},
        "line": {
            "reading": "linear",
            "rows": [{"at": "0", "value": "0"}, {"at": "30", "value": "10"}],
            "above": "extend",
        },
        "words": {"axes": [{"name": "w", "keys": ["a", "b", "any"]}], "values": ["1", "2", "3"]},
    },
}
NUMBER = st.integers(-20, 120) | st.sampled_from(
    [Decimal("0.5"), Decimal("33.33"), Decimal("0.015"), Decimal("1e-9")]
)
LEAVES = st.sampled_from(
    [
        "x",
        "y",
        "z",
        "rate",
        "late",
        "LOOKUP(words, w)",
        "a",
        "PREVIOUS(a)",
        "PREVIOUS(x, 1, 3)",
        "period.days",
    ]
) | NUMBER.map(lambda number: f"({number})")


def _grown(inner):
    pair = st.tuples(inner, inner)
    truth = st.tuples(inner, st.sampled_from(["<", "<=", "=", "<>", ">"]), inner).map(
        lambda t: f"{t[0]} {t[1]} {t[2]}"
    )
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        pair.map(lambda t: f"MAX({t[0]}, {t[1]})"),
        pair.map(lambda t: f"IFERROR({t[0]}, {t[1]})"),
        pair.map(lambda t: f"IFMISSING({t[0]}, {t[1]})"),
        inner.map(lambda t: f"ROUND({t}, 2)"),
        inner.map(lambda t: f"-({t})"),
        st.tuples(st.sampled_from(["LOOKUP(bands", "APPLY(whole", "APPLY(slices", "LOOKUP(line"]), inner).map(
            lambda t: f"{t[0]}, {t[1]})"
        ),
        pair.map(lambda t: f"APPLYFROM(slices, {t[0]}, {t[1]})"),
        st.tuples(truth, inner, inner).map(lambda t: f"IF({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(truth, truth, inner).map(
            lambda t: f"IFS(AND({t[0]}, GIVEN(x)), 1, OR({t[1]}, {t[0]}), {t[2]})"
        ),
    )


FORMULA = st.recursive(LEAVES, _grown, max_leaves=8)


@st.composite
def items(draw):
    formula = draw(FORMULA)
    block = draw(st.integers(0, 6))
    item = {"value": formula}
    if block == 1:
        window = draw(st.sampled_from(["period", "year to date", "last 2", "back 1", "all", "until now"]))
        function = draw(st.sampled_from(["sum", "mean", "max", "count", "median"]))
        item = {
            function: formula,
            "over": "periods",
            "window": window,
            "current": draw(st.sampled_from(["in", "out"])),
        }
    elif block == 2:
        item = {draw(st.sampled_from(["sum", "mean", "max"])): formula, "over": "people", "where": "y > 1"}
    elif block == 3:
        item = {
            "rank": {
                "by": formula,
                "ties": draw(st.sampled_from(["best", "worst", "mean", "dense", "apart"])),
            }
        }
    elif block == 4:
        item = {"weigh": {"parts": [{"value": formula, "weight": "40%"}, {"value": "y", "weight": "60%"}]}}
    elif block == 5:
        item = {"share": {"pool": "100", "by": formula, "step": "0.01"}}
    if draw(st.booleans()):
        item["gates"] = [
            {"if": f"{draw(FORMULA)} > 5", "then": draw(st.sampled_from(["value * 50%", "0", "y"]))}
        ]
    if draw(st.booleans()):
        item["at_least"], item["at_most"] = "-10", "y * 40"
    if draw(st.booleans()):
        item["round"] = draw(
            st.sampled_from(["0.01 half_up", "1 down", "0.05 half_even", "10 ceiling", "0.1 floor"])
        )
    if draw(st.integers(0, 3)) == 0:
        item["when"] = draw(st.sampled_from(["GIVEN(x)", "y > 0", "x > 0"]))
    return item


@st.composite
def facts(draw):
    people = [f"p{n}" for n in range(draw(st.integers(1, 4)))]
    periods = ["2024-01", "2024-02", "2024-03"]
    rows = []
    for name in ("x", "y", "z"):
        for person in people:
            for period in periods:
                if draw(st.integers(0, 5)):
                    rows.append(
                        {"measure": name, "value": str(draw(NUMBER)), "person": person, "period": period}
                    )
    grades = [{"person": person, "grade": draw(st.sampled_from("AB"))} for person in people]
    words = [{"measure": "w", "value": draw(st.sampled_from("abc")), "person": person} for person in people]
    carried = [{"name": "a", "value": "7", "person": "p0"}] if draw(st.booleans()) else []
    return [{"scenario": "s", "people": grades, "measures": [*rows, *words], "carried": carried}]


def results(engine):
    return [(r.person, r.period, r.item, r.value, str(r.reason)) for r in engine.run()]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(items(), min_size=1, max_size=4), facts())
def test_the_fast_engine_gives_what_the_reference_gives(drawn, tables):
    tree = copy.deepcopy(TREE)
    tree["items"] = {"a": {"value": "x * rate", "start": "1"}} | {
        f"i{n}": item for n, item in enumerate(drawn)
    }
    assume(not find_problems(tree))  # what cannot be checked is not run
    policy = read_policy(tree)
    [scenario] = read_scenarios(tables, policy)
    assert results(FastEngine(policy, scenario)) == results(Engine(policy, scenario))
