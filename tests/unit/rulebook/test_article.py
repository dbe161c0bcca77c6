from dataclasses import replace
from datetime import date

import pytest

from qiao.rulebook.core.article import Policy, Scope, Subject, find_binding
from qiao.rulebook.core.kinds import UnknownKind
from qiao.rulebook.core.stored import load_article

from .fruit import KINDS, TEXT, FruitPolicy

ARTICLE = load_article(TEXT, KINDS)
DAY = date(2021, 6, 1)
IN_THE_COUNTY = Subject(units=("county", "city", "province"), role="manager", grade="senior", person="P1")


def policy(code, **changes):
    return Policy(replace(ARTICLE, code=code, **changes), 1)


def bound(*policies, subject=IN_THE_COUNTY, on=DAY):
    found = find_binding(policies, subject, on)
    return found and found.article.code


def test_the_nearest_unit_wins_over_those_above_and_the_enterprise():
    everybody, city, county = (
        policy(c, scope=Scope(unit=u)) for c, u in (("e", None), ("c", "city"), ("k", "county"))
    )
    assert bound(everybody, county, city) == "k"
    assert bound(everybody, city) == "c"
    assert bound(everybody, policy("x", scope=Scope(unit="elsewhere"))) == "e"


def test_person_goes_before_grade_before_role_before_unit():
    ranked = [
        policy("unit", scope=Scope(unit="county")),
        policy("role", scope=Scope(role="manager")),
        policy("grade", scope=Scope(grade="senior")),
        policy("person", scope=Scope(person="P1")),
    ]
    for last in range(1, 5):
        assert bound(*ranked[:last]) == ranked[last - 1].article.code
    assert bound(policy("other", scope=Scope(person="P2"))) is None


def test_outside_its_days_an_article_binds_nobody():
    assert bound(policy("a", ends_before=date(2021, 6, 1))) is None
    assert bound(policy("a"), on=date(2020, 12, 31)) is None


def test_a_trace_names_the_exact_version():
    assert (policy("a").ref("rows[1]").code, policy("a").ref("rows[1]").place) == ("a", "rows[1]")


def test_kinds_are_found_by_code_and_by_body():
    assert KINDS.of_body(FruitPolicy) is KINDS.get("fruit")
    with pytest.raises(UnknownKind):
        KINDS.get("meat")
    with pytest.raises(UnknownKind):
        KINDS.of_body(str)


def test_scopes_have_one_key_each():
    assert Scope(unit="a").key() != Scope(role="a").key()
    assert Scope(unit="a").key() == Scope(unit="a").key()
