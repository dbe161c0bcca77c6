"""Routes of approvals: what a stage decides, and who may sit in which seat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.errors import RuleBroken
from qiao.work.core.route import ALL, ANY, Stage, check_route, decide_stage, find_seats

VERDICT = st.sampled_from(["waiting", "agreed", "refused"])


@pytest.mark.parametrize(
    ("mode", "verdicts", "stands"),
    [
        (ALL, ["agreed", "waiting"], "waiting"),
        (ALL, ["agreed", "agreed"], "agreed"),
        (ALL, ["waiting", "refused"], "refused"),
        (ANY, ["waiting", "agreed"], "agreed"),
        (ANY, ["refused", "waiting"], "waiting"),
        (ANY, ["refused", "refused"], "refused"),
        (ANY, ["refused", "agreed"], "agreed"),
    ],
)
def test_a_stage_decides_as_its_mode_says(mode, verdicts, stands):
    assert decide_stage(mode, verdicts) == stands


@given(st.lists(VERDICT, min_size=1, max_size=6), st.sampled_from([ALL, ANY]))
def test_who_answers_last_does_not_matter(verdicts, mode):
    assert decide_stage(mode, verdicts) == decide_stage(mode, verdicts[::-1])


@given(st.lists(VERDICT, min_size=1, max_size=6), st.sampled_from([ALL, ANY]))
def test_a_stage_nobody_waits_for_is_decided(verdicts, mode):
    answered = [v for v in verdicts if v != "waiting"] or ["agreed"]
    assert decide_stage(mode, answered) != "waiting"


@pytest.mark.parametrize(
    ("route", "code"),
    [
        ([], "route_empty"),
        ([Stage("one", ALL, ())], "route_nobody"),
        ([Stage("one", ALL, (1, 9))], "route_author"),
        ([Stage("one", ANY, (1,)), Stage("two", ANY, (7,))], "route_left"),
        ([Stage("one", "some", (1,))], "route_mode"),
    ],
)
def test_a_route_nobody_can_walk_is_refused(route, code):
    with pytest.raises(RuleBroken) as refusal:
        check_route(route, author=9, in_service=frozenset({1, 2, 9}))
    assert refusal.value.code == code


def test_ones_own_seat_comes_before_those_one_stands_in_for():
    assert find_seats(5, [3, 5], {3: "delegate"}, author=9) == (5, 3)
    assert find_seats(5, [3], {3: "substitute"}, author=9) == (3,)
    assert find_seats(5, [4], {3: "substitute"}, author=9) == ()


def test_the_author_has_no_seat_not_even_somebody_elses():
    assert find_seats(9, [3], {3: "delegate"}, author=9) == ()
