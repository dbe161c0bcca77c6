from decimal import Decimal

import pytest

from qiao.kernel.errors import Incomplete
from qiao.kernel.period import Month
from qiao.rating.core.figures import Spend
from qiao.rating.core.key_accounts import decide_key_account
from qiao.rating.core.tiers import decide_tier

from .packs import policy

MONTH = Month(2021, 12)
TIERS = policy("telecom", "customer_tiers")
KEYS = policy("telecom", "key_accounts")
GAP = Incomplete("no ledger for %(month)s", {"month": "2021-11"}, "ledger_gap")


def spend(total, months=40):
    return Spend(Decimal(total), months)


def key_of(segment="finance", spent=0, marks=()):
    spent = spent if isinstance(spent, Spend | Incomplete) else spend(spent)
    return decide_key_account(KEYS, month=MONTH, segment=segment, spend=spent, marks=marks)


def tier_of(segment="finance", spent=0, marks=(), tiers=TIERS):
    spent = spent if isinstance(spent, Spend | Incomplete) else spend(spent)
    key = key_of(segment, spent, marks)
    return decide_tier(tiers, month=MONTH, segment=segment, spend=spent, key_account=key)


@pytest.mark.parametrize(
    ("mean", "is_key"), [("3000.00", False), ("3000.01", True), ("0", False), ("-50", False)]
)
def test_above_3000_a_month_means_strictly_above(mean, is_key):
    assert key_of(spent=Decimal(mean) * 3).is_key_account is is_key


def test_a_third_of_a_cent_above_the_boundary_is_above():
    assert key_of(spent="9000.01").is_key_account


@pytest.mark.parametrize(
    "mark", ["complex_need", "cross_region", "indirect_contribution", "association_member"]
)
def test_any_one_recorded_condition_suffices(mark):
    decision = key_of(marks={mark})
    assert decision.is_key_account
    assert decision.met == (mark,)


def test_a_level_is_no_condition_but_says_how_far_a_key_account_reaches():
    assert not key_of(marks={"level_national"}).is_key_account
    assert key_of(marks={"level_national", "complex_need", "level_province"}).level == "level_national"
    assert key_of(marks={"complex_need"}).level == "level_local"


def test_the_rule_on_key_accounts_does_not_speak_of_individuals():
    assert not key_of("individual", 99999, {"complex_need"}).is_key_account


def test_a_missing_figure_is_not_nought_unless_a_record_already_decides():
    assert key_of(spent=GAP) == GAP
    assert key_of(spent=GAP, marks={"complex_need"}).is_key_account
    assert tier_of(spent=GAP) == GAP


def test_a_missing_segment_is_named():
    assert key_of(None, 1).code == "segment_missing"
    assert tier_of(None, 1).code == "segment_missing"


@pytest.mark.parametrize(
    ("segment", "total", "marks", "tier", "raised"),
    [
        ("individual", 1500, (), "vip", False),
        ("individual", "1499.99", (), "ordinary", False),
        ("finance", 9000, (), "ordinary", False),
        ("finance", "9000.01", (), "key", True),
        ("finance", 0, ("complex_need",), "key", True),
    ],
)
def test_tiers_of_the_telecom_pack(segment, total, marks, tier, raised):
    decision = tier_of(segment, total, marks)
    assert (decision.tier, decision.raised) == (tier, raised)


@pytest.mark.parametrize(
    ("mean", "tier"),
    [("2999.99", "e"), ("3000", "d"), ("10000", "c"), ("29999.99", "c"), ("30000", "b"), ("80000", "a")],
)
def test_classes_of_the_tobacco_pack_where_one_ladder_needs_no_segment(mean, tier):
    tiers = policy("tobacco-city", "customer_tiers")
    decision = decide_tier(tiers, month=MONTH, segment=None, spend=spend(Decimal(mean) * 3), key_account=None)
    assert (decision.tier, decision.raised) == (tier, False)


def test_a_key_account_that_already_stands_higher_is_not_lowered():
    tiers = policy("tobacco-city", "customer_tiers")
    keys = policy("tobacco-city", "key_accounts")
    key = decide_key_account(keys, month=MONTH, segment=None, spend=spend(900000), marks={"model_terminal"})
    decision = decide_tier(tiers, month=MONTH, segment=None, spend=spend(900000), key_account=key)
    assert (decision.tier, decision.raised) == ("a", False)


def test_the_trace_names_row_rule_and_figures():
    decision = tier_of("finance", 12000)
    rules = [(rule.code, rule.place) for rule in decision.step.rules()]
    assert rules[0] == ("telecom-tiers", "key_account_tier")
    assert ("telecom-tiers", "ladders[1].rows[0]") in rules
    assert ("telecom-key-accounts", "conditions[0]") in rules
    values = [step.value for step in decision.step.walk()]
    assert Decimal("4000.00") in values
    assert decision.step.value.en == "Key account (group)"
