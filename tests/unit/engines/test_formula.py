from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.engines.formula import FormulaError, Name, Sort, Unit, check_formula, evaluate, parse, settle
from qiao.engines.formula.check import unknown_name
from qiao.kernel.errors import Incomplete, Undefined

MISSING = Incomplete("x is missing", code="missing_fact")
FIGURES = {
    "x": Decimal("0.85"),
    "计划收入": Decimal(7),
    "name": "张三",
    "day": date(2024, 2, 29),
    "gone": MISSING,
    "yes": True,
}
SORTS = {
    "yuan": Sort("number", Unit.read("yuan")),
    "tons": Sort("number", Unit.read("t")),
    "price": Sort("number", Unit.read("yuan/t")),
    "share": Sort("number", Unit.read("share")),
    "free": Sort("number"),
    "name": Sort("text"),
    "day": Sort("date"),
    "yes": Sort("truth"),
}


class Figures:
    def value_of(self, name):
        return FIGURES[name.name]

    def call(self, call):
        raise AssertionError(call.function)

    def sort_of(self, name):
        if name.name not in SORTS:
            raise unknown_name(name, "yuan")
        return SORTS[name.name]

    def opaque(self, call):
        raise FormulaError("there is no function %(name)s", call.at, name=call.function)

    def sort_of_call(self, call, inner):
        raise AssertionError


def value(text):
    return evaluate(parse(text), Figures())


def sort(text):
    return check_formula(parse(text), Figures())


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("=(1+2)*3%", "0.09"),
        ("2^3 - -1", "9"),
        ("ROUND(2.345, 2)", "2.35"),
        ("ROUND(-2.345, 2)", "-2.35"),
        ("ROUNDEVEN(2.345, 2)", "2.34"),
        ("ROUNDUP(-1.01)", "-2"),
        ("INT(-1.5)", "-2"),
        ("TRUNC(-1.5)", "-1"),
        ("FLOOR(17, 5) + CEILING(17, 5) + MROUND(17, 5)", "50"),
        ("MOD(-7, 3)", "2"),
        ("QUOTIENT(-7, 3)", "-2"),
        ("MIN(3, 1, 2) + MAX(3, 1, 2)", "4"),
        ("AVERAGE(1, 2, 4) * 3", "7"),
        ("MEDIAN(5, 1, 2, 4)", "3"),
        ("SQRT(2)^2", "2"),
        ("CLAMP(9, 1, 5)", "5"),
        ("IFS(x < 0.5, 1, x < 0.9, 2, TRUE, 3)", "2"),
        ('SWITCH(name, "李四", 1, "张三", 2, 3)', "2"),
        ("IFERROR(1/0, 5)", "5"),
        ("IFMISSING(gone, 4)", "4"),
        ("DAY(EOMONTH(day, 0)) + MONTH(EDATE(day, 12))", "31"),
        ('DAYCOUNT(DATE(2019,6,1), DATE(2019,12,31), "both")', "214"),
        ("MONTHCOUNT(DATE(2024,1,31), DATE(2024,2,29))", "1"),
        ("MONTHSTEP(DATE(2024,1,31), DATE(2024,2,1))", "1"),
        ("day - DATE(2024,2,1)", "28"),
        ("DAYSINYEAR(day) + DAYSINMONTH(day)", "395"),
        ("YEAR(day + 1) + WEEKDAY(day)", "2028"),
        ('LEN("a" & 1.50 & name)', "6"),
        ("计划收入×２", "14"),
    ],
)
def test_a_formula_gives(text, result):
    assert settle(value(text)) == Decimal(result)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("850/1000 = x", True),
        ("1/3 + 1/3 + 1/3 >= 1", True),
        ("计划收入≥7", True),
        ("AND(FALSE, gone > 1)", False),
        ("OR(TRUE, 1/0 > 1)", True),
        ("NOT(x <> 0.850)", True),
        ('ISIN(name, "李四", "张三")', True),
        ('CONTAINS(name, "三")', True),
        ("ISERROR(1/0)", True),
        ("ISMISSING(1/0)", False),
        ("ISMISSING(gone)", True),
    ],
)
def test_a_condition_holds_or_not(text, truth):
    assert value(text) is truth


