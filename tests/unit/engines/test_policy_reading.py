"""Bad policies and bad facts: every fault is named with its place, nothing is guessed."""

import copy
from datetime import date

import pytest

from qiao.engines.policy.engine import Engine
from qiao.engines.policy.inputs import from_sheets, read_scenarios
from qiao.engines.policy.reading import find_problems, read_policy
from qiao.kernel.errors import BadInput

GOOD = {
    "policy": "p",
    "measures": {"sales": "yuan", "score": {"unit": "score", "title": {"zh": "得分", "en": "score reached"}}},
    "parameters": {"rate": {"unit": "share", "value": "6%"}},
    "tables": {"t": {"axes": [{"from": ["0", "10"]}], "values": ["1", "2"]}},
    "items": {"pay": "sales * rate", "double": "pay * 2"},
}


def changed(**items):
    tree = copy.deepcopy(GOOD)
    tree["items"].update(items)
    return tree


def problems(tree):
    return [str(problem) for problem in find_problems(tree)]


def test_the_good_policy_is_good():
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ({"x": "salse * 2"}, "items.x.value: character 1: there is no figure “salse”; did you mean “sales”?"),
        ({"x": "sales + score"}, "items.x.value: character 7: yuan and 1 cannot be added or compared"),
        ({"x": "LOOKUP(t)"}, "items.x.value: character 1: LOOKUP takes ≥ 2 arguments, not 1"),
        ({"x": "LOOKUP(u, 1)"}, "items.x.value: character 8: there is no table “u”"),
        ({"x": "t + 1"}, "items.x.value: character 1: “t” is a table; use LOOKUP or APPLY"),
        (
            {"x": "VLOOKUP(t, 1)"},
            "items.x.value: character 1: there is no function VLOOKUP; did you mean LOOKUP?",
        ),
        ({"x": {"value": "1", "sum": "2"}}, "an item is worked out in one way"),
        ({"x": {"value": "1", "roud": "0.01"}}, "there is no field “roud”; did you mean “round”?"),
        ({"x": {"value": "1", "round": "0.01 up"}}, "write a step and a way to round"),
        ({"x": {"value": "1", "when": "2"}}, "items.x.when: a yes or no is needed here, this is a number"),
        ({"x": "event.amount"}, "there is no event here"),
        ({"x": {"sum": "sales", "over": "periods", "window": "this year"}}, "“this year” is no window"),
        ({"x": "y", "y": "x"}, "it depends on itself: x → y → x"),
        (
            {"x": {"weigh": {"parts": [{"value": "score", "weight": "99.9%"}]}}},
            "the weights add up to 99.9 %, not 100 %",
        ),
        (
            {"x": {"classes": {"by": "score", "places": [{"class": "A", "share": "1"}]}}},
            "exactly one class is the rest",
        ),
        ({"sales": "1"}, "“sales” is declared twice"),
        ({"person": "1"}, "“person” is a word of the language"),
        ({"x": {"value": "1", "title": "得分"}}, "“得分” also means “score”"),
        (
            {"x": {"value": "sales", "unit": "t"}},
            "items.x.unit: the unit t is declared, the formula gives yuan",
        ),
        ({"x": {"value": '"a"', "round": "0.01"}}, "only a number has limits, steps and rounding"),
        ({"x": "own.sales"}, "inside the aggregate"),
        ({"x": "1" + "+1" * 5000}, "a formula of 10001 characters; at most 4000"),
    ],
)
def test_a_fault_is_named_with_its_place(items, said):
    found = problems(changed(**items))
    assert any(said in problem for problem in found), found


def test_all_faults_are_told_at_once():
    assert len(problems(changed(a="b", c="IF(1,2,3)", d={"value": "1", "kid": "x"}))) == 1
    assert len(problems(changed(a="b", c="IF(1,2,3)"))) == 2


def test_a_policy_that_is_no_mapping_is_refused():
    assert problems(["x"])
    assert problems({"policy": "p", "items": "x"})


def facts(**tables):
    return [{"scenario": "s", **tables}]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            {"measures": [{"measure": "sales", "value": "abc"}]},
            "s · measures · #1 · value: “abc” is no number",
        ),
        ({"measures": [{"measure": "sails", "value": "1"}]}, "no such measure “sails”"),
        ({"measures": [{"measure": "sales", "value": "1"}] * 2}, "stands here twice: this row and row 1"),
        ({"measures": [{"measure": "sales", "value": 0.1}]}, "“0.1” is no number"),
        ({"measures": [{"value": "1"}]}, "“measure” is empty"),
        ({"people": [{"person": "a", "joined_on": "2024-13-01"}]}, "“2024-13-01” is no date"),
        (
            {"people": [{"person": "a", "grade": "x"}, {"person": "a", "grade": "y"}]},
            "two rows for the same days",
        ),
        (
            {"people": [{"person": "a", "starts_on": "2024-02-01", "ends_before": "2024-01-01"}]},
            "ends before it starts",
        ),
        ({"parameters": [{"name": "rate", "value": "x"}]}, "is no number"),
        ({"carried": [{"name": "nothing", "value": "1"}]}, "no carried figure “nothing”"),
        ({"salaries": []}, "there is no table “salaries”"),
        ({"events": [{"evnt": "x"}]}, "there is no column “evnt”"),
        ({"measures": "x"}, "a table is a list of rows"),
    ],
)
def test_bad_facts_are_named_by_scenario_table_row_and_column(tables, said):
    with pytest.raises(BadInput) as refusal:
        read_scenarios(facts(**tables), read_policy(GOOD))
    assert any(said in str(problem) for problem in refusal.value.problems), str(refusal.value)


