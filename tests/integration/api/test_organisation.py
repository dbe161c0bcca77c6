"""Units, people and posts through the API: the same rules and reach as the pages."""

import pytest

from qiao.org.models import RoleType

pytestmark = pytest.mark.django_db
EDIT = ["org.view", "org.edit"]
DAY = {"on": "2026-12-01", "reason": "调整"}


@pytest.fixture
def hr(call):
    return call("hr", EDIT)


def test_a_unit_is_opened_renamed_moved_and_merged(cast, hr):
    new = {
        "code": "ding",
        "name_zh": "丁县",
        "kind": "county",
        "parent_id": cast.units["east"].pk,
        "starts_on": "2026-01-01",
    }
    made = hr("POST", "/org/units", new)
    assert made.status_code == 201
    unit = made.json()["id"]
    assert hr("POST", "/org/units", new).json()["field"] == "code"
    renamed = hr("PATCH", f"/org/units/{unit}", {"name_zh": "丁城", "lat": 30.5, "lon": 120.1}).json()
    assert (renamed["name_zh"], renamed["kind"], renamed["lat"]) == ("丁城", "county", 30.5)
    moved = hr("POST", f"/org/units/{unit}/move", {**DAY, "parent_id": cast.units["west"].pk}).json()
    assert moved["placements"][0]["parent_id"] == cast.units["west"].pk
    closed = hr("POST", f"/org/units/{unit}/close", {**DAY, "on": "2026-12-31"}).json()
    assert closed["ends_before"] == "2026-12-31"
    merged = hr(
        "POST", f"/org/units/{cast.units['jia'].pk}/close", {**DAY, "merge_into_id": cast.units["yi"].pk}
    )
    assert merged.json()["merged_into_id"] == cast.units["yi"].pk
    assert "丁县" in str(hr("GET", f"/org/units/{unit}/history").json())


def test_a_unit_with_people_in_it_is_not_closed_into_nothing(cast, hr):
    refused = hr("POST", f"/org/units/{cast.units['jia'].pk}/close", DAY)
    assert (refused.status_code, refused.json()["field"]) == (422, "merge_into")


def test_a_person_is_entered_posted_graded_transferred_and_leaves(cast, hr):
    person = hr("POST", "/org/people", {"code": "N1", "name": "新人", "starts_on": "2026-01-01"}).json()["id"]
    role = RoleType.objects.get(code="manager").pk
    post = {"unit_id": cast.units["jia"].pk, "role_type_id": role, "starts_on": "2026-01-01"}
    made = hr("POST", f"/org/people/{person}/postings", post)
    assert (made.status_code, made.json()["role"]) == (201, "manager")
    twice = hr("POST", f"/org/people/{person}/postings", post)
    assert (twice.status_code, twice.json()["code"]) == (422, "posting_overlap")
    assert hr("PATCH", f"/org/people/{person}", {"phone": "13800000000"}).json()["phone"] == "13800000000"
    assert hr("POST", f"/org/people/{person}/grades", {**DAY, "grade": "三级"}).status_code == 201
    assert hr("GET", f"/org/people/{person}/grades").json()[0]["grade"] == "三级"
    path = f"/org/people/{person}/postings/{made.json()['id']}"
    moved = hr("POST", f"{path}/transfer", {**DAY, "unit_id": cast.units["yi"].pk}).json()
    assert (moved["unit_id"], moved["starts_on"]) == (cast.units["yi"].pk, "2026-12-01")
    ended = hr("POST", f"/org/people/{person}/postings/{moved['id']}/end", {**DAY, "on": "2026-12-31"}).json()
    assert ended[0]["ends_before"] == "2026-12-31"
    assert len(hr("GET", f"/org/people/{person}/history").json()) > 4


def test_nobody_hands_out_more_than_he_has(cast, hr):
    role = RoleType.objects.get(code="administrator").pk
    post = {
        "unit_id": cast.units["jia"].pk,
        "role_type_id": role,
        "starts_on": "2026-01-01",
        "is_main": False,
    }
    refused = hr("POST", f"/org/people/{cast.people['former'].pk}/postings", post)
    assert (refused.status_code, refused.json()["code"]) == (422, "grant_rights")


def test_a_log_in_is_made_with_its_person_or_not_at_all(cast, call, hr):
    from qiao.runtime.models import User

    admin = call("administrator", ["org.view", "log_ins.edit"])
    taken = admin(
        "POST",
        f"/org/people/{cast.people['manager'].pk}/log-in",
        {"username": "second", "password": "river-and-hill-9"},
    )
    assert (taken.status_code, taken.json()["code"]) == (422, "log_in_taken")
    assert not User.objects.filter(username="second").exists()
    person = hr("POST", "/org/people", {"code": "N1", "name": "新人", "starts_on": "2026-01-01"}).json()["id"]
    made = admin(
        "POST", f"/org/people/{person}/log-in", {"username": "second", "password": "river-and-hill-9"}
    )
    assert (made.status_code, made.json()) == (201, {"username": "second"})
    assert hr("POST", f"/org/people/{person}/log-in", {"username": "x", "password": "y"}).status_code == 403


def test_who_lacks_right_or_reach_changes_nothing(cast, call):
    jia, manager = cast.units["jia"].pk, cast.people["manager"].pk
    supervisor, outsider = call("supervisor", ["org.view"]), call("outsider", ["org.view"])
    assert supervisor("PATCH", f"/org/units/{jia}", {"name_zh": "改"}).status_code == 403
    assert (
        supervisor("POST", "/org/people", {"code": "N", "name": "N", "starts_on": "2026-01-01"}).status_code
        == 403
    )
    assert supervisor("GET", f"/org/units/{cast.units['bing'].pk}").status_code == 404
    for path in (
        f"/org/units/{jia}",
        f"/org/people/{manager}",
        "/org/role-types",
        f"/org/people/{manager}/postings",
    ):
        assert outsider("GET", path).status_code == 403
    own = call("outsider", ["org.view"])("GET", f"/org/people/{cast.people['outsider'].pk}")
    assert own.json()["code"] == "P-outsider", "oneself is seen without any right"
    neighbour = call("neighbour", ["org.view"])
    assert neighbour("GET", f"/org/people/{manager}/grades").status_code == 404


def test_what_cannot_be_stored_is_refused_at_its_field(hr):
    bad = hr(
        "POST", "/org/people", {"code": "N\u0000", "name": " ", "starts_on": "0001-01-01", "email": "no"}
    )
    assert bad.status_code == 422
    fields = {problem["field"].split(".")[-1] for problem in bad.json()["problems"]}
    assert fields == {"code", "name", "starts_on", "email"}
