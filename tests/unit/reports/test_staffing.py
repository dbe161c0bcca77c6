"""Lights of the staffing watch: at the limits, with what is not noted, with nobody; pay by kind."""

from decimal import Decimal as D

import pytest

from qiao.kernel.errors import Incomplete
from qiao.reports.core import staffing as core
from qiao.reports.core.pay import Paid, compare_pay


@pytest.mark.parametrize(
    ("hits", "unknown", "whole", "light"),
    [
        (6, 0, 10, "good"),  # exactly the limit
        (5, 0, 10, "warn"),  # exactly as near as is called near
        (4, 0, 10, "bad"),
        (6, 4, 10, "good"),  # whoever is not noted cannot change it
        (5, 1, 10, "unknown"),  # he could
        (1, 2, 10, "bad"),
        (0, 0, 0, "nothing"),
    ],
)
def test_a_share_says_what_it_knows_and_no_more(hits, unknown, whole, light):
    found = core.judge_share(hits=hits, unknown=unknown, whole=whole, at_least=D("0.6"), near=D("0.1"))
    assert found.light == light
    assert isinstance(found.value, Incomplete) == (light == "unknown")


@pytest.mark.parametrize(
    ("many", "few", "light"),
    [(20, 1, "bad"), (39, 2, "warn"), (24, 2, "good"), (5, 0, "bad"), (0, 0, "nothing"), (0, 3, "nothing")],
)
def test_twenty_to_one_fails(many, few, light):
    assert core.judge_ratio(many=many, few=few, good_at_most=D(12), failing_from=D(20)).light == light


def test_who_may_be_part_time_does_not_settle_that_somebody_is_there():
    lights = [core.judge_presence(number=n, unknown=u, at_least=1).light for n, u in ((1, 0), (0, 1), (0, 0))]
    assert lights == ["good", "unknown", "bad"]


def test_a_group_may_be_too_small_and_too_large():
    def light(people):
        return core.judge_group(
            people=people, whole=100, at_least=D("0.1"), at_most=D("0.2"), near=D("0.05")
        ).light

    assert [light(n) for n in (4, 5, 9, 10, 20, 25, 26)] == [
        "bad",
        "warn",
        "warn",
        "good",
        "good",
        "warn",
        "bad",
    ]


def test_a_quotient_with_a_missing_part_is_not_known_and_keeps_the_reason():
    missing = Incomplete("no cost", {}, "cost_missing")
    found = core.judge_at_most(part=missing, whole=D(100), at_most=D("0.1"), near=D("0.1"), unit="share")
    assert (found.light, found.value) == ("unknown", missing)
    assert core.judge_at_most(part=D(1), whole=D(0), at_most=D(1), near=D(0), unit="share").light == "nothing"
    exact = [
        core.judge_at_most(part=D(n), whole=D(100), at_most=D("0.1"), near=D("0.1"), unit="share").light
        for n in (9, 10, 11)
    ]
    assert exact == ["good", "warn", "bad"]
    rising = [
        core.judge_at_least(part=D(n), whole=D(10), at_least=D(10), near=D("0.1"), unit="money").light
        for n in (100, 90, 89)
    ]
    assert rising == ["good", "warn", "bad"]


def test_pay_is_compared_only_where_post_and_score_are_equal():
    def paid(post, score, kind, *pays):
        return [Paid(post, score, kind, pay if isinstance(pay, Incomplete) else D(pay)) for pay in pays]

    people = [
        *paid("manager", "A", "regular", 9000, 11000), *paid("manager", "A", "dispatched", 6000, 9000),
        *paid("manager", "B", "regular", 5000, 5000), *paid("lead", "A", "dispatched", 1, 1),
    ]  # fmt: skip
    (group,) = compare_pay(people, least_people=2)
    assert (group.post, group.score) == ("manager", "A")
    assert {k.employment: (k.mean_yuan, k.to_highest) for k in group.kinds} == {
        "regular": (D(10000), D(1)), "dispatched": (D(7500), D("0.75")),
    }  # fmt: skip


def test_one_persons_pay_is_never_told_and_unknown_pay_is_no_nought():
    people = [
        Paid("m", "", "regular", D(1)), Paid("m", "", "regular", D(3)), Paid("m", "", "contract", D(9)),
        Paid("m", "", "rehired", D(2)), Paid("m", "", "rehired", Incomplete("lost")),
    ]  # fmt: skip
    (group,) = compare_pay(people, least_people=2)
    by_kind = {kind.employment: kind.mean_yuan for kind in group.kinds}
    assert by_kind["regular"] == 2
    assert (by_kind["contract"].code, by_kind["rehired"].code) == ("too_few", "pay_missing")
