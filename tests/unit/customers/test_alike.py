"""When two files look alike, and which tax numbers have a slip."""

from decimal import Decimal

import pytest

from qiao.customers.core.duplicates import (
    DuplicatePolicy,
    Marks,
    digits_of,
    masked_name,
    own_words,
    score_likeness,
)
from qiao.customers.core.tax_number import checked_tax_number, is_card_number, is_credit_code
from qiao.kernel.errors import RuleBroken
from qiao.kernel.geo import Point

POLICY = DuplicatePolicy(
    name_points=Decimal(70), name_from_share=Decimal("0.6"), phone_points=Decimal(40), tax_points=Decimal(100),
    place_points=Decimal(25), other_tax_points=Decimal(40), near_metres=60, warn_from_points=Decimal(60),
    pair_from_points=Decimal(62), contained_share=Decimal("0.92"), light_share=Decimal("0.15"), most_alike=200,
    light_words=("有限公司", "有限责任公司", "公司"),
)  # fmt: skip


def points(one: Marks, other: Marks) -> Decimal:
    return score_likeness(one, other, POLICY).points


def test_brackets_width_and_legal_form_tell_no_two_firms_apart():
    assert own_words("云桥（集团）机械有限责任公司", POLICY.light_words) == "云桥集团机械"
    assert points(Marks(("云桥机械有限公司",)), Marks(("云桥 机械 有限责任公司",))) > 60


def test_firms_that_share_only_their_legal_form_are_not_alike():
    assert points(Marks(("云桥机械有限公司",)), Marks(("乙县供销有限公司",))) == 0


def test_a_name_within_the_other_counts_a_stated_part():
    assert 55 < points(Marks(("云桥机械",)), Marks(("江东云桥机械有限公司",))) < 70


def test_a_shared_number_alone_is_no_warning_with_a_near_place_it_is():
    near = (Point(30.0, 120.0), Point(30.0004, 120.0))
    one = Marks(("甲",), frozenset({"057188886666"}), place=near[0])
    other = Marks(("完全不同的名字",), frozenset({"057188886666"}))
    assert points(one, other) == 40
    assert points(one, Marks(other.names, other.phones, place=near[1])) == 65


def test_different_tax_numbers_speak_against_it_and_the_same_one_settles_it():
    one, other = "91330000MA27XF6Q1X", "91330000MA27XF6Q2Y"
    names = ("云桥机械有限公司",)
    assert points(Marks(names, tax_number=one), Marks(names, tax_number=other)) == 30
    assert points(Marks(("甲",), tax_number=one), Marks(("乙",), tax_number=one)) == 100


def test_points_never_fall_below_zero():
    assert points(Marks(("甲",), tax_number="1" * 9), Marks(("乙",), tax_number="2" * 9)) == 0


@pytest.mark.parametrize(("text", "digits"), [("0571-8888 6666", "057188886666"), ("12-34", ""), ("", "")])
def test_a_phone_is_its_digits(text, digits):
    assert digits_of(text) == digits


@pytest.mark.parametrize("name", ["云桥机械有限公司", "甲乙", "王", "Iowa Liquors"])
def test_a_masked_name_hides_something(name):
    assert masked_name(name) != name
    assert masked_name(name)[0] == name[0]


# The example of GB 32100-2015 and codes firms publish on their pages.
@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000802100433B", "91440300708461136T"])
def test_published_credit_codes_fit_their_check_digit(code):
    assert is_credit_code(code)
    assert checked_tax_number(f" {code.lower()} ") == code


# The example of GB 11643-1999.
def test_a_card_number_fits_its_check_digit():
    assert is_card_number("11010519491231002X")
    assert not is_card_number("110105194912310021")


@pytest.mark.parametrize("code", ["91350100M000100Y44", "91350100M000100I43", "110105194912310021"])
def test_a_slip_in_eighteen_characters_is_refused(code):
    with pytest.raises(RuleBroken) as refusal:
        checked_tax_number(code)
    assert refusal.value.code == "tax_number_check"


def test_older_numbers_have_no_check_digit():
    assert checked_tax_number("330106123456789") == "330106123456789"
