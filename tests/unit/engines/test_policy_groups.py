from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.engines.formula.values import divide, multiply
from qiao.engines.policy.groups import Heads, award, distribute, rank, share_out, tied_groups
from qiao.kernel.money import Rounding

PEOPLE = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 5).map(D), min_size=1, max_size=12
)

CALM = settings(
    suppress_health_check=[HealthCheck.too_slow], deadline=None
)  # a busy machine is no fault of the code


def groups(scores):
    return tied_groups({person: (score,) for person, score in scores.items()}, [True])


@CALM
@given(PEOPLE, st.decimals(-1000, 1000, places=2), st.sampled_from(["remainder", "largest", "first", "last"]))
def test_shares_add_up_to_the_pool_to_the_cent(points, pool, residue):
    if not any(points.values()):
        return
    shares = share_out(pool, points, D("0.01"), residue)
    assert sum(shares.values()) == pool
    assert all(
        share == 0 for person, share in shares.items() if not points[person] and residue == "remainder"
    )


@CALM
@given(PEOPLE, st.decimals(0, 1000, places=2))
def test_more_points_never_give_less(points, pool):
    if not any(points.values()):
        return
    shares = share_out(pool, points, D("0.01"))
    assert all(shares[a] >= shares[b] for a in points for b in points if points[a] > points[b])


@CALM
@given(PEOPLE)
def test_prizes_of_tied_people_add_up_to_the_prizes_given(scores):
    prizes = [D(500), D(300), D("100.01")]
    won = award(groups(scores), prizes, "share", D("0.01"))
    assert sum(won.values()) == sum(prizes[: len(scores)])


@CALM
@given(PEOPLE)
def test_equals_share_a_place_and_the_better_stand_before(scores):
    places = rank(groups(scores), "best")
    assert all((places[a] < places[b]) == (scores[a] > scores[b]) for a in scores for b in scores)


@pytest.mark.parametrize(
    ("ties", "places"),
    [
        ("best", "1 2 2 4"),
        ("worst", "1 3 3 4"),
        ("mean", "1 2.5 2.5 4"),
        ("dense", "1 2 2 3"),
        ("apart", "1 2 3 4"),
    ],
)
def test_ties_take_the_stated_place(ties, places):
    found = rank(groups({"a": D(9), "b": D(5), "c": D(5), "d": D(1)}), ties)
    assert [found[p] for p in "abcd"] == [D(place) for place in places.split()]


@CALM
@given(PEOPLE, st.sampled_from(["whole", "better", "worse"]))
def test_equals_are_never_parted_by_a_forced_distribution(scores, ties):
    heads = [
        Heads("A", "top", D("0.2"), None, Rounding.DOWN),
        Heads("C", "bottom", D("0.1"), None, Rounding.HALF_UP),
    ]
    classes = distribute(groups(scores), heads, "B", ties)
    assert set(classes) == set(scores)
    assert all(classes[a] == classes[b] for a in scores for b in scores if scores[a] == scores[b])
    if ties == "whole":
        assert sum(c == "A" for c in classes.values()) <= len(scores) // 5


def test_further_criteria_part_a_tie():
    criteria = {"x": (D(9), D(1)), "y": (D(9), D(2)), "z": (D(8), D(9))}
    assert tied_groups(criteria, [True, True]) == [["y"], ["x"], ["z"]]
    assert tied_groups(criteria, [True, False]) == [["x"], ["y"], ["z"]]


def test_three_thirds_tie_with_a_whole():
    thirds = multiply(divide(D(1), D(3)), D(3))
    assert thirds != 1, "the quotient's noise is there, and must not part them"
    assert groups({"a": thirds, "b": D(1)}) == [["a", "b"]]
