"""A directory against the register: every kind of row, every conflict by name, and what must never happen."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiao.kernel.errors import RuleBroken
from qiao.org.core.directory import (
    CONFLICT,
    Department,
    Known,
    Limit,
    Member,
    Picture,
    Places,
    Rules,
    Treatment,
    build_picture,
    compare,
    normal,
    words,
)

DAY = date(2026, 11, 23)
TREE = (
    Department("1", "云桥"),
    Department("2", "甲县", "1"),
    Department("3", "甲县一组", "2"),
    Department("4", "乙县", "1"),
    Department("9", "外包", "1"),
)
SAID = {
    "1": Treatment("unit", 100),
    "2": Treatment("unit", 200),
    "3": Treatment("above"),
    "4": Treatment("unit", 400),
    "9": Treatment("out"),
}


def picture(*members):
    return build_picture(TREE, members)


def member(one="zhang", name="张三", where=("2",), **more):
    return Member(one, name, where, **more)


def person(pk=1, code="A1", name="张三", **more):
    return Known(pk, code, name, **{"unit_id": 200, **more})


def found(members, people, said=SAID, **rules):
    plan = compare(picture(*members), people, said, Rules(**rules))
    return [(row.kind, row.reason) for row in plan.rows]


def somebody(*others):
    """A picture needs somebody; he is known and needs nothing."""
    return [*others, member("boss", "老板", ("1",))], person(99, "B1", "老板", account="boss", unit_id=100)


def test_known_and_the_same_needs_nothing():
    plan = compare(picture(member()), [person(account="zhang")], SAID, Rules())
    assert plan.rows == ()
    assert plan.same == 1
    assert plan.known == 1


@pytest.mark.parametrize(
    ("there", "here", "way"),
    [
        ({"number": "a1"}, {}, "number"),
        ({"phone": "+86 139-0000-0000"}, {"phone": "13900000000"}, "phone"),
        ({"email": "Z@Example.com"}, {"email": "z@example.com"}, "email"),
    ],
)
def test_found_by_each_key(there, here, way):
    assert found([member(**there)], [person(**here)]) == [("link", way)]


def test_the_first_key_anybody_fits_decides_and_the_order_is_a_setting():
    people = [person(1, "A1", phone="139"), person(2, "A2", phone="138")]
    one = [member(number="A1", phone="138")]
    assert compare(picture(*one), people, SAID, Rules()).rows[0].person_id == 1
    rules = Rules(keys=("phone", "number"))
    assert [r.reason for r in compare(picture(*one), people, SAID, rules).rows] == ["other_number"]
    assert found(one, [person(2, "A2", phone="138")], keys=("number",)) == [("join", "joins")]


def test_a_user_id_goes_before_every_key():
    people = [person(1, "A1", account="zhang"), person(2, "A2")]
    plan = compare(picture(member(number="A2")), people, SAID, Rules())
    assert plan.rows == ()


def test_by_phone_or_mail_the_name_must_agree_and_the_number_not_differ():
    people = [person(phone="139", email="boss@example.com", name="总经理")]
    assert found([member(email="boss@example.com")], people) == [("conflict", "other_name_email")]
    assert found([member(phone="139")], people) == [("conflict", "other_name_phone")]
    assert found([member(name="总经理", phone="139", number="X9")], people) == [("conflict", "other_number")]


@pytest.mark.parametrize(
    ("members", "people", "reason"),
    [
        ([member(phone="139")], [person(1, "A1", phone="139"), person(2, "A2", phone="139")], "two_people"),
        ([member(phone="139"), member("zhang2", phone="139")], [person(phone="139")], "two_members"),
        ([member(name="")], [], "no_name"),
        ([member(name="")], [person(account="zhang")], "no_name"),
        ([member()], [], "no_number"),
        ([member(where=("7",), number="N1")], [], "department_open"),
        ([member(where=(), number="N1")], [], "nowhere"),
        ([member(where=("2", "4"), number="N1")], [], "several_departments"),
        ([member(number="A1")], [person(account="other")], "known_otherwise"),
        ([member(number="A1")], [person(in_service=False, ends_before=DAY)], "left_already"),
        ([member()], [person(account="zhang", in_service=False, ends_before=DAY)], "left_already"),
        ([member(where=("4",))], [person(account="zhang", later_post=True)], "later_post"),
        ([member(number="N1"), member("li", number="N1")], [], "number_taken"),
    ],
)
def test_what_is_unclear_is_named_and_left_alone(members, people, reason):
    rows = found(members, people)
    assert rows
    assert set(rows) == {(CONFLICT, reason)}


def test_whoever_a_member_might_be_does_not_leave():
    members, boss = somebody(member("new", "张三", phone="139"))
    people = [boss, person(1, "A1", phone="139", account="old")]
    assert found(members, people) == [("conflict", "known_otherwise")]


def test_leaving_needs_a_noted_user_id_and_happens_once():
    members, boss = somebody()
    gone = person(1, account="zhang")
    assert found(members, [boss, gone]) == [("leave", "not_there")]
    assert found(members, [boss, person(1)]) == []  # never known there
    waiting = compare(picture(*members), [boss, replace(gone, gone_on=DAY)], SAID, Rules())
    assert waiting.rows == ()
    assert waiting.waiting == 1
    assert found(members, [boss, replace(gone, ends_before=date(2026, 12, 1))]) == []  # is leaving already
    shut, _boss = somebody(member(is_active=False))
    assert found(shut, [boss, gone]) == [("leave", "shut_there")]


def test_back_again_calls_the_hand_over_off():
    assert found([member()], [person(account="zhang", gone_on=DAY)]) == [("return", "there_again")]


def test_the_second_id_keeps_who_logs_in_by_it():
    one = member("staff7", union="UNION")
    assert found([one], [person(account="UNION")]) == [("link", "second_id")]
    assert found([one], [person(account="staff7", union="UNION")]) == []


def test_a_move_follows_the_main_department():
    known = [person(account="zhang")]
    assert found([member(where=("4",))], known) == [("move", "department")]
    assert found([member(where=("2", "4"), main_department="4")], known) == [("move", "department")]
    assert found([member(where=("2", "4"))], known) == []  # one of them is where he is
    assert found([member(where=("3",))], known) == []  # belongs to the one above
    assert found([member(where=("9",))], known) == []  # left out
    assert found([member(where=("4",))], [person(account="zhang", unit_id=None)]) == []


def test_what_the_directory_does_not_tell_is_not_taken_away():
    known = [person(account="zhang", phone="139", email="a@b.cn")]
    assert found([member()], known) == []
    plan = compare(picture(member(phone="138", name="张三丰")), known, SAID, Rules(fields=("phone",)))
    assert [dict(row.values) for row in plan.rows] == [{"phone": ("139", "138")}]


def test_who_joins_brings_his_unit_and_number():
    (row,) = compare(
        picture(member(phone="139")), [], SAID, Rules(number_is_account=True, appoints=True)
    ).rows
    assert (row.kind, row.reason, row.unit_to, row.values["number"]) == (
        "join",
        "joins_with_post",
        200,
        ("", "zhang"),
    )


def test_places_go_up_and_never_round_in_circles():
    places = Places(
        (Department("a", "A", "b"), Department("b", "B", "a")),
        {"a": Treatment("above"), "b": Treatment("above")},
    )
    assert places.resolve("a") is None


def test_the_limit_takes_the_larger_of_people_and_share():
    limit = Limit(Decimal("0.05"), 3)
    assert limit.allows(3, 10)
    assert not limit.allows(4, 10)
    assert limit.allows(50, 1000)
    assert not limit.allows(51, 1000)


def test_an_empty_or_moving_picture_is_none():
    with pytest.raises(RuleBroken, match="shows nobody"):
        build_picture(TREE, [])
    with pytest.raises(RuleBroken, match="shows nobody"):
        build_picture(TREE, [member(is_active=False)])
    with pytest.raises(RuleBroken, match="changed while it was read: member zhang"):
        build_picture(TREE, [member(), member(name="李四", where=("4",))])
    (one,) = build_picture(TREE, [member(), member(where=("4",))]).members
    assert one.departments == ("2", "4")


# What holds of any directory and any register

TEXTS = st.sampled_from(["", "a", "b", "c"])
MEMBERS = st.lists(
    st.builds(
        Member, st.sampled_from("abcdef"), st.sampled_from(["", "张", "李"]),
        st.lists(st.sampled_from(["1", "2", "4", "9", "7"]), max_size=2, unique=True).map(lambda w: tuple(sorted(w))),
        number=TEXTS, phone=TEXTS, email=TEXTS, is_active=st.booleans(),
    ),
    max_size=6, unique_by=lambda one: one.id,
)  # fmt: skip
PEOPLE = st.lists(
    st.builds(
        Known, st.integers(1, 9), st.sampled_from(["a", "b", "c", "d", "e"]), st.sampled_from(["张", "李"]), TEXTS, TEXTS,
        st.sampled_from("abcdef"), gone_on=st.sampled_from([None, DAY]), unit_id=st.sampled_from([None, 200, 400]),
        in_service=st.booleans(), later_post=st.booleans(),
    ).map(lambda one: one if one.in_service else replace(one, ends_before=DAY)),
    max_size=6, unique_by=(lambda one: one.id, lambda one: one.code, lambda one: one.account),
)  # fmt: skip
RULES = st.builds(
    Rules,
    st.permutations(["number", "phone", "email"]).map(tuple),
    number_is_account=st.booleans(),
    appoints=st.booleans(),
)


def applied(people, rows):
    """A plain stand-in for the actions: the register after a plan."""
    found = {one.id: one for one in people}
    for row in rows:
        there = {name: pair[1] for name, pair in row.values.items()}
        one = found.get(row.person_id)
        if row.kind == "join":
            pk = 100 + len(found)
            there["code"] = there.pop("number")
            found[pk] = Known(pk, name=row.name, account=row.member, unit_id=row.unit_to, **there)
        elif row.kind == "link":
            found[one.id] = replace(one, account=row.member, union=row.about or one.union)
        elif row.kind == "move":
            found[one.id] = replace(one, unit_id=row.unit_to)
        elif row.kind == "change":
            found[one.id] = replace(one, **there)
        elif row.kind in ("leave", "return"):
            found[one.id] = replace(one, gone_on=DAY if row.kind == "leave" else None)
    return list(found.values())


def drawn(members):
    return Picture(TREE, tuple(sorted(members, key=lambda one: one.id)))


@given(MEMBERS, PEOPLE, RULES)
@settings(max_examples=300, deadline=None)
def test_applied_once_nothing_more_is_proposed(members, people, rules):
    plan = compare(drawn(members), people, SAID, rules)
    if not rules.appoints:  # who joins without a post has no unit to be moved from
        people = applied(people, [replace(r, unit_to=None) if r.kind == "join" else r for r in plan.rows])
    else:
        people = applied(people, plan.rows)
    again = compare(drawn(members), people, SAID, rules)
    done = {(row.kind, row.member, row.person_id) for row in plan.rows if row.kind != CONFLICT}
    left = {(row.kind, row.member, row.person_id) for row in again.rows if row.kind != CONFLICT}
    assert not done & left
    if not plan.counts[CONFLICT]:  # somebody unclear may become clear by what changed of others
        assert not again.rows


@given(MEMBERS, PEOPLE, RULES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_does_not_matter(members, people, rules, chance):
    plan = compare(drawn(members), people, SAID, rules)
    chance.shuffle(people)
    chance.shuffle(members)
    assert compare(drawn(members), people, SAID, rules) == plan


@given(MEMBERS, PEOPLE, RULES)
@settings(max_examples=300, deadline=None)
def test_one_row_of_a_kind_a_person_and_no_change_of_who_is_unclear(members, people, rules):
    plan = compare(drawn(members), people, SAID, rules)
    seen = [(row.kind, row.person_id) for row in plan.rows if row.person_id and row.kind != CONFLICT]
    assert len(seen) == len(set(seen))
    there = {one.id for one in members if one.is_active}
    by_id = {one.id: one for one in people}
    for row in plan.rows:
        assert row.reason in words.REASONS
        assert row.kind in words.KINDS
        if row.kind == "leave":
            assert by_id[row.person_id].account not in there
        if row.kind in ("move", "leave", "change", "link"):
            assert by_id[row.person_id].in_service


def test_phones_are_compared_by_their_digits():
    assert normal("phone", "(+86) 139 0000 0000") == normal("phone", "139-0000-0000") == "13900000000"
