"""The API: tokens, scope, cursors, problem+json, the same refusals as the pages."""

import pytest

pytestmark = pytest.mark.django_db


def test_without_a_token_there_is_a_problem_and_no_data(client, cast):
    answer = client.get("/api/v1/customers")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_list_is_in_scope_and_cursor_paged(call, cast):
    get = call("administrator", ["customers.view"])
    first = get("GET", "/customers?limit=2").json()
    second = get("GET", f"/customers?limit=2&cursor={first['next']}").json()
    assert [c["code"] for c in first["items"] + second["items"]] == ["C-far", "C-ours", "C-theirs"]
    assert second["next"] is None
    mine = call("manager", ["customers.view"])("GET", "/customers").json()
    assert [c["code"] for c in mine["items"]] == ["C-ours"]


def test_a_customer_out_of_scope_looks_like_none(call, cast):
    answer = call("neighbour", ["customers.view"])("GET", f"/customers/{cast.customers['ours'].pk}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_token_never_does_more_than_it_names(call, cast):
    send = call("manager", ["customers.view"])
    answer = send("PATCH", f"/customers/{cast.customers['ours'].pk}", {"name": "改"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_token_never_does_more_than_its_owner_may_today(call, cast):
    from datetime import date

    from qiao.org import actions, queries

    send = call("manager", ["customers.view"])
    posting = queries.list_postings(cast.people["manager"].pk)[0]
    actions.end_posting(posting=posting, on=date(2026, 11, 22), reason="离任", by=None)
    assert send("GET", "/customers").status_code == 403


def test_a_broken_rule_names_its_field(call, cast):
    send = call("supervisor", ["assignments.change", "customers.view"])
    body = {
        "customer_ids": [cast.customers["ours"].pk], "role": "primary", "person_id": cast.people["deputy"].pk,
        "on": "2026-11-22", "reason": "x",
    }  # fmt: skip
    answer = send("POST", "/customers/assign", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        "same_person",
        "person",
    )
    body["person_id"] = cast.people["former"].pk
    assert send("POST", "/customers/assign", body).json() == {"changed": 1}


def test_a_damaged_cursor_and_a_damaged_body_are_problems(call, cast):
    send = call("administrator", ["customers.view", "customers.edit"])
    assert send("GET", "/customers?cursor=%%%").json()["code"] == "cursor"
    answer = send("POST", "/customers", {"code": "X"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_the_description_is_complete(client, log_in):
    schema = log_in("administrator").get("/api/v1/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), f"{method} {path}"


def test_an_expired_or_revoked_token_opens_nothing(call, cast, client):
    from datetime import timedelta

    from qiao.runtime import clock
    from qiao.runtime.models import ApiToken

    send = call("manager", ["customers.view"])
    assert send("GET", "/customers").status_code == 200
    ApiToken.objects.update(revoked_at=clock.now())
    assert send("GET", "/customers").status_code == 401
    ApiToken.objects.update(
        revoked_at=None,
        created_at=clock.now() - timedelta(days=2),
        expires_at=clock.now() - timedelta(days=1),
    )
    assert send("GET", "/customers").status_code == 401