def test_a_third_of_a_cent_and_a_half_is_exactly_half_a_cent():
    assert value("ROUND(1/3 * 0.015, 2)") == Decimal("0.01")


@pytest.mark.parametrize("text", ["gone + 1", "IF(gone > 1, 1, 2)", "AND(TRUE, gone > 1)", "MAX(1, gone)"])
def test_a_missing_fact_is_the_result_and_never_0(text):
    assert value(text) is MISSING


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1/0", "zero_divisor"),
        ("10^60", "too_large"),
        ("9e26*9e26", "too_large"),
        ("2^0.5", "bad_power"),
        ("IFS(x > 1, 1)", "no_branch"),
        ('FAIL("why")', "refused"),
        ("name * 2", "bad_kind"),
        ("SQRT(0-1)", "bad_root"),
        ("DATE(2024, 1, 1) + 9999999", "bad_date"),
    ],
)
def test_what_the_rule_leaves_open_is_undefined(text, code):
    found = value(text)
    assert isinstance(found, Undefined)
    assert found.code == code


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1 + ", 4),
        ("(1 + 2", 0),
        ("1 + 2)", 5),
        ("1 < 2 < 3", 6),
        ("1 2", 2),
        ("3个月", 0),
        ('"abc', 0),
        ("-2^2", 2),
        ("a && b", 2),
        ("IF(1, 2", 2),
        ("1 # 2", 2),
        ("--1", 1),
        ("", 0),
        ("1" + "+1" * 2500, 4000),
        ("+".join(["1"] * 900), 500),
        ("(" * 70 + "1" + ")" * 70, 60),
    ],
)
def test_an_error_points_at_the_character(text, at):
    with pytest.raises(FormulaError) as refusal:
        parse(text)
    assert refusal.value.at == at


def test_a_formula_of_ten_thousand_characters_is_refused_with_a_reason():
    with pytest.raises(FormulaError, match="10000 characters"):
        parse("1+" * 5000)


def test_the_longest_sum_there_may_be_is_worked_out_and_checked():
    longest = "+".join(["x"] * 250)
    assert value(longest) == 250 * FIGURES["x"]
    assert sort(longest.replace("x", "free")).kind == "number"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(alphabet='123.+-*/^()<>=&%,"ab（）', max_size=60))
def test_no_text_at_all_does_anything_but_parse_or_be_refused(text):
    at = 0
    try:
        parse(text)
    except FormulaError as refusal:
        at = refusal.at
    assert 0 <= at <= len(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("price * tons", "yuan"),
        ("yuan / tons", "yuan/t"),
        ("yuan * share + 3", "yuan"),
        ("yuan * 2", "yuan"),
        ("yuan / yuan", "1"),
        ("SUM(yuan, 5)", "yuan"),
        ("IF(yes, yuan, 0)", "yuan"),
        ("-yuan%", "yuan"),
    ],
)
def test_units_multiply_and_cancel(text, unit):
    assert str(sort(text).unit) == unit


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("yuan + tons", 5),
        ("yuan > share", 5),
        ("IF(yes, yuan, tons)", 14),
        ("IF(yuan, 1, 2)", 3),
        ('yuan + "a"', 7),
        ("yuann", 0),
        ("NOSUCH(1)", 0),
        ("ROUND(1, 2, 3)", 0),
        ("IFS(yes, 1, yes)", 0),
        ("day + name", 6),
        ('IF(yes, 1, "no")', 11),
        ("B12 + 1", 0),
    ],
)
def test_what_does_not_fit_is_found_without_working_it_out(text, at):
    with pytest.raises(FormulaError) as refusal:
        sort(text)
    assert refusal.value.at == at


def test_a_number_beside_a_bare_one_may_stand_for_any_unit():
    assert sort("yuan + 10 * share").unit == Unit.read("yuan")
    assert sort("free * yuan").unit is None


def test_names_keep_their_dots():
    assert parse("event.amount") == Name("event.amount", 0)
