"""The public pool: claimed by one, within limits; idle customers are warned of and fall back."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from qiao.customers import actions, policy
from qiao.customers.core.assignment import DeputyPolicy
from qiao.customers.models import Assignment, Customer, PoolClaim, PoolWarning
from qiao.kernel.errors import RuleBroken
from qiao.rulebook import actions as rulebook
from qiao.rulebook.queries import read_pack
from qiao.runtime import clock
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import InlineJob
from qiao.work.models import InboxItem, Task

pytestmark = pytest.mark.django_db
FREE = DeputyPolicy()


def open_pool(**changes):
    text = read_pack("telecom")["public_pool.yaml"]
    for name, value in {"reach": "own_unit", **changes}.items():
        line = next(row for row in text.splitlines() if row.strip().startswith(f"{name}:"))
        text = text.replace(line, f"  {name}: {value}")
    rulebook.install_articles(texts={"public_pool.yaml": text}, pack="telecom", by=None)
    return policy.pool_policy(clock.today())


def free_customer(cast, code="C-free", unit="jia", name="无主客户"):
    return actions.open_file(
        code=code, name=name, home_unit=cast.units[unit], starts_on=date(2024, 1, 1), by=None
    )


def claim(cast, customer, who="manager", article=None):
    return actions.claim(
        customer_id=customer.pk, person=cast.people[who], policy=article or policy.pool_policy(clock.today()),
        deputies=FREE, by=None,
    )  # fmt: skip


@pytest.fixture
def rights(cast):
    from qiao.org.models import RoleType

    for role in RoleType.objects.filter(code__in=["manager", "supervisor"]):
        role.rights = [*role.rights, "pool.claim"]
        role.save()
    return cast


def test_without_an_article_the_pool_is_empty_and_nothing_can_be_claimed(rights, log_in):
    row = free_customer(rights)
    client = log_in("manager")
    assert row.name not in client.get(reverse("customers:pool")).content.decode()
    assert client.post(reverse("customers:claim"), {"pick": row.pk}).status_code == 404


def test_a_manager_finds_those_of_his_unit_and_claims_one(rights, log_in):
    open_pool()
    near, far = free_customer(rights), free_customer(rights, "C-afar", "bing", "远处客户")
    client = log_in("manager")
    page = client.get(reverse("customers:pool")).content.decode()
    assert near.name in page
    assert far.name not in page
    assert client.post(reverse("customers:claim"), {"pick": far.pk}).status_code == 404
    client.post(reverse("customers:claim"), {"pick": near.pk})
    near.refresh_from_db()
    assert near.primary_id == rights.people["manager"].pk
    assert client.get(reverse("customers:customer", args=[near.pk])).status_code == 200
    again = log_in("former").post(reverse("customers:claim"), {"pick": near.pk}, follow=True)
    assert "现已由他人服务" in again.content.decode()


def test_who_serves_no_customers_may_look_but_not_claim(rights, log_in):
    open_pool()
    row = free_customer(rights)
    client = log_in("supervisor")
    assert row.name in client.get(reverse("customers:pool")).content.decode()
    assert client.post(reverse("customers:claim"), {"pick": row.pk}).status_code == 403


def test_the_api_claims_the_same_way(rights, call):
    open_pool()
    row = free_customer(rights)
    send = call("manager", ["pool.claim"])
    assert [one["code"] for one in send("GET", "/customers/pool").json()["items"]] == ["C-free"]
    assert send("POST", f"/customers/pool/{row.pk}/claim").status_code == 201
    refused = send("POST", f"/customers/pool/{row.pk}/claim")
    assert (refused.status_code, refused.json()["code"]) == (422, "pool_taken")


def test_limits_of_a_day_and_in_all(rights):
    article = open_pool(claims_a_day=1, claims_held=1)
    claim(rights, free_customer(rights), article=article)
    with pytest.raises(RuleBroken, match="a day"):
        claim(rights, free_customer(rights, "C-2"), article=article)
    PoolClaim.objects.update(on=clock.today() - timedelta(days=1))
    with pytest.raises(RuleBroken, match="already"):
        claim(rights, free_customer(rights, "C-3"), article=article)


def test_who_served_it_last_waits(rights):
    article = open_pool(cooling_days=30)
    ours = rights.customers["ours"]
    actions.assign(
        customer_ids=[ours.pk], role="primary", person=None, on=clock.today() - timedelta(days=29), reason="x", by=None,
        policy=FREE,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="again from"):
        claim(rights, ours, article=article)
    claim(rights, ours, "former", article)


def idle(cast, days):
    """``ours`` has been idle for so many days."""
    Assignment.objects.filter(customer=cast.customers["ours"], role="primary").delete()
    actions.assign(
        customer_ids=[cast.customers["ours"].pk], role="primary", person=cast.people["manager"],
        on=clock.today() - timedelta(days=days), reason="x", by=None, policy=FREE,
    )  # fmt: skip


def keep(article, later=0):
    return actions.keep_pool(policy=article, on=clock.today() + timedelta(days=later), job=InlineJob())


def test_an_idle_customer_is_warned_of_once_and_falls_back_after_the_days(rights):
    article = open_pool(returns="true", idle_days=60, warn_days=10, counts="[note, task]")
    ours = rights.customers["ours"]
    Customer.objects.exclude(pk=ours.pk).update(primary=None)
    idle(rights, 70)
    assert keep(article) == (1, 0)
    assert keep(article, 9) == (0, 0)
    task = Task.objects.get()
    assert (task.owner_id, task.source_id, task.state) == (rights.people["manager"].pk, ours.pk, "open")
    assert keep(article, 10) == (0, 1)
    assert keep(article, 10) == (0, 0)
    span = Assignment.objects.get(customer=ours, role="primary")
    assert span.ends_before == clock.today() + timedelta(days=10)
    task.refresh_from_db()
    assert task.state == "dropped"
    assert (
        InboxItem.objects.filter(title__startswith="Fell back", person=rights.people["manager"]).count() == 1
    )


def test_a_fact_that_counts_ends_the_idle_time_and_takes_the_warning_back(rights):
    article = open_pool(returns="true", idle_days=60, warn_days=10, counts="[note]")
    ours = rights.customers["ours"]
    Customer.objects.exclude(pk=ours.pk).update(primary=None)
    idle(rights, 70)
    keep(article)
    contact = actions.put_contact(customer=ours, by=None, name="陈总")
    actions.add_contact_note(contact=contact, on=clock.today(), text="电话", person_id=None, by=None)
    assert keep(article, 30) == (0, 0)
    assert not PoolWarning.objects.exists()
    assert Task.objects.get().state == "dropped"


def test_ending_the_warnings_own_task_does_not_count_as_being_in_touch(rights):
    from qiao.work import actions as work

    article = open_pool(returns="true", idle_days=60, warn_days=10, counts="[task]")
    Customer.objects.exclude(pk=rights.customers["ours"].pk).update(primary=None)
    idle(rights, 70)
    keep(article)
    work.end_task(task_id=Task.objects.get().pk, outcome="好", by=None)
    assert keep(article, 10) == (0, 1)


@pytest.mark.parametrize(("returns", "jobs"), [("true", 1), ("false", 0)])
def test_a_new_day_queues_the_look_once_and_only_where_customers_fall_back(rights, returns, jobs):
    open_pool(returns=returns)
    for _again in range(2):
        actions.look_at_idle(on=clock.today())
    assert Job.objects.filter(name=actions.KEEP_POOL).count() == jobs


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_one_wins(rights):
    article = open_pool()
    row, results = free_customer(rights), []

    def try_it(who):
        try:
            claim(rights, row, who, article)
            results.append("won")
        except RuleBroken as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(who,)) for who in ("manager", "former")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["pool_taken", "won"]
