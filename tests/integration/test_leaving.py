"""A person leaves: everything goes over or nothing does, and it comes back as one step."""

from datetime import date, timedelta

import pytest

from qiao.customers import actions as customers
from qiao.customers.core.assignment import DeputyPolicy
from qiao.customers.models import Assignment, Customer
from qiao.kernel.errors import RuleBroken
from qiao.org import actions as org
from qiao.org.models import Departure, Person, Posting
from qiao.runtime import clock
from qiao.runtime.contributions import ApprovalKind, HandOver, register, unregister
from qiao.work import actions as work
from qiao.work.core.route import Stage
from qiao.work.models import Approval, Clock, Delegation, Sign, Task

pytestmark = pytest.mark.django_db
PAPER = ApprovalKind("test.leaving", "Paper", lambda pk: "/", on_agreed=lambda **_: None)


@pytest.fixture
def paper():
    register(PAPER)
    yield PAPER
    unregister(PAPER)


def leave(cast, who="manager", to="deputy", **more):
    values = {"on": clock.today(), "reason": "离职", "by": cast.users["hr"]} | more
    return org.leave(person=cast.people[who], successor=cast.people[to], **values)


def everything(person):
    """All that belongs to a person, as plain values."""
    return {
        "person": list(Person.objects.filter(pk=person.pk).values("ends_before", "user__is_active")),
        "posts": list(Posting.objects.filter(person=person).order_by("pk").values()),
        "serves": list(Assignment.objects.order_by("pk").values()),
        "shown": list(Customer.objects.order_by("pk").values("primary_id", "deputy_id")),
        "tasks": list(Task.objects.filter(state="open").order_by("pk").values("id", "owner_id", "unit_id")),
        "clocks": list(Clock.objects.order_by("pk").values("person_id")),
        "signs": list(Sign.objects.order_by("pk").values("signer_id", "verdict")),
        "delegations": list(Delegation.objects.order_by("pk").values()),
    }


def fill(cast, ours):
    """Give the manager a task with a clock, a signature to set, a delegation, and a customer without deputy."""
    people, today = cast.people, clock.today()
    task = work.give_task(title="回访", owner_id=people["manager"].pk, by=None, minutes=60, counts="round")
    asked = work.ask(
        kind=PAPER.code, subject_id=7, title="一份文件", author_id=people["former"].pk, by=cast.users["former"],
        route=[Stage("人力", "any", (people["manager"].pk,))],
    )  # fmt: skip
    work.delegate(
        person_id=people["manager"].pk, delegate_id=people["supervisor"].pk, starts_on=today - timedelta(days=3),
        ends_before=today + timedelta(days=9), kind="", reason="", by=None,
    )  # fmt: skip
    return task, asked


def test_everything_goes_over_in_one_step_and_history_stays(cast, paper):
    ours, people, today = cast.customers["ours"], cast.people, clock.today()
    before = list(Assignment.objects.filter(customer=ours, ends_before__lt=today).values())
    task, asked = fill(cast, ours)
    assert leave(cast).checklist[0] == ["结束的岗位", 1]
    ours.refresh_from_db()
    assert (ours.primary_id, ours.deputy_id) == (people["deputy"].pk, None)  # the deputy moves up
    assert list(Assignment.objects.filter(customer=ours, ends_before__lt=today).values()) == before
    own = Assignment.objects.get(customer=ours, person=people["manager"])
    assert own.ends_before == today
    assert Assignment.objects.get(customer=ours, person=people["deputy"], role="primary").reason == "离职"
    task.refresh_from_db()
    assert task.owner_id == people["deputy"].pk
    assert Clock.objects.get(subject_id=task.pk, kind=work.TASK_CLOCK).person_id == people["deputy"].pk
    assert Sign.objects.get(approval=asked).signer_id == people["deputy"].pk
    assert Delegation.objects.get().ends_before == today
    listed = Task.objects.get(source_kind="person", source_id=people["manager"].pk)
    assert listed.owner_id == people["deputy"].pk
    assert "担任客户经理的客户: 1" in listed.text
    cast.users["manager"].refresh_from_db()
    assert not cast.users["manager"].is_active
    work.decide(approval_id=asked.pk, person_id=people["deputy"].pk, agrees=True, comment="", by=None)
    asked.refresh_from_db()
    assert asked.state == Approval.State.AGREED


def test_a_later_day_keeps_the_log_in_until_then(cast, monkeypatch):
    on = clock.today() + timedelta(days=3)
    leave(cast, on=on)
    cast.users["manager"].refresh_from_db()
    assert cast.users["manager"].is_active
    assert org.close_log_ins(on=on - timedelta(days=1)) == 0
    assert org.close_log_ins(on=on) == 1
    cast.users["manager"].refresh_from_db()
    assert not cast.users["manager"].is_active


def test_one_part_that_fails_moves_nothing(cast, paper):
    fill(cast, cast.customers["ours"])
    before = everything(cast.people["manager"])

    def fail(**_):
        raise RuleBroken("no", code="no")

    broken = HandOver("test.last", 999, lambda *_: [], fail, fail)
    register(broken)
    try:
        with pytest.raises(RuleBroken):
            leave(cast)
    finally:
        unregister(broken)
    assert everything(cast.people["manager"]) == before
    assert Departure.objects.count() == 0


def test_taken_back_everything_stands_as_before_and_only_once(cast, paper):
    fill(cast, cast.customers["ours"])
    before = everything(cast.people["manager"])
    made = leave(cast)
    assert everything(cast.people["manager"]) != before
    org.undo_departure(departure_id=made.pk, by=cast.users["hr"])
    assert everything(cast.people["manager"]) == before
    with pytest.raises(RuleBroken) as refused:
        org.undo_departure(departure_id=made.pk, by=cast.users["hr"])
    assert refused.value.code == "undone_already"