@pytest.mark.parametrize(
    ("raw", "number"),
    [("1,234.50", "1234.50"), ("85%", "0.85"), ("1/4", "0.25"), (7, "7"), ("-3", "-3"), ("５0％", "0.5")],
)
def test_numbers_are_read_as_people_write_them(raw, number):
    tree = facts(measures=[{"measure": "sales", "value": raw, "person": "a", "period": "p"}])
    [scenario] = read_scenarios(tree, read_policy(GOOD))
    assert [f"{value.normalize():f}" for value in scenario.measures.values()] == [f"{float(number):g}"]


def test_two_parameter_rows_that_claim_the_same_are_an_error_in_the_result():
    tree = copy.deepcopy(GOOD)
    tree["parameters"]["rate"] = {"rows": [{"value": "1", "role": "a"}, {"value": "2", "role": "a"}]}
    policy = read_policy(tree)
    table = {
        "people": [{"person": "x", "role": "a"}],
        "measures": [{"measure": "sales", "value": "5", "person": "x"}],
    }
    rows = Engine(policy, read_scenarios(facts(**table), policy)[0]).run()
    assert {row.value for row in rows} == {"ERROR"}
    assert "claim the same" in str(rows[0].reason)


def test_a_missing_month_is_missing_and_the_months_around_it_stand():
    policy = read_policy(
        changed(ytd={"sum": "sales", "over": "periods", "window": "year to date", "grain": "month"})
    )
    rows = [{"measure": "sales", "value": "5", "person": "x", "period": p} for p in ("2024-01", "2024-03")]
    [scenario] = read_scenarios(facts(measures=rows), policy)
    found = {row.period: row.value for row in Engine(policy, scenario).run() if row.item == "ytd"}
    assert found == {"2024-01": "5", "2024-03": "ERROR"}


def test_a_long_chain_of_months_is_no_deep_recursion():
    policy = read_policy(changed(run={"value": "PREVIOUS(run) + 1", "start": "0", "grain": "month"}))
    periods = [{"period": f"{year}-{month:02d}"} for year in range(2000, 2040) for month in range(1, 13)]
    [scenario] = read_scenarios(facts(people=[{"person": "x"}], periods=periods), policy)
    rows = [row for row in Engine(policy, scenario).run() if row.item == "run"]
    assert rows[-1].value == "480"


def test_a_long_chain_of_items_is_no_deep_recursion():
    chain = {f"i{n}": f"i{n + 1} + 1" for n in range(400)} | {"i400": "0"}
    policy = read_policy(changed(**chain))
    [scenario] = read_scenarios(facts(people=[{"person": "x"}]), policy)
    assert {row.item: row.value for row in Engine(policy, scenario).run()}["i0"] == "400"


def test_sheets_become_scenarios_and_a_heading_used_twice_is_named():
    sheets = {
        "measures": [
            ["scenario", "measure", "value"],
            ["a", "sales", 5],
            [None, None, None],
            ["b", "sales", 6],
        ]
    }
    assert [scenario["scenario"] for scenario in from_sheets(sheets)] == ["a", "b"]
    with pytest.raises(BadInput, match="called “value”"):
        from_sheets({"measures": [["measure", "value", "value"]]})


def test_every_step_of_every_example_can_be_said():
    from qiao.engines.policy.nodes import to_step
    from tests.spec.test_policies import BLOCKS, parse_yaml

    for path in BLOCKS:
        tree = parse_yaml(path.read_text(encoding="utf-8"), path.name)[0]
        policy = read_policy(tree["policy"])
        for scenario in read_scenarios(tree["inputs"], policy):
            for row in Engine(policy, scenario).run():
                assert all(step.label % step.params for step in to_step(row.node, policy.code, 1).walk())


def test_a_sheet_s_faults_name_its_own_rows_and_months_turned_into_dates_are_months():
    day = date(2024, 3, 1)
    rows = [
        ["measure", "value", "person", "period"],
        ["sales", 5, "a", day],
        [None] * 4,
        ["sales", "x", "b", day],
    ]
    with pytest.raises(BadInput, match="main · measures · #4 · value"):
        read_scenarios(from_sheets({"measures": rows}), read_policy(GOOD))
    rows[3][1] = 6
    [scenario] = read_scenarios(from_sheets({"measures": rows}), read_policy(GOOD))
    assert scenario.labels == ("2024-03",)
    rows[3][3] = date(2024, 3, 2)
    [scenario] = read_scenarios(from_sheets({"measures": rows}), read_policy(GOOD))
    assert scenario.labels == ("2024-03-01", "2024-03-02")
