from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.engines.formula import divide, settle
from qiao.engines.policy.faults import Faults
from qiao.engines.policy.reading_tables import TableReader
from qiao.engines.policy.tables import Hit, total_of
from qiao.kernel.errors import Undefined


def table(tree):
    faults = Faults()
    found = TableReader("t", tree, "tables.t", faults).read()
    faults.raise_any()
    return found


def messages(tree):
    faults = Faults()
    assert TableReader("t", tree, "tables.t", faults).read() is None
    return [str(problem) for problem in faults.found]


def cell(found, *keys):
    hit = found.look_up(list(keys))
    return hit.value if isinstance(hit, Hit) else hit


RATES = {
    "reading": "marginal",
    "axes": [{"from": ["0", "10", "30"]}],
    "values": ["1", "2", "5"],
    "below": "0",
}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"from": "0", "below": "10", "value": "1"}, {"from": "12", "value": "2"}], "a gap from 10 to 12"),
        ([{"from": "0", "to": "10", "value": "1"}, {"from": "10", "value": "2"}], "both own the boundary 10"),
        ([{"from": "0", "below": "10", "value": "1"}, {"above": "10", "value": "2"}], "owns the boundary 10"),
        ([{"from": "0", "below": "10", "value": "1"}, {"from": "5", "value": "2"}], "overlap"),
        ([{"from": "10", "below": "10", "value": "1"}], "holds nothing"),
        ([], "has no rows"),
        ([{"from": "x", "value": "1"}], "is no number"),
        ([{"from": "0", "above": "1", "value": "1"}], "given twice"),
        ([{"from": "0"}], "has no value"),
    ],
)
def test_rows_that_are_no_table_are_named(rows, said):
    assert any(said in message for message in messages({"rows": rows}))


def test_a_stated_gap_closes_a_hole():
    found = table(
        {"rows": [{"from": "0", "below": "10", "value": "1"}, {"from": "12", "value": "2"}], "gap": "0"}
    )
    assert [cell(found, D(x)) for x in ("9", "11", "12", "-1")] == [1, 0, 2, 0]


def test_a_look_up_nobody_holds_is_undefined_and_not_0():
    found = table({"rows": [{"from": "0", "below": "10", "value": "1"}]})
    assert isinstance(cell(found, D(10)), Undefined)
    assert isinstance(cell(found, D(-1)), Undefined)


def test_two_rows_for_one_cell_of_a_grid_are_found():
    tree = {
        "axes": [{"name": "role", "sort": "keys"}, {"name": "x"}],
        "rows": [
            {"role": "a", "x": {"from": "0", "below": "10"}, "value": "1"},
            {"role": "a", "x": {"from": "5", "to": "20"}, "value": "2"},
        ],
    }
    assert any("rows 1 and 2 both hold" in message for message in messages(tree))


def test_a_hole_in_a_grid_is_found():
    tree = {
        "axes": [{"name": "role", "keys": ["a", "b"]}, {"name": "x", "from": ["0", "10"]}],
        "rows": [
            {"role": "a", "x": {"from": "0"}, "value": "1"},
            {"role": "b", "x": {"from": "0", "below": "10"}, "value": "2"},
        ],
    }
    assert any("no row for b" in message for message in messages(tree))


def test_a_grid_wants_a_cell_for_every_place():
    tree = {
        "axes": [{"name": "a", "keys": ["x", "y"]}, {"name": "b", "keys": ["u", "v"]}],
        "cells": [["1", "2"], ["3"]],
    }
    assert messages(tree) == ["tables.t.cells[1]: 2 values belong here"]


def test_a_marginal_table_walks_back_over_its_own_slices():
    found = table(RATES)
    there = total_of(found.cut(D(25), D(8), ()))
    back = total_of(found.cut(D(-25), D(33), ()))
    assert there == 2 * 1 + 20 * 2 + 3 * 5
    assert back == -there


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.decimals(0, 100, places=2), st.decimals(-50, 100, places=2), st.decimals(-50, 50, places=2))
def test_slices_add_up_however_the_way_is_parted(start, first, second):
    found = table(RATES)
    whole = total_of(found.cut(first + second, start, ()))
    parts = [total_of(found.cut(first, start, ())), total_of(found.cut(second, start + first, ()))]
    assert whole == sum(parts)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fractions(-60, 60), st.fractions(-60, 60))
def test_a_running_total_is_what_its_slices_add_up_to(amount, start):
    found = table(RATES)
    ways = [divide(D(way.numerator), D(way.denominator)) for way in (amount, start)]
    assert settle(found.earned_between(*ways)) == settle(total_of(found.cut(*ways, ())))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(st.decimals(-1000, 1000, places=1), min_size=1, max_size=12, unique=True),
    st.decimals(-1100, 1100, places=1),
)
def test_halving_finds_the_row_a_scan_finds(edges, x):
    edges = sorted(edges)
    tree = {"axes": [{"from": [str(edge) for edge in edges]}], "values": [str(n) for n in range(len(edges))]}
    held = [n for n, (a, b) in enumerate(pairwise([*edges, D("1e9")])) if a <= x < b]
    found = cell(table(tree), x)
    assert found == held[0] if held else isinstance(found, Undefined)


def test_a_line_goes_through_its_points_and_as_stated_beyond_them():
    points = [{"at": "0", "value": "0"}, {"at": "10", "value": "5"}]
    assert cell(table({"reading": "linear", "rows": points}), D(4)) == 2
    assert isinstance(cell(table({"reading": "linear", "rows": points}), D(11)), Undefined)
    assert cell(table({"reading": "linear", "rows": points, "above": "hold"}), D(20)) == 5
    assert (
        cell(table({"reading": "linear", "rows": points, "above": "extend", "below": "extend"}), D(20)) == 10
    )
    assert cell(table({"reading": "linear", "rows": points, "below": "-1"}), D(-5)) == -1


def test_a_hundred_thousand_rows_are_checked_and_looked_up():
    rows = [{"from": str(n), "below": str(n + 1), "value": str(n)} for n in range(100_000)]
    found = table({"rows": rows})
    assert [cell(found, D(x)) for x in ("0", "49999.5", "99999.99")] == [0, 49999, 99999]
