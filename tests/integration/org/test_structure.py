"""Template structures: gaps shown, the missing units made in one step, templates kept by the enterprise."""

from datetime import timedelta

import pghistory
import pytest
from django.urls import reverse

from qiao.kernel.errors import RuleBroken
from qiao.org import actions, queries
from qiao.org.models import (
    Establishment,
    Post,
    RoleType,
    StructureMade,
    TemplateUnit,
    Unit,
    UnitPlacement,
)
from qiao.runtime import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def usual(cast):
    actions.enter_usual_posts(by=None)
    actions.enter_usual_structure(by=None)
    return cast


def compared(cast, *units):
    found = queries.compare_structure([cast.units[u].pk for u in units], clock.today())
    return {one.unit_id: one for one in found}


def test_what_is_missing_is_previewed_then_made_once(usual, log_in):
    client, url = log_in("hr"), reverse("org:create_missing")
    east = usual.units["east"].pk
    text = client.get(url, {"unit": east}).content.decode()
    assert "east-kac-desk" in text
    assert not Unit.objects.filter(code="east-kac").exists()  # a preview makes nothing
    assert client.post(f"{url}?unit={east}").status_code == 302
    tree = queries.get_tree()
    codes = {tree.nodes[u].code for u in tree.descendants(east)}
    assert {"east-kac", "east-kac-desk", "east-kac-cmm", "east-kac-cbd"} <= codes
    before = Unit.objects.count()
    client.post(f"{url}?unit={east}")
    assert Unit.objects.count() == before
    assert compared(usual, "east")[east].missing == ()
    assert compared(usual, "west")[usual.units["west"].pk].missing != ()


def test_all_or_none_when_a_code_belongs_to_another_unit(usual, log_in):
    today = clock.today()
    actions.create_unit(
        code="jia-kas", name_zh="别处", kind="x", starts_on=today, by=None, parent=usual.units["west"]
    )
    before = Unit.objects.count()
    with pytest.raises(RuleBroken):
        actions.make_missing(unit_ids=[usual.units["east"].pk, usual.units["jia"].pk], on=today, by=None)
    answer = log_in("hr").post(reverse("org:create_missing"))
    assert answer.status_code == 422
    assert "jia-kas" in answer.content.decode()
    assert Unit.objects.count() == before


def test_posts_short_are_counted_from_who_is_posted_there(usual, log_in):
    one = compared(usual, "jia")[usual.units["jia"].pk]
    held = {row.post.post.code: (row.held, row.post.number, row.short) for row in one.posts}
    assert held == {"marketing_chief": (0, 1, 1), "key_account_manager": (3, 2, 0)}
    assert one.vacant == 1
    text = log_in("hr").get(reverse("org:unit_structure", args=[usual.units["jia"].pk])).content.decode()
    assert "大客户经理" in text


