"""The rulebook for programs: read, check, draft, approve by a second person."""

import pytest

from qiao.rulebook.actions import install_pack
from qiao.rulebook.models import Version

pytestmark = pytest.mark.django_db
DRAFT = ["rulebook.view", "rulebook.draft"]
APPROVE = ["rulebook.view", "rulebook.approve"]
PATH = "/rulebook/articles/telecom-activity"


@pytest.fixture
def text(cast):
    install_pack(name="telecom", by=None)
    stored = Version.objects.get(code="telecom-activity").text
    return stored.replace("silent_days: 60", "silent_days: 45").replace(
        "starts_on: 2018-01-01", "starts_on: 2027-01-01"
    )


def test_a_text_is_checked_without_being_kept(call, text):
    send = call("hr", DRAFT)
    review = send("POST", "/rulebook/check", {"text": text}).json()
    assert (review["compared_with"], review["faults"]) == (1, [])
    assert any("60" in sentence and "45" in sentence for sentence in review["changes"])
    bad = send(
        "POST", "/rulebook/check", {"text": text.replace("silent_days: 45", "silent_days: 400")}
    ).json()
    assert bad["faults"][0]["line"], "a fault names the line it stands on"
    broken = send("POST", "/rulebook/check", {"text": "kind: [\n"})
    assert (broken.status_code, broken.json()["code"]) == (422, "bad_input")
    assert Version.objects.filter(code="telecom-activity").count() == 1
    assert call("manager", ["rulebook.view"])("POST", "/rulebook/check", {"text": text}).status_code == 403


def test_a_draft_is_approved_by_another_or_refused(cast, call, text):
    made = call("hr", DRAFT)("POST", "/rulebook/drafts", {"text": text})
    assert (made.status_code, made.json()["version"]) == (201, 2)
    own = call("hr", DRAFT)("POST", f"{PATH}/2/approve")
    assert own.status_code == 403
    review = call("manager", ["rulebook.view"])("GET", f"{PATH}/2/review").json()
    assert review["compared_with"] == 1
    approved = call("administrator", APPROVE)("POST", f"{PATH}/2/approve").json()
    assert approved["standing"] == "approved"
    assert call("hr", DRAFT)("DELETE", f"{PATH}/2").json()["code"] == "not_a_draft"
    assert [row["version"] for row in call("manager", ["rulebook.view"])("GET", PATH).json()] == [2, 1]


def test_who_drafted_cannot_approve_even_with_the_right(cast, call, text):
    both = call("administrator", [*DRAFT, "rulebook.approve"])
    both("POST", "/rulebook/drafts", {"text": text})
    own = both("POST", f"{PATH}/2/approve")
    assert (own.status_code, own.json()["code"]) == (422, "second_person")
    assert both("DELETE", f"{PATH}/2").status_code == 204


def test_kinds_are_listed_and_an_article_is_ended(call, text):
    kinds = call("manager", ["rulebook.view"])("GET", "/rulebook/kinds").json()
    assert {"customer_tiers", "activity"} <= {kind["code"] for kind in kinds}
    body = {"on": "2027-01-01", "reason": "废止"}
    assert call("hr", DRAFT)("POST", f"{PATH}/1/end", body).status_code == 403
    assert call("administrator", APPROVE)("POST", f"{PATH}/1/end", body).json()["ends_before"] == "2027-01-01"
    assert call("outsider", ["rulebook.view"])("GET", "/rulebook/articles").status_code == 403
