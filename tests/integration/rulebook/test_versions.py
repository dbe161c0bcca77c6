"""Drafting, approving by a second person, ending; what is in force stays as it is."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from qiao.kernel.errors import BadInput, NotFound, RuleBroken
from qiao.rulebook import actions, queries
from qiao.rulebook.core.article import NoPolicy, Subject
from qiao.rulebook.models import Version
from qiao.runtime.contributions import register, unregister
from tests.unit.rulebook.fruit import KIND, TEXT, FruitPolicy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fruit():
    register(KIND)
    yield
    unregister(KIND)


@pytest.fixture
def people(django_user_model):
    return [django_user_model.objects.create_user(name) for name in ("author", "second")]


@pytest.fixture
def in_force(people):
    return actions.approve(row=actions.draft(text=TEXT, by=people[0]), by=people[1])


def later(text=TEXT, day="2022-01-01"):
    return text.replace("2021-01-01", day).replace("days: 3", "days: 5")


def test_an_approved_article_is_policy_from_its_first_day(in_force):
    policy = queries.get_policy(FruitPolicy, on=date(2021, 1, 1))
    assert (policy.body.days, policy.version, policy.ref("rows[0]").code) == (3, 1, "demo-fruit")
    with pytest.raises(NoPolicy):
        queries.get_policy(FruitPolicy, on=date(2020, 12, 31))


def test_a_draft_is_no_policy(people):
    actions.draft(text=TEXT, by=people[0])
    assert queries.find_policy(FruitPolicy, on=date(2021, 6, 1)) is None


def test_a_new_version_ends_the_one_before_on_its_first_day(in_force, people):
    actions.approve(row=actions.draft(text=later(), by=people[0]), by=people[1])
    days = [
        queries.get_policy(FruitPolicy, on=day).body.days for day in (date(2021, 12, 31), date(2022, 1, 1))
    ]
    assert days == [3, 5]
    first = queries.get_exact_policy("demo-fruit", 1)
    assert (first.article.ends_before, first.body.days) == (date(2022, 1, 1), 3)
    today = [queries.standing_on(row, date(2022, 6, 1)) for row in queries.list_versions("demo-fruit")]
    assert today == ["in_force", "ended"]


def test_the_author_can_never_approve(people):
    row = actions.draft(text=TEXT, by=people[0])
    with pytest.raises(RuleBroken, match="second person") as refusal:
        actions.approve(row=row, by=people[0])
    assert refusal.value.code == "second_person"


def test_not_even_the_database_lets_the_author_approve(people):
    row = actions.draft(text=TEXT, by=people[0])
    row.state, row.approved_by, row.approved_at = "approved", people[0], row.drafted_at
    with pytest.raises(IntegrityError, match="version_second_person"):
        row.save()


def test_who_changed_the_draft_last_is_its_author(people):
    actions.draft(text=TEXT, by=people[0])
    row = actions.draft(text=later(day="2021-02-01"), by=people[1])
    assert (row.version, Version.objects.count()) == (1, 1)
    actions.approve(row=row, by=people[0])
    assert queries.get_policy(FruitPolicy, on=date(2021, 6, 1)).body.days == 5


@pytest.mark.parametrize(
    "change",
    [
        {"text": "x"},
        {"starts_on": date(2020, 1, 1)},
        {"state": "draft"},
        {"approved_by_id": None},
        {"version": 9},
    ],
)
def test_the_database_refuses_every_change_of_an_approved_version(in_force, change):
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Version.objects.filter(pk=in_force.pk).update(**change)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        Version.objects.filter(pk=in_force.pk).delete()


def test_an_end_can_be_brought_forward_but_never_put_off(in_force, people):
    actions.end(row=in_force, on=date(2021, 6, 1), reason="replaced", by=people[0])
    actions.end(row=in_force, on=date(2021, 3, 1), reason="sooner", by=people[0])
    with pytest.raises(RuleBroken, match="within the days"):
        actions.end(row=in_force, on=date(2021, 6, 1), reason="later", by=people[0])
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Version.objects.filter(pk=in_force.pk).update(ends_before=None)
    assert queries.find_policy(FruitPolicy, on=date(2021, 3, 1)) is None


def test_ending_needs_a_reason_and_an_approved_version(in_force, people):
    with pytest.raises(RuleBroken, match="Say why"):
        actions.end(row=in_force, on=date(2021, 6, 1), reason=" ", by=people[0])
    draft = actions.draft(text=later(), by=people[0])
    with pytest.raises(RuleBroken, match="discarded"):
        actions.end(row=draft, on=date(2022, 6, 1), reason="x", by=people[0])
    actions.discard(row=draft, by=people[0])
    with pytest.raises(RuleBroken, match="approved already"):
        actions.discard(row=in_force, by=people[0])


def test_a_version_cannot_start_before_the_one_it_follows(in_force, people):
    row = actions.draft(text=later(day="2021-01-01"), by=people[0])
    with pytest.raises(RuleBroken, match="must start after 2021-01-01"):
        actions.approve(row=row, by=people[1])


def test_what_fails_the_checks_of_publishing_is_refused_with_its_lines(people):
    row = actions.draft(text=TEXT.replace("{above: 10}", "{above: 12}").replace("0.40", "0.30"), by=people[0])
    with pytest.raises(BadInput) as refusal:
        actions.approve(row=row, by=people[1])
    assert [(p.place.row, p.place.column) for p in refusal.value.problems] == [
        (15, "body.fruits"),
        (24, "body.rows[1]"),
    ]
    assert Version.objects.get().state == "draft"


def test_two_articles_of_one_kind_and_scope_are_refused_also_by_the_database(in_force, people):
    other = TEXT.replace("demo-fruit", "other-fruit")
    row = actions.draft(text=other, by=people[0])
    with pytest.raises(BadInput, match="demo-fruit"):
        actions.approve(row=row, by=people[1])
    row.state, row.approved_by, row.approved_at = "approved", people[1], row.drafted_at
    with pytest.raises(IntegrityError, match="version_one_in_force"):
        row.save()


def test_a_units_own_article_hides_the_enterprises_there_only(in_force, people):
    own = later(TEXT.replace("demo-fruit", "north-fruit").replace("scope: {}", "scope: {unit: north}"))
    actions.approve(row=actions.draft(text=own, by=people[0]), by=people[1])
    on = date(2022, 6, 1)
    assert (
        queries.get_policy(FruitPolicy, on=on, scope=Subject(units=("town", "north", "all"))).body.days == 5
    )
    assert queries.get_policy(FruitPolicy, on=on, scope=Subject(units=("south", "all"))).body.days == 3


def test_a_code_keeps_its_kind(in_force, people):
    with pytest.raises(RuleBroken, match="another kind"):
        actions.draft(text=DEPUTIES.replace("x-deputies", "demo-fruit"), by=people[0])


def test_policy_costs_one_query(in_force, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.get_policy(FruitPolicy, on=date(2021, 6, 1))


def test_an_unknown_version_is_not_found(db):
    with pytest.raises(NotFound):
        queries.get_version("demo-fruit", 1)


DEPUTIES = """\
kind: deputies
code: x-deputies
title: {zh: 副管户}
scope: {}
starts_on: 2021-01-01
ends_before: null
document_number: 示例
source: ['6.2']
assumption: null
body: {must_be_primary_elsewhere: true}
"""
