"""Stages of a customer: dated, explained, measured against the norm of the rulebook."""

from datetime import date

import pytest
from django.urls import reverse

from qiao.customers import actions, policy, queries
from qiao.customers.core.life_cycle import stay_of
from qiao.kernel.errors import RuleBroken
from qiao.rulebook.actions import install_articles
from qiao.rulebook.queries import read_pack

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def enter(cast, stage, on, reason="月报预警"):
    row = cast.customers["ours"]
    return actions.change_stage(customer=row, stage=stage, on=on, reason=reason, person_id=None, by=None)


@pytest.fixture
def norms(db):
    text = read_pack("telecom")["life_cycle.yaml"]
    install_articles(texts={"life_cycle.yaml": text}, pack="telecom", by=None)


def test_the_norm_is_exceeded_the_day_after_its_last():
    at = date(2026, 10, 23)
    assert (
        stay_of(since=at, most_days=30, today=TODAY).days,
        stay_of(since=at, most_days=30, today=TODAY).exceeded,
    ) == (30, False)
    assert stay_of(since=at, most_days=29, today=TODAY).exceeded
    assert not stay_of(since=None, most_days=1, today=TODAY).exceeded
    assert not stay_of(since=at, most_days=None, today=TODAY).exceeded


def test_a_change_is_a_dated_row_and_the_stage_of_the_file(cast):
    enter(cast, "warning", date(2026, 10, 1))
    enter(cast, "retention", date(2026, 11, 1), "拟转网")

    customer = cast.customers["ours"]
    customer.refresh_from_db()
    assert customer.stage == "retention"
    assert [(c.stage, c.on, c.reason) for c in queries.list_stage_changes(customer.pk)] == [
        ("retention", date(2026, 11, 1), "拟转网"), ("warning", date(2026, 10, 1), "月报预警"),
    ]  # fmt: skip
    assert queries.entered_stage_on(customer) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("stage", "on"),
    [("warning", TODAY), ("lost", date(2026, 11, 23)), ("lost", date(2026, 9, 30))],
)
def test_a_change_that_cannot_be_is_refused(cast, stage, on):
    enter(cast, "warning", date(2026, 10, 1))
    with pytest.raises(RuleBroken):
        enter(cast, stage, on)
    assert len(queries.list_stage_changes(cast.customers["ours"].pk)) == 1


def test_since_when_is_unknown_until_it_is_noted(cast, log_in):
    page = log_in("manager").get(reverse("customers:stages", args=[cast.customers["ours"].pk]))
    assert page.context["standing"]["stay"].days is None
    assert "起始日期未记录" in page.content.decode()


@pytest.mark.usefixtures("norms")
def test_the_file_shows_how_long_and_that_the_norm_is_exceeded(cast, log_in):
    client, pk = log_in("manager"), cast.customers["ours"].pk
    url = reverse("customers:stages", args=[pk])
    body = {"stage": "warning", "on": "2026-10-01", "reason": "话费下降"}
    assert client.post(url, body).status_code == 302

    page = client.get(url)
    overview = client.get(reverse("customers:overview", args=[pk]), HTTP_HX_REQUEST="true").content.decode()

    assert policy.stage_norms(TODAY)["warning"].most_days == 30
    assert (page.context["standing"]["stay"].days, page.context["standing"]["stay"].exceeded) == (52, True)
    assert "查明原因并采取措施" in page.content.decode()
    assert "超期" in overview
    assert client.post(url, {**body, "on": "2026-11-23"}).status_code == 422


def test_an_import_notes_the_stage_it_changes_and_guesses_none(cast):
    ours = cast.customers["ours"]
    rows = [
        {"code": ours.code, "stage": "warning"},
        {
            "code": "N-77",
            "name": "新户",
            "stage": "lead",
            "starts_on": TODAY,
            "unit_id": cast.units["jia"].pk,
        },
    ]
    actions.load_customers(rows=rows, on=TODAY, reason="月度导入", by=None)

    assert [(c.stage, c.on, c.reason) for c in queries.list_stage_changes(ours.pk)] == [
        ("warning", TODAY, "月度导入")
    ]
    assert queries.list_stage_changes(queries.customers_by_code(["N-77"])["N-77"]) == []


def test_the_api_changes_the_stage_with_the_same_rules(cast, log_in):
    client, url = log_in("manager"), f"/api/v1/customers/{cast.customers['ours'].pk}/stages"
    body = {"stage": "warning", "on": "2026-11-01", "reason": "x"}
    assert client.post(url, body, "application/json").status_code == 201
    assert client.post(url, body, "application/json").status_code == 422
    assert [one["stage"] for one in client.get(url).json()] == ["warning"]
    assert log_in("auditor").post(url, {**body, "stage": "lost"}, "application/json").status_code == 403
