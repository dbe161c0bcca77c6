"""Tags, favourites and what somebody looked at last, on records of any kind."""

import pytest

from qiao.kernel.errors import NotFound, RuleBroken
from qiao.org.access import viewer_of
from qiao.runtime.records import access, actions, queries, showing
from qiao.runtime.records.actions.marks import VISITS_KEPT
from qiao.runtime.records.models import Tag, Tagged, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def red(cast):
    return actions.put_tag(kind="customer", name="重点", colour="red", by=None)


@pytest.fixture
def ours(cast):
    return cast.customers["ours"].pk


def test_a_tag_is_put_on_a_record_and_taken_off_in_the_page(cast, log_in, red, ours):
    client, url = log_in("manager"), f"/records/customer/{ours}/mark/"
    bar = client.post(url, {"tag": red.pk}, HTTP_HX_REQUEST="true").content.decode()
    assert '<span class="q-tag q-tag-red">重点' in bar
    client.post(url, {"tag": red.pk})
    assert Tagged.objects.count() == 1
    assert client.post(url, {"tag": red.pk, "on": "0"})["Location"] == f"/customers/{ours}/"
    assert not Tagged.objects.exists()


def test_a_list_shows_tags_and_is_filtered_by_them(cast, log_in, red, ours):
    blue = actions.put_tag(kind="customer", name="甲级", colour="blue", by=None)
    actions.mark(pks=[ours], add=[red, blue], by=None)
    page = log_in("supervisor").get(f"/customers/?tag={red.pk}&columns=name&columns=tags").content.decode()
    assert "云桥机械有限公司" in page
    assert "乙县供销社" not in page
    assert "甲级、重点" in page or "重点、甲级" in page
    assert log_in("supervisor").get("/customers/?tag=999").status_code == 422  # a tag that is gone says so


def test_many_records_are_tagged_at_once_and_none_out_of_scope(cast, log_in, red, ours):
    client = log_in("supervisor")
    theirs, far = cast.customers["theirs"].pk, cast.customers["far"].pk
    picked, url = {"pick": [ours, theirs]}, "/records/customer/mark/"
    assert "云桥机械有限公司" in client.post(url, {**picked, "next": "/customers/"}).content.decode()
    done = client.post(url, {**picked, "chosen": "1", "add": [red.pk], "next": "/customers/?q=x"})
    assert done["Location"] == "/customers/?q=x"
    assert Tagged.objects.count() == 2
    assert client.post(url, {"pick": [ours, far], "chosen": "1", "add": [red.pk]}).status_code == 404
    evil = client.post(url, {**picked, "chosen": "1", "remove": [red.pk], "next": "//evil.example/"})
    assert evil["Location"] == "/"
    assert not Tagged.objects.exists()


def test_who_keeps_the_tags_enters_renames_and_drops_them(cast, log_in, red, ours):
    actions.mark(pks=[ours], add=[red], by=None)
    client, url = log_in("administrator"), "/records/customer/tags/"
    assert client.post(url, {"name": "重点", "colour": "blue"}).status_code == 422
    assert client.post(url, {"name": "试点", "colour": "pink"}).status_code == 422
    assert client.post(url, {"name": "试点", "colour": "blue"}).status_code == 302
    assert client.post(f"{url}{red.pk}/", {"name": "重点客户", "colour": "green"}).status_code == 302
    assert client.post(f"{url}{red.pk}/drop/").status_code == 302
    assert [tag.name for tag in Tag.objects.all()] == ["试点"]
    assert client.get("/records/nothing/tags/").status_code == 404
    assert log_in("manager").post(url, {"name": "x", "colour": "blue"}).status_code == 403


def test_a_tag_belongs_to_its_kind_of_record(cast, red):
    with pytest.raises(NotFound):
        access.tags_among("person", [red.pk])
    with pytest.raises(RuleBroken, match="added and removed"):
        actions.mark(pks=[1], add=[red], remove=[red], by=None)


