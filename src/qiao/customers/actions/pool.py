"""Writes of the public pool: a claim, warnings, and what falls back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from qiao.customers import queries
from qiao.customers.core.assignment import DeputyPolicy
from qiao.customers.core.pool import PoolPolicy, check_claim, decide_idle
from qiao.kernel.errors import N_, RuleBroken
from qiao.org.models import Person
from qiao.org.queries import in_service
from qiao.runtime import clock
from qiao.runtime.i18n import say
from qiao.runtime.jobs import JobHandle
from qiao.runtime.jobs.actions import enqueue
from qiao.work import actions as work
from qiao.work.core.inbox import WARNING, Line

from ..models import Customer, PoolClaim, PoolDay, PoolWarning
from ..policy import deputy_policy, pool_policy
from .serving import assign

KEEP = "customers.keep_pool"
WARNS = "pool:"


@transaction.atomic
def claim(
    *, customer_id: int, person: Person, policy: PoolPolicy, deputies: DeputyPolicy, by: Any
) -> PoolClaim:
    """A person becomes account manager of a customer nobody serves. Of two at once one wins.

    Raises:
        RuleBroken: There is no pool, a limit is reached, somebody was faster, or he served it last too lately.
    """
    today = clock.today()
    Person.objects.select_for_update().get(
        pk=person.pk
    )  # his own claims wait for each other, or both see room
    row = Customer.objects.select_for_update(of=("self",)).get(pk=customer_id)
    check_claim(
        policy, queries.claims_of(person.pk, today),
        has_manager=row.primary_id is not None or row.merged_into_id is not None,
        served_until=queries.served_until(customer_id, person.pk, today), on=today,
    )  # fmt: skip
    assign(
        customer_ids=[customer_id], role="primary", person=person, on=today,
        reason=say(N_("Claimed from the public pool")), by=by, policy=deputies,
    )  # fmt: skip
    return PoolClaim.objects.create(customer_id=customer_id, person=person, on=today)


@transaction.atomic
def look_at_idle(*, on: date) -> None:
    """Hook: once a day idle customers are looked at, by a job, where there is a pool they fall back into."""
    policy = pool_policy(on)
    if policy is None or not (policy.is_on and policy.returns):
        return
    day, created = PoolDay.objects.select_for_update().get_or_create(defaults={"on": on})
    if not created and day.on >= on:
        return
    day.on = on
    day.save(update_fields=["on"])
    enqueue(KEEP, by=None, args={"on": on.isoformat()})


def keep_pool(*, policy: PoolPolicy, on: date, job: JobHandle) -> tuple[int, int]:
    """Warn account managers of customers that fall back soon, and let fall back what was warned of in time.

    Each some thousand customers are a transaction of their own; a second run on the same day changes nothing.

    Returns:
        (warned, returned).
    """
    warned = returned = done = 0
    for served in queries.stream_served(policy.kept_tiers):
        with transaction.atomic():
            now_warned, now_returned = _keep_some(policy, served, on)
        warned, returned, done = warned + now_warned, returned + now_returned, done + len(served)
        job.progress(done)
        job.check_cancelled()
    return warned, returned


def _keep_some(policy: PoolPolicy, served: Sequence[tuple[int, int]], on: date) -> tuple[int, int]:
    since = queries.idle_since(served, policy.counts, on)
    warnings = queries.warnings_of([pk for pk, _person in served])
    serving = in_service({person for _pk, person in served}, on)
    to_warn, to_return = [], []
    for pk, person in served:
        if pk not in since:  # nobody serves it on that day
            continue
        given = warnings.get(pk)
        if given is not None and (given.person_id, given.since) != (person, since[pk]):
            _forget(given)  # somebody was in touch, or another serves it: this idle time is over
            given = None
        step = decide_idle(policy, since=since[pk], warned_on=given.warned_on if given else None, on=on)
        if step.step == "warn" and person in serving:
            to_warn.append((pk, person, since[pk], step.returns_on))
        elif step.step == "return":
            to_return.append(pk)
    for one in to_warn:
        _warn(*one, on)
    if to_return:
        _return(to_return, warnings, policy, on)
    return len(to_warn), len(to_return)


def _warn(customer_id: int, person_id: int, since: date, returns_on: date, on: date) -> None:
    name = Customer.objects.values_list("name", flat=True).get(pk=customer_id)
    task = work.give_task(
        title=say(N_("Get in touch with %(name)s, or it falls back into the public pool on %(day)s"), {"name": name, "day": returns_on.isoformat()}),
        owner_id=person_id, by=None, source=("customer", customer_id), key=f"{WARNS}{customer_id}:{since:%Y%m%d}:{on:%Y%m%d}",
        due_at=clock.start_of_day(returns_on), warn_minutes=24 * 60,
    )  # fmt: skip
    PoolWarning.objects.update_or_create(
        customer_id=customer_id,
        defaults={
            "person_id": person_id, "since": since, "warned_on": on, "returns_on": returns_on, "task_id": task.pk,
        },
    )  # fmt: skip


def _drop(*, task_id: int, reason: str) -> None:
    """The warning's task is not needed any more; one that was ended before stays as it is."""
    with suppress(RuleBroken):
        work.drop_task(task_id=task_id, reason=reason, by=None)


def _forget(given: PoolWarning) -> None:
    _drop(task_id=given.task_id, reason=say(N_("Somebody was in touch, or another serves the customer.")))
    given.delete()


def _return(ids: Sequence[int], warnings: dict[int, PoolWarning], policy: PoolPolicy, on: date) -> None:
    reason = say(N_("Fell back into the public pool: nothing for %(days)s days"), {"days": policy.idle_days})
    assign(
        customer_ids=list(ids),
        role="primary",
        person=None,
        on=on,
        reason=reason,
        by=None,
        policy=deputy_policy(on),
    )
    for pk in ids:
        _drop(task_id=warnings[pk].task_id, reason=reason)
    PoolWarning.objects.filter(customer_id__in=ids).delete()
    _tell(ids, warnings)


def _tell(ids: Sequence[int], warnings: dict[int, PoolWarning]) -> None:
    """Who served it hears that it is gone."""
    for row in Customer.objects.filter(pk__in=list(ids)):
        line = Line(
            WARNING, f"pool:{row.pk}:{warnings[row.pk].returns_on}", N_("Fell back into the public pool: %(name)s"),
            {"name": row.name}, reverse("customers:pool"), "customer", row.pk,
        )  # fmt: skip
        work.tell(people=[warnings[row.pk].person_id], line=line)
