"""Jobs: once, seen, cancelled, taken over from a dead worker."""

from datetime import timedelta

import pytest

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.jobs import Cancelled, Outcome, handlers, register
from qiao.runtime.jobs.actions import cancel, claim, enqueue, requeue_silent
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import run_inline

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler():
    """A handler of the test's own, gone afterwards."""
    calls = []

    @register("test.work", N_("Work"))
    def work(job, *, fail: str = "") -> Outcome:
        calls.append(job.id)
        job.progress(1, 2, "half")
        if fail == "rule":
            raise RuleBroken("No such month.", code="month")
        if fail == "crash":
            raise ZeroDivisionError("inside")
        if fail == "cancel":
            raise Cancelled
        return Outcome("done well", "/me/")

    yield calls
    handlers._handlers.pop("test.work")


def test_a_job_runs_once_and_leaves_its_outcome(handler, cast):
    job = enqueue("test.work", by=cast.users["manager"], args={})
    run_inline(job.pk)
    run_inline(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, job.result_url, job.attempts) == ("done", "done well", "/me/", 1)
    assert handler == [job.pk]


@pytest.mark.parametrize(
    ("fail", "state", "error"),
    [
        ("rule", "failed", "No such month."),
        ("crash", "failed", "ZeroDivisionError"),
        ("cancel", "cancelled", ""),
    ],
)
def test_every_end_is_noted(handler, cast, fail, state, error):
    job = enqueue("test.work", by=cast.users["manager"], args={"fail": fail})
    run_inline(job.pk)
    job.refresh_from_db()
    assert job.state == state
    assert error in job.error


def test_only_one_live_job_carries_a_key(handler, cast):
    first = enqueue("test.work", by=None, args={}, key="close:2026-10")
    with pytest.raises(RuleBroken) as refused:
        enqueue("test.work", by=None, args={}, key="close:2026-10")
    assert refused.value.code == "job_running"
    run_inline(first.pk)
    assert enqueue("test.work", by=None, args={}, key="close:2026-10").pk != first.pk


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_not_at_all(handler, cast):
    job = enqueue("test.work", by=None, args={})
    assert cancel(job_id=job.pk, by=None).state == "cancelled"
    run_inline(job.pk)
    assert handler == []
    with pytest.raises(RuleBroken):
        cancel(job_id=job.pk, by=None)


def test_two_workers_cannot_both_win(handler, cast):
    job = enqueue("test.work", by=None, args={})
    assert claim(job.pk) is not None
    assert claim(job.pk) is None


def test_a_dead_workers_job_is_queued_again_and_a_living_ones_is_not(handler, cast):
    dead, living = (enqueue("test.work", by=None, args={}) for _ in range(2))
    claim(dead.pk), claim(living.pk)
    Job.objects.filter(pk=dead.pk).update(seen_at=clock.now() - timedelta(minutes=2))
    assert requeue_silent() == 1
    assert Job.objects.get(pk=dead.pk).state == "waiting"
    run_inline(dead.pk)
    assert Job.objects.get(pk=dead.pk).attempts == 2
    assert Job.objects.get(pk=living.pk).state == "running"


def test_a_job_and_its_data_commit_together(handler, cast):
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        enqueue("test.work", by=None, args={})
        raise ZeroDivisionError
    assert not Job.objects.filter(name="test.work").exists()


def test_a_person_sees_the_progress_of_his_own_job_only(handler, cast, log_in):
    job = enqueue("test.work", by=cast.users["manager"], args={})
    assert "progress" in log_in("manager").get(f"/jobs/{job.pk}/panel/").content.decode()
    assert log_in("neighbour").get(f"/jobs/{job.pk}/panel/").status_code == 404