@pytest.mark.parametrize("member", ["outsider", "neighbour", "former", "hr"])
def test_out_of_scope_there_is_nothing_by_any_route(cast, log_in, call, red, ours, member):
    client = log_in(member)
    assert client.get(f"/records/customer/{ours}/bar/").status_code == 404
    posts = [("mark", {"tag": red.pk}), ("favourite", {})]
    assert {client.post(f"/records/customer/{ours}/{name}/", data).status_code for name, data in posts} == {
        404
    }
    many = client.post("/records/customer/mark/", {"pick": [ours], "chosen": "1", "add": [red.pk]})
    assert many.status_code in (403, 404)
    send, of = call(member, ["customers.view", "records.write"]), f"/records/customer/{ours}"
    tried = [
        ("GET", f"{of}/tags", None),
        ("POST", f"{of}/tags", {"add": [red.pk]}),
        ("PUT", f"{of}/favourite", {"on": True}),
    ]
    assert {send(*one).status_code for one in tried} == {404}
    assert send("POST", "/records/customer/mark", {"pks": [ours], "add": [red.pk]}).status_code in (403, 404)
    assert not Tagged.objects.exists()


def test_favourites_and_what_was_looked_at_last_are_at_hand(cast, log_in, ours):
    client = log_in("manager")
    client.post(f"/records/customer/{ours}/favourite/", {"on": "1"})
    client.get(f"/records/unit/{cast.units['jia'].pk}/bar/", HTTP_HX_REQUEST="true")
    for page in ("/search/?q=", "/records/places/"):
        hits = client.get(page, HTTP_HX_REQUEST="true").content.decode()
        assert "云桥机械有限公司" in hits
        assert "甲县" in hits
    client.post(f"/records/customer/{ours}/favourite/", {"on": "0"})
    assert "云桥机械有限公司" not in client.get("/search/?q=", HTTP_HX_REQUEST="true").content.decode()


def test_what_somebody_lost_sight_of_is_no_longer_named_to_him(cast, ours):
    former = cast.users["former"]
    seen = access.get_record(viewer_of(cast.users["manager"]), "customer", ours)
    actions.keep_at_hand(record=seen, user_id=former.pk, on=True)
    actions.note_visit(record=seen, user_id=former.pk)
    assert showing.places_of(viewer_of(former)) == []


def test_only_the_newest_visits_are_kept(cast):
    kind = access.get_kind(viewer_of(cast.users["manager"]), "customer")
    for pk in range(1, VISITS_KEPT + 8):
        actions.note_visit(record=access.Record(kind, pk, "x"), user_id=cast.users["manager"].pk)
    kept = Visit.objects.filter(user=cast.users["manager"]).values_list("object_id", flat=True)
    assert sorted(kept) == list(range(8, VISITS_KEPT + 8))


def test_many_tags_cost_no_more_than_few(cast, log_in, red, ours, django_assert_max_num_queries):
    more = [actions.put_tag(kind="customer", name=f"标签{n}", colour="blue", by=None) for n in range(20)]
    actions.mark(pks=[ours], add=[red, *more], by=None)
    client, shown = log_in("manager"), f"/customers/?tag={red.pk}&columns=name&columns=tags"
    for url in (f"/records/customer/{ours}/bar/", shown, "/search/?q="):
        client.get(url, HTTP_HX_REQUEST="true")
        with django_assert_max_num_queries(12):
            client.get(url, HTTP_HX_REQUEST="true")


def test_the_program_does_what_the_page_does(cast, call, ours):
    admin = call("administrator", ["customers.view", "records.write", "records.tags"])
    made = admin("POST", "/records/customer/tags", {"name": "重点", "colour": "red"}).json()
    assert admin("POST", "/records/customer/tags", {"name": "x", "colour": "pink"}).status_code == 422
    renamed = admin("PUT", f"/records/customer/tags/{made['id']}", {"name": "重点客户", "colour": "red"})
    assert renamed.json()["name"] == "重点客户"
    send = call("manager", ["customers.view", "records.write"])
    assert send("POST", f"/records/customer/{ours}/tags", {"add": [made["id"]]}).json() == {"changed": 1}
    assert [tag["id"] for tag in send("GET", f"/records/customer/{ours}/tags").json()] == [made["id"]]
    assert [row["id"] for row in send("GET", f"/customers?tag_id={made['id']}").json()["items"]] == [ours]
    assert send("GET", "/records/customer/tags").json()[0]["used"] == 1
    many = {"pks": [ours], "remove": [made["id"]]}
    assert send("POST", "/records/customer/mark", many).json() == {"changed": 1}
    assert send("PUT", f"/records/customer/{ours}/favourite", {"on": True}).status_code == 204
    assert send("GET", "/records/places").json()[0]["hits"][0]["title"] == "云桥机械有限公司"
    assert admin("DELETE", f"/records/customer/tags/{made['id']}").json() == {"changed": 0}
    assert queries.list_tags("customer", ours) == []
