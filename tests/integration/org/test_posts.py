"""Posts: descriptions in versions, what their holders must know and say they know."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from qiao.kernel.errors import NotFound, RuleBroken
from qiao.org import actions, queries
from qiao.org.models import JobDescription, Known, MustKnow, Post
from qiao.runtime import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast):
    role = next(role for role in queries.list_role_types() if role.code == "manager")
    made = actions.create_post(
        code="kam",
        family=queries.named_word("family", "sales"),
        name_zh="客户经理",
        name_en="Manager",
        role_type=role,
        by=None,
    )
    describe(made, "走访\n交接", "资费\n规范", on=clock.today() - timedelta(days=30))
    return made


def describe(post, duties, facts, on, english=""):
    return actions.describe_post(post=post, duties=(duties, english), must_knows=(facts, ""), on=on, by=None)


def facts_of(cast, who="manager"):
    return {f.text_zh: f for f in queries.list_must_knows(cast.people[who].pk, clock.today())}


def test_a_person_sees_his_post_and_ticks_what_he_knows(cast, post, log_in):
    client = log_in("manager")
    text = client.get(reverse("org:my_post")).content.decode()
    assert all(word in text for word in ("走访", "交接", "资费", "规范", "我已掌握"))
    fact = facts_of(cast)["资费"]
    client.post(reverse("org:say_known", args=[fact.pk]), {"known": "1"})
    client.post(reverse("org:say_known", args=[fact.pk]), {"known": "1"})  # twice is once
    assert queries.known_since(cast.people["manager"].pk) == {fact.pk: clock.today()}
    assert "1 / 2" in log_in("hr").get(reverse("org:post", args=[post.pk])).content.decode()
    log_in("manager").post(reverse("org:say_known", args=[fact.pk]), {"known": "0"})
    assert not Known.objects.exists()


def test_nobody_ticks_for_a_post_he_does_not_hold(cast, post, log_in):
    fact = facts_of(cast)["资费"]
    assert (
        log_in("supervisor").post(reverse("org:say_known", args=[fact.pk]), {"known": "1"}).status_code == 404
    )
    with pytest.raises(NotFound):
        actions.say_known(person=cast.people["hr"], must_know_id=fact.pk, known=True, by=None)
    assert "尚未制定" in log_in("hr").get(reverse("org:my_post")).content.decode()


def test_a_new_version_keeps_the_old_and_what_is_known_of_what_stayed(cast, post):
    person, today = cast.people["manager"], clock.today()
    for fact in facts_of(cast).values():
        actions.say_known(person=person, must_know_id=fact.pk, known=True, by=None)
    Known.objects.update(on=today - timedelta(days=9))
    describe(post, "走访", "资费\n保密", on=today)

    now = facts_of(cast)
    assert list(now) == ["资费", "保密"]
    assert queries.known_since(person.pk)[now["资费"].pk] == today - timedelta(days=9)
    assert now["保密"].pk not in queries.known_since(person.pk)
    versions = queries.list_descriptions(post.pk)
    assert [(v.starts_on, v.ends_before) for v in versions] == [
        (today, None),
        (today - timedelta(days=30), today),
    ]
    assert queries.get_post(post.pk, today - timedelta(days=1)).description_now[0].duties_zh == "走访\n交接"


def test_a_level_holds_only_for_its_grade(cast, post):
    senior = actions.create_post(
        code="kam-1",
        family=post.family,
        name_zh="高级客户经理",
        role_type=post.role_type,
        level="高级",
        by=None,
    )
    describe(senior, "带教", "授权", on=clock.today())
    assert "授权" not in facts_of(cast)
    actions.set_grade(person=cast.people["manager"], grade="高级", on=clock.today(), reason="x", by=None)
    assert "授权" in facts_of(cast)
    assert "授权" not in facts_of(cast, "deputy")
    with pytest.raises(RuleBroken):
        actions.create_post(
            code="kam-2",
            family=post.family,
            name_zh="再一个",
            role_type=post.role_type,
            level="高级",
            by=None,
        )


@pytest.mark.parametrize(
    ("duties", "facts", "days", "code"),
    [
        ("", "资费", 0, "duties_missing"),
        ("走访", "资费", -40, "later_version"),
        ("走", "一" * 301, 0, "lines_long"),
    ],
)
def test_a_version_that_cannot_be_is_refused_and_nothing_changes(cast, post, duties, facts, days, code):
    before = (JobDescription.objects.count(), MustKnow.objects.count())
    with pytest.raises(RuleBroken) as refusal:
        describe(post, duties, facts, on=clock.today() + timedelta(days=days))
    assert refusal.value.code == code
    assert (JobDescription.objects.count(), MustKnow.objects.count()) == before


def test_the_usual_posts_are_entered_once_in_both_languages(cast, log_in):
    client = log_in("hr")
    assert client.post(reverse("org:enter_usual_posts")).status_code == 302
    number = Post.objects.count()
    assert number >= 6
    assert actions.enter_usual_posts(by=None) == 0
    assert not MustKnow.objects.filter(text_en="").exists()
    assert not JobDescription.objects.filter(duties_en="").exists()
    assert {p.family.code for p in queries.list_posts(clock.today())} == {
        "market", "sales", "support", "control", "product", "general",
    }  # fmt: skip
    assert client.get(reverse("org:posts")).content.decode().count("/org/posts/") >= number


def test_a_post_and_its_version_come_by_form(cast, log_in):
    client = log_in("hr")
    family = queries.named_word("family", "sales").pk
    made = client.post(reverse("org:new_post"), {"name_zh": "岗", "code": "p1", "family": family})
    url = made["Location"]
    version = {"on": "2026-01-01", "duties_zh": "甲\n乙", "duties_en": "One"}
    refused = client.post(url, version)
    assert refused.status_code == 422
    assert client.post(url, {**version, "duties_en": "One\nTwo", "must_zh": "丙"}).status_code == 302
    assert Post.objects.get(code="p1").descriptions.get().starts_on == date(2026, 1, 1)
    assert log_in("supervisor").get(url).status_code == 403


def test_the_api_does_the_same(cast, call):
    hr, manager = call("hr", ["org.view", "org.edit"]), call("manager", ["org.view"])
    role = next(role for role in queries.list_role_types() if role.code == "manager")
    body = {"code": "kam", "family": "sales", "name_zh": "客户经理", "role_type_id": role.pk}
    made = hr("POST", "/org/posts", body).json()
    version = {"on": "2026-01-01", "duties_zh": "走访", "must_zh": "资费\n规范"}
    full = hr("POST", f"/org/posts/{made['id']}/versions", version).json()
    assert [f["text_zh"] for f in full["must_knows"]] == ["资费", "规范"]
    fact = full["must_knows"][0]["id"]
    assert manager("PUT", f"/org/my-post/{fact}", {"known": True}).status_code == 204
    (mine,) = manager("GET", "/org/my-post").json()
    assert [f["known_since"] is not None for f in mine["must_knows"]] == [True, False]
    assert manager("POST", "/org/posts", body).status_code == 403
    assert len(hr("GET", "/org/posts").json()) == 1


def test_pages_cost_the_same_for_few_and_many(cast, post, log_in, django_assert_max_num_queries):
    actions.enter_usual_posts(by=None)
    client = log_in("hr")
    for url in (reverse("org:posts"), reverse("org:post", args=[post.pk]), reverse("org:my_post")):
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)
