"""People at a customer: the decision chain is entered, drawn and kept free of circles; notes stand by day."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiao.customers import actions, queries
from qiao.customers.models import Contact
from qiao.kernel.errors import RuleBroken

pytestmark = pytest.mark.django_db


def put(cast, name, contact=None, customer="ours", **values):
    row = cast.customers[customer]
    return actions.put_contact(customer=row, contact=contact, by=None, name=name, **values)


def test_the_chain_is_entered_by_the_form_and_drawn(cast, log_in):
    client, pk = log_in("manager"), cast.customers["ours"].pk
    head = put(cast, "王总", role="leader", decision_role="decider", influence=5, attitude=-2, strength=1)
    values = {
        "name": "李科长",
        "decision_role": "influencer",
        "influence": "3",
        "attitude": "1",
        "reports_to_id": head.pk,
    }

    answer = client.post(reverse("customers:new_contact", args=[pk]), values)
    page = client.get(reverse("customers:people", args=[pk]), HTTP_HX_REQUEST="true").content.decode()

    assert answer.status_code == 302
    below = Contact.objects.get(name="李科长")
    assert (below.reports_to, below.influence, below.attitude, below.strength) == (head, 3, 1, None)
    assert "q-chain-person q-tone-bad" in page
    assert "q-chain-person q-tone-good" in page
    assert page.count("<polyline") == 1
    assert "●●●○○" in page
    assert "style=" not in page


def test_a_circle_is_refused_at_the_field(cast, log_in):
    head = put(cast, "王总")
    below = put(cast, "李科长", reports_to_id=head.pk)
    url = reverse("customers:contact", args=[cast.customers["ours"].pk, head.pk])

    answer = log_in("manager").post(url, {"name": "王总", "reports_to_id": below.pk})

    assert answer.status_code == 422
    assert "reports_to_id" in answer.context["form"].errors
    head.refresh_from_db()
    assert head.reports_to_id is None


def test_a_head_at_another_customer_is_refused(cast):
    other = put(cast, "外人", customer="theirs")
    with pytest.raises(RuleBroken):
        put(cast, "李科长", reports_to_id=other.pk)


@pytest.mark.parametrize(
    "values", [{"influence": 6}, {"attitude": 3}, {"strength": 0}, {"decision_role": "x"}]
)
def test_the_database_keeps_the_bounds(cast, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        put(cast, "王总", **values)


def test_notes_stand_by_day_and_say_who_wrote_them(cast, log_in):
    client, row = log_in("manager"), put(cast, "王总")
    url = reverse("customers:contact_notes", args=[row.customer_id, row.pk])
    for on, text in (("2026-11-02", "关注价格"), ("2026-11-20", "想看演示")):
        assert client.post(url, {"on": on, "text": text}).status_code == 302

    notes = queries.list_contact_notes(row.pk)

    assert [note.text for note in notes] == ["想看演示", "关注价格"]
    assert notes[0].person == cast.people["manager"]
    assert "想看演示" in client.get(url).content.decode()


def test_who_may_only_look_adds_no_note(cast, log_in):
    row = put(cast, "王总")
    url = reverse("customers:contact_notes", args=[row.customer_id, row.pk])
    assert log_in("auditor").get(url).status_code == 200
    assert log_in("auditor").post(url, {"on": "2026-11-02", "text": "x"}).status_code == 403
    assert log_in("neighbour").post(url, {"on": "2026-11-02", "text": "x"}).status_code == 404
    assert queries.list_contact_notes(row.pk) == []


def test_the_api_enters_the_same(cast, log_in):
    client, pk = log_in("manager"), cast.customers["ours"].pk
    body = {"name": "王总", "decision_role": "decider", "influence": 5, "attitude": 2, "strength": 4}
    made = client.post(f"/api/v1/customers/{pk}/contacts", body, "application/json")
    notes = f"/api/v1/customers/{pk}/contacts/{made.json()['id']}/notes"

    assert made.status_code == 201
    assert made.json()["influence"] == 5
    assert client.post(notes, {"on": "2026-11-02", "text": "x"}, "application/json").status_code == 201
    assert [one["text"] for one in client.get(notes).json()] == ["x"]
    too_much = client.post(f"/api/v1/customers/{pk}/contacts", {**body, "influence": 6}, "application/json")
    assert too_much.status_code == 422
