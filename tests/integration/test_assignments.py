"""Who serves whom: dated, explained, never two at once, always what a person sees today."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from qiao.customers import access, actions, queries
from qiao.customers.core.assignment import DeputyPolicy
from qiao.customers.models import Assignment, Customer
from qiao.kernel.errors import NotFound, RuleBroken
from qiao.org.access import viewer_of
from qiao.runtime import day

pytestmark = pytest.mark.django_db
FREE = DeputyPolicy()


def assign(cast, who, role="primary", on=date(2026, 11, 22), customer="ours", reason="调整", policy=FREE):
    person = cast.people[who] if who else None
    ids = [cast.customers[customer].pk]
    return actions.assign(
        customer_ids=ids, role=role, person=person, on=on, reason=reason, by=None, policy=policy
    )


def sees(cast, member, customer="ours") -> bool:
    try:
        access.get_visible(viewer_of(cast.users[member]), cast.customers[customer].pk)
    except NotFound:
        return False
    return True


def test_todays_assignment_decides_who_sees_a_customer(cast):
    assert sees(cast, "manager")
    assert sees(cast, "deputy")
    assert not sees(cast, "former")
    assert not sees(cast, "neighbour")

    assign(cast, "neighbour")

    assert sees(cast, "neighbour")
    assert not sees(cast, "manager")


def test_a_change_of_tomorrow_takes_effect_tomorrow(cast, settings):
    assign(cast, "neighbour", on=date(2026, 11, 23))
    assert sees(cast, "manager")
    assert not sees(cast, "neighbour")

    settings.QIAO_TODAY = date(2026, 11, 23)
    day.forget_day()
    day.ensure_day()

    assert sees(cast, "neighbour")
    assert not sees(cast, "manager")


def test_the_history_keeps_who_served_before(cast):
    assign(cast, "neighbour")
    spans = [
        (a.person.name, a.starts_on, a.ends_before)
        for a in queries.list_assignments(cast.customers["ours"].pk)
        if a.role == "primary"
    ]
    assert spans == [
        ("赵六合", date(2026, 11, 22), None),
        ("张三丰", date(2026, 6, 15), date(2026, 11, 22)),
        ("钱七星", date(2020, 1, 1), date(2026, 6, 15)),
    ]


def test_the_database_itself_refuses_two_primaries_at_once(cast):
    with pytest.raises(IntegrityError, match="assignment_one_per_role"), transaction.atomic():
        Assignment.objects.create(
            customer=cast.customers["ours"],
            person=cast.people["neighbour"],
            role="primary",
            starts_on=date(2026, 7, 1),
        )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"who": "deputy"}, "same_person"),
        ({"who": "neighbour", "reason": "  "}, "reason_missing"),
        ({"who": "neighbour", "on": date(2026, 6, 1)}, "later_change"),
        (
            {"who": "former", "role": "deputy", "policy": DeputyPolicy(must_be_primary_elsewhere=True)},
            "deputy_not_primary",
        ),
    ],
)
def test_what_policy_and_time_forbid_is_refused_and_changes_nothing(cast, change, code):
    before = list(Assignment.objects.order_by("pk").values())
    with pytest.raises(RuleBroken) as refused:
        assign(cast, **change)
    assert refused.value.code == code
    assert list(Assignment.objects.order_by("pk").values()) == before


def test_a_deputy_who_is_primary_elsewhere_satisfies_policy(cast):
    assign(cast, "neighbour", role="deputy", policy=DeputyPolicy(must_be_primary_elsewhere=True))
    assert Customer.objects.get(pk=cast.customers["ours"].pk).deputy_id == cast.people["neighbour"].pk


def test_many_change_together_or_not_at_all(cast):
    ids = [cast.customers[key].pk for key in ("ours", "theirs")]
    with pytest.raises(RuleBroken):
        actions.assign(
            customer_ids=ids,
            role="primary",
            person=cast.people["deputy"],
            on=date(2026, 11, 22),
            reason="x",
            by=None,
            policy=FREE,
        )
    assert Customer.objects.get(pk=ids[1]).primary_id == cast.people["neighbour"].pk


def test_the_repeated_columns_equal_the_dated_rows_on_every_day(cast, settings):
    assign(cast, "neighbour", on=date(2026, 12, 1))
    actions.move_home(
        customer_ids=[cast.customers["ours"].pk],
        unit=cast.units["bing"],
        on=date(2027, 1, 1),
        reason="划转",
        by=None,
    )
    for today in (date(2026, 11, 30), date(2026, 12, 1), date(2027, 1, 1), date(2026, 11, 22)):
        settings.QIAO_TODAY = today
        actions.roll_over(on=today)
        row = Customer.objects.get(pk=cast.customers["ours"].pk)
        assert row.primary_id == cast.people["neighbour" if today >= date(2026, 12, 1) else "manager"].pk
        assert row.home_unit_id == cast.units["bing" if today >= date(2027, 1, 1) else "jia"].pk


def test_a_supervisor_changes_many_from_the_list_in_the_browser(cast, log_in):
    client = log_in("supervisor")
    picked = {"pick": [cast.customers["ours"].pk, cast.customers["theirs"].pk]}
    assert client.post("/customers/assign/", picked).status_code == 200
    answer = client.post(
        "/customers/assign/",
        {
            **picked,
            "role": "deputy",
            "person": cast.people["former"].pk,
            "on": "2026-11-22",
            "reason": "轮换",
        },
    )
    assert answer.status_code == 302
    assert Customer.objects.filter(deputy=cast.people["former"]).count() == 2


def test_a_customer_out_of_reach_among_the_picked_refuses_all(cast, log_in):
    client = log_in("supervisor")
    picked = {"pick": [cast.customers["ours"].pk, cast.customers["far"].pk]}
    answer = client.post(
        "/customers/assign/", {**picked, "role": "deputy", "person": "", "on": "2026-11-22", "reason": "x"}
    )
    assert answer.status_code == 404