def test_a_template_refuses_what_cannot_stand(cast):
    top = actions.put_template_unit(code="a", for_kind="city", kind="centre", name_zh="甲", by=None)
    inner = actions.put_template_unit(
        code="b", for_kind="city", kind="room", name_zh="乙", above=top, by=None
    )
    for values, code in (
        ({"code": "a", "for_kind": "city"}, "code_taken"),
        ({"code": "c", "for_kind": "county", "above": top}, "template_kind"),
        ({"code": "a", "for_kind": "city", "above": inner, "row": top}, "unit_cycle"),
        ({"code": "a", "for_kind": "county", "row": top}, "template_used"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            actions.put_template_unit(kind="room", name_zh="丙", by=None, **values)
        assert refusal.value.code == code
    actions.drop_from_template(row=top, by=None)
    assert not TemplateUnit.objects.exists()


def test_templates_are_kept_by_form_and_only_by_who_reaches_everything(cast, log_in):
    client = log_in("hr")
    assert client.post(reverse("org:enter_usual_structure")).status_code == 302
    assert "大客户服务中心" in client.get(reverse("org:templates")).content.decode()
    form = {"for_kind": "city", "name_zh": "法务室", "kind": "room", "code": "law", "place": 9}
    assert client.post(reverse("org:new_template_unit"), form).status_code == 302
    assert client.post(reverse("org:new_template_unit"), form).status_code == 422
    row = TemplateUnit.objects.get(code="law")
    client.post(reverse("org:template_unit", args=[row.pk]), {**form, "name_zh": "法律室"})
    row.refresh_from_db()
    assert row.name_zh == "法律室"
    client.post(reverse("org:drop_template_unit", args=[row.pk]))
    assert not TemplateUnit.objects.filter(code="law").exists()
    assert log_in("supervisor").get(reverse("org:templates")).status_code == 403
    assert log_in("supervisor").post(reverse("org:create_missing")).status_code == 403


def test_a_supervisor_sees_the_gaps_of_his_units_only(usual, log_in, django_assert_max_num_queries):
    client = log_in("supervisor")
    client.get(reverse("org:structure"))
    with django_assert_max_num_queries(12):
        text = client.get(reverse("org:structure")).content.decode()
    assert "东市公司" in text
    assert "西市公司" not in text
    west = reverse("org:unit_structure", args=[usual.units["west"].pk])
    assert client.get(west).status_code in (403, 404)


def test_the_api_compares_asks_and_makes(usual, call):
    hr = call("hr", ["org.view", "org.edit"])
    east = usual.units["east"].pk
    (one,) = hr("GET", f"/org/structure?unit_id={east}").json()
    assert {p["code"] for p in one["places"] if p["unit_id"] is None} >= {"east-kac"}
    new = {"code": "law", "for_kind": "city", "kind": "room", "name_zh": "法务室"}
    row = hr("POST", "/org/structure/templates/units", new).json()
    assert hr("PUT", f"/org/structure/templates/units/{row['id']}", {**new, "place": 3}).json()["place"] == 3
    post = hr("GET", "/org/posts").json()[0]["id"]
    asked = hr(
        "PUT", "/org/structure/templates/posts", {"for_kind": "city", "post_id": post, "number": 4}
    ).json()
    assert hr("DELETE", f"/org/structure/templates/posts/{asked['id']}").status_code == 204
    made = hr("POST", "/org/structure/missing", {"unit_id": east}).json()
    assert (made["made"], made["posts"]) == (5, 2)
    assert hr("POST", "/org/structure/missing", {"unit_id": east}).json() == {
        "id": None,
        "made": 0,
        "posts": 0,
    }
    assert hr("POST", f"/org/structure/made/{made['id']}/undo").json() == {"kept": []}
    assert hr("POST", f"/org/structure/made/{made['id']}/undo").status_code == 422
    body = {"post_id": post, "number": 2, "on": clock.today().isoformat()}
    assert hr("PUT", f"/org/units/{east}/establishments", body).status_code == 204
    assert hr("DELETE", f"/org/structure/templates/units/{row['id']}").status_code == 204
    assert call("supervisor", ["org.view"])("POST", "/org/structure/missing", {}).status_code == 403


def test_missing_posts_are_previewed_set_up_and_taken_back_with_their_units(usual, log_in):
    client, url, east = log_in("hr"), reverse("org:create_missing"), usual.units["east"].pk
    chief = Post.objects.get(code="marketing_chief")
    actions.put_establishment(
        unit=usual.units["jia"], post=chief, number=3, on=usual.units["jia"].starts_on, by=None
    )
    before = units_and_posts()
    page = client.get(url, {"unit": east}).content.decode()
    assert "营销主任" in page or chief.name_zh in page
    assert units_and_posts() == before  # a preview makes nothing
    assert client.post(f"{url}?unit={east}", {"what": "posts"}).status_code == 302
    assert [one.post.code for one in Establishment.objects.filter(unit_id=east)] == ["marketing_chief"]
    assert not Unit.objects.filter(code="east-kac").exists()
    client.post(f"{url}?unit={east}")
    assert {one.post.code for one in Establishment.objects.filter(unit__code__startswith="east-kac")} == {
        "service_desk",
        "project_manager",
    }
    one = compared(usual, "east", "jia")
    assert one[east].missing_posts == ()
    assert Establishment.objects.get(unit=usual.units["jia"], post=chief).number == 3  # more than asked stays
    second, first = StructureMade.objects.order_by("-pk")
    for made in (second, first):
        assert client.post(reverse("org:undo_made", args=[made.pk])).status_code == 302
    assert units_and_posts() == before


def test_what_was_used_since_stays_and_is_named(usual, log_in):
    client, east = log_in("hr"), usual.units["east"].pk
    client.post(f"{reverse('org:create_missing')}?unit={east}")
    desk = Unit.objects.get(code="east-kac-desk")
    with pghistory.context(path="later"):
        actions.appoint(
            person=usual.people["outsider"], unit=desk, role_type=RoleType.objects.get(code="nothing"),
            starts_on=clock.today(), is_main=False, by=None,
        )  # fmt: skip
    made = StructureMade.objects.get()
    page = client.post(reverse("org:undo_made", args=[made.pk]), follow=True).content.decode()
    made.refresh_from_db()
    assert {name for name, _why in made.kept} == {desk.name_zh, "大客户服务中心"}
    assert desk.name_zh in page
    assert not Unit.objects.filter(code="east-kac-cbd").exists()


def test_a_post_is_set_up_from_a_day_and_closed(usual, log_in):
    client, jia = log_in("hr"), usual.units["jia"]
    post, url = Post.objects.get(code="key_account_manager"), reverse("org:set_up_post", args=[jia.pk])
    today = clock.today()
    assert client.post(url, {"post": post.pk, "number": 2, "on": today}).status_code == 302
    assert client.post(url, {"post": post.pk, "number": 2, "on": today}).status_code == 422
    client.post(url, {"post": post.pk, "number": 0, "on": today + timedelta(days=30)})
    row = Establishment.objects.get(unit=jia)
    assert (row.number, row.ends_before) == (2, today + timedelta(days=30))
    assert log_in("supervisor").post(url, {"post": post.pk, "number": 1, "on": today}).status_code == 403


def units_and_posts() -> list[tuple]:
    found = []
    for model in (Unit, UnitPlacement, Establishment):
        found += model.objects.order_by("pk").values_list()
    return found
