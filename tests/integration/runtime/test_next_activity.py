"""What is to be done next about a record: on its bar, as a column of lists, in one query for a page."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiao.customers import actions as customers
from qiao.runtime import clock
from qiao.runtime.contributions import ClockKind, register, unregister
from qiao.work import actions as work

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def plan(cast, title: str, hours: int, *, who: str = "manager", of: str = "ours"):
    return work.give_task(
        title=title, owner_id=cast.people[who].pk, due_at=clock.now() + timedelta(hours=hours),
        source=("customer", cast.customers[of].pk), by=cast.users[who],
    )  # fmt: skip


def test_the_bar_of_a_record_says_what_is_next_and_offers_to_plan(cast, log_in):
    client, url = log_in("manager"), f"/records/customer/{cast.customers['ours'].pk}/bar/"
    empty = client.get(url, **HTMX).content.decode()
    assert f"?of=customer:{cast.customers['ours'].pk}" in empty
    assert "q-next" not in empty
    plan(cast, "月末回访", 72)
    task = plan(cast, "送合同", 5)
    bar = client.get(url, **HTMX).content.decode()
    assert "送合同" in bar
    assert "月末回访" not in bar
    work.end_task(task_id=task.pk, outcome="已送", by=None)
    assert "月末回访" in client.get(url, **HTMX).content.decode()


def test_tasks_out_of_reach_are_nobodys_next_activity(cast, log_in):
    plan(cast, "别人的事", 5, who="deputy")
    url = f"/records/customer/{cast.customers['ours'].pk}/bar/"
    assert "别人的事" not in log_in("manager").get(url, **HTMX).content.decode()
    assert "别人的事" in log_in("deputy").get(url, **HTMX).content.decode()


def test_the_column_costs_one_query_for_a_page_and_goes_into_the_export(cast, log_in):
    client, path = log_in("supervisor"), "/customers/?columns=next"
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(8):
        row = customers.open_file(
            code=f"C-{number}", name=f"客户{number}", home_unit=cast.units["jia"],
            starts_on=cast.customers["ours"].starts_on, by=None,
        )  # fmt: skip
        work.give_task(
            title=f"回访{number}", owner_id=cast.people["supervisor"].pk, due_at=clock.now() + timedelta(hours=4),
            source=("customer", row.pk), by=cast.users["supervisor"],
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = client.get(path).content.decode()
    assert "回访7" in page
    assert len(many) <= len(few)
    text = b"".join(client.get(f"{path}&export=csv").streaming_content).decode("utf-8-sig")
    cells = {row[0]: row[1] for row in csv.reader(io.StringIO(text))}
    assert cells["客户3"].endswith("回访3")


@pytest.fixture
def promises(cast):
    """A kind of clock about customers: subject 100 concerns ours, subject 200 theirs; only supervisors see them."""

    def about(viewer, kind, ids):
        of = {100: cast.customers["ours"].pk, 200: cast.customers["theirs"].pk}
        if kind != "customer" or viewer.profile != "supervisor":
            return {}
        return {
            subject: (pk, f"承诺{subject}", f"/promises/{subject}/")
            for subject, pk in of.items()
            if pk in ids
        }

    kind = ClockKind(
        "test.promise", "Promise", lambda spoken: None, pauses=(("customer", "Customer"),), about=about
    )
    register(kind)
    yield
    unregister(kind)


def start(subject: int, minutes: int) -> None:
    work.start_clock(kind="test.promise", subject_id=subject, minutes=minutes, counts="round", person_id=None)


@pytest.mark.usefixtures("promises")
def test_a_running_clock_is_next_when_it_is_due_before_the_tasks(cast, log_in):
    client, url = log_in("supervisor"), f"/records/customer/{cast.customers['ours'].pk}/bar/"
    plan(cast, "月末回访", 72, who="supervisor")
    start(100, 60)
    bar = client.get(url, **HTMX).content.decode()
    assert "承诺100" in bar
    assert "/promises/100/" in bar
    assert "承诺" not in log_in("manager").get(url, **HTMX).content.decode()
    work.pause_clock(kind="test.promise", subject_id=100, reason="customer", by=cast.users["supervisor"])
    assert "月末回访" in log_in("supervisor").get(url, **HTMX).content.decode()


@pytest.mark.usefixtures("promises")
def test_clocks_stand_in_the_column_too_one_query_a_kind(cast, log_in):
    client, path = log_in("supervisor"), "/customers/?columns=next"
    start(100, 60)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    start(200, 60)
    with CaptureQueriesContext(connection) as many:
        page = client.get(path).content.decode()
    assert "承诺100" in page
    assert "承诺200" in page
    assert len(many) <= len(few)
