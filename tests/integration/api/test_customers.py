"""Customers through the API: the same rules and reach as the pages."""

import pytest

from qiao.customers.models import Assignment, Contact

pytestmark = pytest.mark.django_db
EDIT = ["customers.view", "customers.edit"]
DAY = {"on": "2026-12-01", "reason": "调整"}


@pytest.fixture
def ours(cast):
    return f"/customers/{cast.customers['ours'].pk}"


def test_a_file_is_opened_within_reach_only(cast, call):
    new = {"code": "N1", "name": "新客户", "starts_on": "2026-01-01", "home_unit_id": cast.units["jia"].pk}
    supervisor = call("supervisor", EDIT)
    made = supervisor("POST", "/customers", new)
    assert (made.status_code, made.json()["stage"]) == (201, "service")
    far = supervisor("POST", "/customers", {**new, "code": "N2", "home_unit_id": cast.units["bing"].pk})
    assert far.status_code == 403
    assert supervisor("POST", "/customers", {**new, "code": "N3", "stage": "married"}).status_code == 422


def test_contacts_come_change_and_go(call, ours):
    manager = call("manager", EDIT)
    made = manager("POST", f"{ours}/contacts", {"name": "联系人", "role": "finance"})
    contact = made.json()["id"]
    assert made.status_code == 201
    changed = manager("PUT", f"{ours}/contacts/{contact}", {"name": "换了", "phone": "1"}).json()
    assert (changed["name"], changed["role"]) == ("换了", "")
    assert [row["id"] for row in manager("GET", f"{ours}/contacts").json()] == [contact]
    assert call("neighbour", EDIT)("DELETE", f"{ours}/contacts/{contact}").status_code == 404
    assert call("manager", ["customers.view"])("DELETE", f"{ours}/contacts/{contact}").status_code == 403
    assert manager("DELETE", f"{ours}/contacts/{contact}").status_code == 204
    assert not Contact.objects.exists()
    assert manager("PUT", f"{ours}/contacts/{contact}", {"name": "x"}).status_code == 404


def test_a_site_is_stored_in_wgs84_with_its_source(call, ours):
    manager = call("manager", EDIT)
    made = manager(
        "POST", f"{ours}/sites", {"address": "甲县某路1号", "lat": 30.25, "lon": 120.15, "datum": "GCJ-02"}
    ).json()
    assert made["source_datum"] == "gcj02"
    assert 0.001 < abs(made["lon"] - 120.15) < 0.01
    half = manager("POST", f"{ours}/sites", {"lat": 30.25})
    assert (half.status_code, half.json()["field"]) == (422, "lat")
    off = manager("PUT", f"{ours}/sites/{made['id']}", {"lat": 90, "lon": 180, "datum": "BD-09"})
    assert off.status_code in {200, 422}
    assert call("neighbour", EDIT)("GET", f"{ours}/sites").status_code == 404
    assert call("manager", EDIT)("GET", "/customers/map").json()[0]["name"] == "云桥机械有限公司"


def test_many_customers_change_hands_or_none_does(cast, call):
    ids = [cast.customers["ours"].pk, cast.customers["theirs"].pk]
    body = {**DAY, "customer_ids": ids, "role": "primary", "person_id": cast.people["former"].pk}
    send = call("supervisor", ["customers.view", "assignments.change"])
    assert send("POST", "/customers/assign", body).json() == {"changed": 2}
    beyond = {**body, "customer_ids": [*ids, cast.customers["far"].pk]}
    before = Assignment.objects.count()
    assert send("POST", "/customers/assign", beyond).status_code == 404
    assert Assignment.objects.count() == before
    assert call("manager", EDIT)("POST", "/customers/assign", body).status_code == 403


def test_customers_move_between_units_within_reach(cast, call, ours):
    send = call("supervisor", ["customers.view", "assignments.change"])
    body = {**DAY, "customer_ids": [cast.customers["ours"].pk], "unit_id": cast.units["yi"].pk}
    assert send("POST", "/customers/move", body).json() == {"changed": 1}
    assert send("GET", f"{ours}/home-units").json()[0]["unit_id"] == cast.units["yi"].pk
    assert send("POST", "/customers/move", {**body, "unit_id": cast.units["bing"].pk}).status_code == 403


def test_a_file_is_changed_field_by_field_and_its_history_says_so(call, ours):
    manager = call("manager", EDIT)
    changed = manager("PATCH", ours, {"industry": "machinery", "tax_number": "91"}).json()
    assert (changed["industry"], changed["tax_number"], changed["name"]) == (
        "machinery",
        "91",
        "云桥机械有限公司",
    )
    history = manager("GET", f"{ours}/history").json()
    # In one transaction all happened at the same instant: the change is known by what it says, not by its place.
    said = [change for event in history for change in event["changes"]]
    assert any({"before": "", "after": "machinery"}.items() <= change.items() for change in said)
    assert manager("GET", f"{ours}/timeline").status_code == 200
    for path in ("history", "timeline", "contacts", "assignments", "home-units", "subsidiaries"):
        assert call("neighbour", EDIT)("GET", f"{ours}/{path}").status_code == 404
        assert call("outsider", EDIT)("GET", f"{ours}/{path}").status_code in {403, 404}


def test_a_list_is_filtered(call, cast):
    send = call("administrator", ["customers.view"])
    assert [c["code"] for c in send("GET", "/customers?missing=deputy").json()["items"]] == [
        "C-far",
        "C-theirs",
    ]
    unit = cast.units["east"].pk
    assert len(send("GET", f"/customers?unit_id={unit}").json()["items"]) == 2
    assert send("GET", "/customers?activity=asleep").status_code == 422
    assert send("GET", "/customers?q=%00").status_code == 422
