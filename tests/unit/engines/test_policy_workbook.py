"""Formulas in Excel's words, the rows of a book, and what is flagged, fixed or left as text. No file is written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qiao.engines.formula.values import as_text
from qiao.engines.policy.engine import Engine
from qiao.engines.policy.inputs import read_scenarios
from qiao.engines.policy.model import RoundTo
from qiao.engines.policy.reading import read_policy
from qiao.engines.policy.workbook import plan_book
from qiao.engines.policy.workbook.parts import Expr, is_near_tie, rounded, text
from qiao.kernel.money import Rounding
from qiao.kernel.text import Text

MEASURES = {
    "x": {"missing": "0"},
    "y": {},
    "name": {"kind": "text", "missing": "甲"},
    "day": {"kind": "date", "missing": "2024-03-05"},
}
FACTS = {
    "people": [
        {"person": "a", "grade": "A", "unit": "东"},
        {"person": "b", "grade": "B", "unit": "东"},
    ],
    "measures": [
        {"measure": "x", "person": "a", "period": "2024-01", "value": "7"},
        {"measure": "x", "person": "b", "period": "2024-01", "value": "3"},
    ],
}


def book_of(items, facts=FACTS, **more):
    policy = read_policy({"policy": "p", "measures": MEASURES, "items": items, **more})
    (scenario,) = read_scenarios([facts], policy)
    engine = Engine(policy, scenario)
    return plan_book(Text("书"), [("s", engine, engine.run())])


def formula_of(value, **more):
    """The live formula of an item, its input cells as x, y, name and day."""
    book = book_of({"out": {"value": value}}, **more)
    found = next(line for line in book.steps if line.title.zh == "out" and line.person in ("a", ""))
    said = found.formula
    for n, line in enumerate(book.facts):
        said = said.replace(f"'事实'!$G${n + 4}", line.title.zh)
    return said


@pytest.mark.parametrize(
    ("policy", "excel"),
    [
        ("x + 2 * y", "x+(2*y)"),
        ("(x + 2) * y", "(x+2)*y"),
        ("-(x ^ 2)", "-(x^2)"),
        ("(-x) ^ 2", "(-x)^2"),
        ("x%", "x/100"),
        ("IF(x > 1, x, 0)", "IF(x>1,x,0)"),
        ("IF(x * 2 > 1, 1, 0)", "IF(ROUND(x*2,9)>1,1,0)"),
        ('IF(name = "甲", 1, 0)', 'IF(EXACT(name,"甲"),1,0)'),
        ("IFS(x > 2, 1, x > 1, 2)", "IF(x>2,1,IF(x>1,2,#VALUE!))"),
        ('SWITCH(name, "甲", 1, 2)', 'IF(EXACT(name,"甲"),1,2)'),
        ("CLAMP(x, 1, 5)", "MIN(MAX(x,1),5)"),
        ("CLAMP(x, 1, y)", "IF(1>y,#VALUE!,MIN(MAX(x,1),y))"),
        ("CLAMP(y, x, 5)", "IF(AND(y=y,x>5),#VALUE!,MIN(MAX(y,x),5))"),
        ("ROUND(x, 2)", "ROUND(x,2)"),
        ("INT(x)", "INT(ROUND(x,9))"),
        ("FLOOR(x, 5)", "ROUND(INT(ROUND(x/5,9))*5,0)"),
        ("ROUNDUP(x, 0)", "ROUNDUP(x,0)"),
        ("MOD(x, 3)", "x-3*INT(ROUND(x/3,9))"),
        ("IFMISSING(y, 1)", "_xlfn.IFNA(y,1)"),
        ("IFERROR(x / y, 1)", "IFERROR(x/y,1)"),
        ("MONTH(EDATE(day, 2))", "MONTH(EDATE(day,TRUNC(2)))"),
        ("WEEKDAY(day)", "WEEKDAY(day,2)"),
        ('DAYCOUNT(day, day, "both")', "day-day+1"),
        ("LEN(name & x)", 'LEN(name&(x&""))'),
        ("SQRT(x)", "IF(x<0,#VALUE!,SQRT(ABS(x)))"),
        ("MAX(x, y, 3)", "MAX(x,y,3)"),
    ],
)
def test_a_formula_in_excels_words(policy, excel):
    assert formula_of(policy) == excel


def test_and_decides_although_a_part_is_missing():
    said = formula_of("IF(AND(x > 1, y > 1), 1, 0)")
    assert said == "IF(IF(OR(IFERROR(NOT(x>1),FALSE),IFERROR(NOT(y>1),FALSE)),FALSE,AND(x>1,y>1)),1,0)"


def test_both_branches_are_live_whatever_the_facts_say():
    book = book_of({"a": {"value": "x * 2"}, "b": {"value": "x * 3"}, "out": {"value": "IF(x > 100, a, b)"}})
    assert {line.title.zh for line in book.steps} == {"a", "b", "out"}
    assert all(line.live for line in book.steps)


def test_a_step_used_twice_is_one_row():
    book = book_of({"a": {"value": "x * 2"}, "out": {"value": "a + a"}, "more": {"value": "a"}})
    rows = [line for line in book.steps if line.title.zh == "a" and line.person == "a"]
    assert len(rows) == 1
    out = next(line for line in book.steps if line.title.zh == "out" and line.person == "a")
    assert out.formula == "$H$4+$H$4"


def test_one_parameter_row_is_one_cell_for_everybody():
    book = book_of({"out": {"value": "x * rate"}}, parameters={"rate": {"value": "0.5"}})
    assert [line.title.zh for line in book.facts].count("rate") == 1
    assert [line.title.zh for line in book.facts].count("x") == 2


def test_a_text_that_looks_like_a_formula_stays_a_text():
    facts = {
        **FACTS,
        "events": [{"event": "=1+1", "kind": "@x", "person": "a", "amount": "5", "period": "2024-01"}],
    }
    book = book_of({"out": {"sum": "event.amount", "over": "events", "where": 'event.kind = "=1+1"'}}, facts)
    kinds = [line for line in book.facts if line.title.zh == "event.kind"]
    assert kinds[0].entered == "@x"
    assert not kinds[0].formula
    element = next(line for line in book.steps if line.event == "=1+1")
    assert '"=1+1"' in element.formula  # inside quotes


def test_quotes_and_long_texts_are_written_so_that_excel_takes_them():
    assert text('a"b').text == '"a""b"'
    long = text("很" * 600)
    assert long.text.count("&") == 2
    assert not long.whole


@pytest.mark.parametrize(
    ("value", "step", "mode", "near"),
    [
        ("2.675", "0.01", Rounding.HALF_UP, True),
        ("2.6750000001", "0.01", Rounding.HALF_UP, True),
        ("2.67500001", "0.01", Rounding.HALF_UP, False),
        ("2.67", "0.01", Rounding.HALF_UP, False),
        ("-2.675", "0.01", Rounding.HALF_EVEN, True),
        ("2.67", "0.01", Rounding.DOWN, False),
        ("2.6699999999999", "0.01", Rounding.DOWN, True),
        ("2.6700000000001", "0.01", Rounding.CEILING, True),
        ("15", "10", Rounding.HALF_UP, True),
        ("14.9", "10", Rounding.HALF_UP, False),
    ],
)
def test_what_is_too_near_a_tie(value, step, mode, near):
    assert is_near_tie(Decimal(value), RoundTo(Decimal(step), mode)) is near


def test_a_tie_is_flagged_up_to_the_result_and_no_further():
    book = book_of(
        {
            "raw": {"value": "x / 2"},
            "a": {"value": "raw", "round": "1 half_up"},
            "b": {"value": "a * 2"},
            "c": {"value": "raw * 2", "round": "1 half_up"},
        }
    )
    near = {(r.item, r.person): r.is_near for r in book.results}
    assert near[("a", "a")]
    assert near[("b", "a")]
    assert not near[("c", "a")]
    assert not near[("raw", "a")]


def test_a_branch_not_taken_flags_nothing():
    book = book_of({"out": {"value": "IF(x > 0, x, ROUND(x / 2, 0))"}})
    assert not any(r.is_near for r in book.results)


@pytest.mark.parametrize("mode", list(Rounding))
def test_every_way_to_round_names_its_number_once_settled(mode):
    found = rounded(Expr("$H$4"), RoundTo(Decimal("0.05"), mode))
    assert "ROUND($H$4/0.05,9)" in found.text
    assert found.exact


def test_what_excel_orders_otherwise_holds_the_engines_value_and_says_so():
    book = book_of({"out": {"rank": {"by": "name"}}})
    fixed = [line for line in book.steps if not line.live]
    assert fixed
    assert all(line.note is not None for line in fixed)
    assert {line.formula for line in fixed} == {"1"}


def test_who_is_looked_up_is_fixed_and_said():
    facts = {**FACTS, "people": [{"person": "a", "leader": "b"}, {"person": "b"}]}
    book = book_of({"out": {"value": "OF(x, IFMISSING(person.leader, person))"}}, facts)
    line = next(line for line in book.steps if line.person == "a")
    assert line.note is not None
    assert "fixed" in line.note.en


def test_a_table_stands_once_with_its_edges_and_owners():
    tables = {"t": {"rows": [{"below": 5, "value": 1}, {"from": 5, "value": 2}]}}
    book = book_of({"a": {"value": "LOOKUP(t, x)"}, "b": {"value": "LOOKUP(t, x + 1)"}}, tables=tables)
    (table,) = book.tables
    (low, high) = table.rows
    assert low[1:6] == [Decimal("-1e300"), 1, Decimal(5), 0, Decimal(1)]
    assert high[1:6] == [Decimal(5), 1, Decimal("1e300"), 1, Decimal(2)]
    hits = [line.engine for line in book.steps if "row hit" in line.title.en]
    assert hits == [2, 1, 2, 1]


def test_a_missing_fact_is_an_input_cell_in_error_with_its_reason():
    book = book_of({"out": {"value": "y + 1"}})
    fact = next(line for line in book.facts if line.title.zh == "y")
    assert "missing" in str(fact.entered)
    assert book.results[0].live == "IF(ISERROR('步骤'!$H$4),#N/A,'步骤'!$H$4)"
    assert book.results[0].reason is not None


def test_elements_stand_together_and_one_left_out_holds_a_dash():
    items = {"out": {"mean": "x", "over": "people", "where": "x > 5"}}
    book = book_of(items)
    elements = [line for line in book.steps if line.sort.en == "element"]
    assert [line.engine for line in elements[:2]] == [7, "–"]
    out = next(line for line in book.steps if line.title.zh == "out")
    assert "AVERAGE($H$4:$H$5)" in out.formula


def test_a_circle_in_a_branch_not_taken_is_cut():
    items = {
        "a": {"value": 'IF(period = "2024-01", 1, INPERIOD(b, "2024-01"))'},
        "b": {"value": "a + 1"},
    }
    book = book_of(items)
    values = {(r.item, r.person): r.engine for r in book.results}
    assert values[("b", "a")] == 2
    b = [line for line in book.steps if line.title.zh == "b" and line.sort.en == "item"]
    assert all("+1" in line.formula for line in b)


def test_long_chains_of_periods_are_planned_in_order():
    months = [f"{year}-{month:02d}" for year in range(2004, 2024) for month in range(1, 13)]
    facts = {"measures": [{"measure": "x", "person": "a", "period": m, "value": "1"} for m in months]}
    book = book_of({"out": {"value": "PREVIOUS(out, 1, 0) + x"}}, facts)
    assert book.results[-1].engine == len(months)
    assert all(line.live for line in book.steps)


def test_a_zero_has_no_sign():
    assert as_text(Decimal("-0.00")) == "0"
    assert as_text(Decimal("-1e-40")) == "0"


def test_thirds_leave_no_noise_where_something_is_decided():
    tables = {
        "t": {
            "reading": "marginal",
            "rows": [
                {"from": 0, "below": "1/3", "value": 1},
                {"from": "1/3", "below": "2/3", "value": 1},
                {"from": "2/3", "below": 5, "value": 1},
            ],
        }
    }
    facts = {"measures": [{"measure": "x", "person": "a", "period": "p", "value": "1/3"}]}
    third = [{"value": "0.6", "weight": "x"}] * 3
    items = {
        "abs": {"value": "ABS(x) * 0.6", "round": "0.01 down"},
        "clamp": {"value": "CLAMP(1, x * 3, 1)"},
        "sign": {"value": "SIGN(x * 3 - 1)"},
        "isin": {"value": "IF(ISIN(x * 3, 1), 1, 0)"},
        "sqrt": {"value": "SQRT(x * 3 - 1)"},
        "slices": {"value": "APPLY(t, x * 7) * 0.3", "round": "0.01 down"},
        "weights": {"weigh": {"parts": third}, "round": "0.1 down"},
    }
    book = book_of(items, facts, tables=tables)
    found = {r.item: r.engine for r in book.results}
    assert found == {
        "abs": Decimal("0.20"),
        "clamp": 1,
        "sign": 0,
        "isin": 1,
        "sqrt": 0,
        "slices": Decimal("0.70"),
        "weights": Decimal("0.6"),
    }