@pytest.mark.parametrize("change", ["task", "customer", "approval"])
def test_what_changed_since_keeps_the_whole_from_being_taken_back(change, cast, paper):
    ours, people = cast.customers["ours"], cast.people
    task, asked = fill(cast, ours)
    made = leave(cast)
    if change == "task":
        work.end_task(task_id=task.pk, outcome="好", by=None)
    elif change == "approval":
        work.decide(approval_id=asked.pk, person_id=people["deputy"].pk, agrees=True, comment="", by=None)
    else:
        customers.assign(
            customer_ids=[ours.pk], role="primary", person=people["neighbour"], reason="x", by=None,
            on=clock.today() + timedelta(days=1), policy=DeputyPolicy(),
        )  # fmt: skip
    before = everything(people["manager"])
    with pytest.raises(RuleBroken) as refused:
        org.undo_departure(departure_id=made.pk, by=None)
    assert refused.value.code == "changed_since"
    assert everything(people["manager"]) == before


def test_a_signer_who_asked_himself_is_refused_and_another_signs(cast, paper):
    _task, asked = fill(cast, cast.customers["ours"])
    with pytest.raises(RuleBroken) as refused:
        leave(cast, signer=cast.people["former"])
    assert refused.value.field == "signer"
    leave(cast, signer=cast.people["supervisor"])
    assert Sign.objects.get(approval=asked).signer_id == cast.people["supervisor"].pk


def test_customers_split_by_chosen_persons(cast):
    ours = cast.customers["ours"]
    leave(cast, parts={f"customer:{ours.pk}": cast.people["neighbour"]})
    ours.refresh_from_db()
    assert (ours.primary_id, ours.deputy_id) == (cast.people["neighbour"].pk, cast.people["deputy"].pk)
    takers = Task.objects.filter(source_kind="person").values_list("owner_id", flat=True)
    assert set(takers) == {cast.people["neighbour"].pk, cast.people["deputy"].pk}


@pytest.mark.parametrize(
    ("to", "more", "field"),
    [
        ("manager", {}, "successor"),
        ("deputy", {"on": date(2020, 1, 1)}, "on"),
        ("deputy", {"reason": " "}, "reason"),
    ],
)
def test_what_makes_no_sense_is_refused(to, more, field, cast):
    with pytest.raises(RuleBroken) as refused:
        leave(cast, to=to, **more)
    assert refused.value.field == field


def test_who_has_left_takes_nothing_over_and_leaves_once(cast):
    leave(cast, who="former", to="manager")
    with pytest.raises(RuleBroken) as refused:
        leave(cast, to="former")
    assert refused.value.field == "successor"
    with pytest.raises(RuleBroken) as again:
        leave(cast, who="former")
    assert again.value.code == "left_already"


def test_the_page_hands_over_and_takes_back(cast, log_in, django_assert_max_num_queries):
    client, ours, today = log_in("administrator"), cast.customers["ours"], clock.today().isoformat()
    page = f"/org/people/{cast.people['manager'].pk}/leave/"
    client.get(page)
    with django_assert_max_num_queries(12):
        shown = client.get(page).content.decode()
    assert "担任客户经理的客户" in shown
    assert ours.name in shown
    values = {
        "on": today,
        "successor": cast.people["deputy"].pk,
        "reason": "离职",
        f"customer:{ours.pk}": "nobody",
    }
    assert client.post(page, values).status_code == 422
    assert Departure.objects.count() == 0
    done = client.post(page, values | {f"customer:{ours.pk}": "P-neighbour"})
    assert done.status_code == 302
    ours.refresh_from_db()
    assert ours.primary_id == cast.people["neighbour"].pk
    assert client.get("/org/departures/").status_code == 200
    assert client.get(done["Location"]).status_code == 200
    client.post(done["Location"] + "undo/")
    ours.refresh_from_db()
    assert ours.primary_id == cast.people["manager"].pk
    assert "此离职已撤回过" in client.post(done["Location"] + "undo/", follow=True).content.decode()


def test_who_may_not_see_customers_hands_them_over_whole(cast, log_in):
    client = log_in("hr")
    shown = client.get(f"/org/people/{cast.people['manager'].pk}/leave/").content.decode()
    assert "担任客户经理的客户" in shown
    assert cast.customers["ours"].name not in shown


def test_the_api_does_the_same(cast, call):
    send = call("administrator", ["org.view", "org.edit", "customers.view", "assignments.change"])
    person, ours = cast.people["manager"].pk, cast.customers["ours"]
    found = send("GET", f"/org/people/{person}/hand-over").json()
    assert f"customer:{ours.pk}" in {part["key"] for part in found["parts"]}
    body = {"on": clock.today().isoformat(), "reason": "x", "successor_id": cast.people["deputy"].pk}
    stranger = body | {"parts": [{"key": "customer:0", "person_id": cast.people["neighbour"].pk}]}
    assert send("POST", f"/org/people/{person}/leave", stranger).status_code == 422
    made = send("POST", f"/org/people/{person}/leave", body)
    assert made.status_code == 201
    pk = made.json()["id"]
    assert [row["id"] for row in send("GET", "/org/departures").json()["items"]] == [pk]
    assert send("POST", f"/org/departures/{pk}/undo").json()["undone_at"]
    assert send("POST", f"/org/departures/{pk}/undo").status_code == 422
