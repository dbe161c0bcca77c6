"""Writes about jobs: enqueue, cancel, and the steps of running one."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from procrastinate.contrib.django import app

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock

from .handlers import is_registered
from .models import LIVE_STATES, Job

TASK = "qiao.run_job"
SILENT_AFTER = timedelta(seconds=45)  # a running worker signs every 10 s


def enqueue(name: str, *, by: Any, args: dict[str, Any], key: str = "") -> Job:
    """Note a job and queue it, in the caller's transaction: both happen or neither.

    Args:
        name: A registered handler's name.
        by: The user who asks, or None for the system.
        args: Arguments of the handler, plain JSON.
        key: When not empty, only one live job may carry it.

    Raises:
        RuleBroken: A live job carries the key already.
        KeyError: No handler of that name.
    """
    if not is_registered(name):
        raise KeyError(name)
    try:
        with transaction.atomic():
            job = Job.objects.create(name=name, args=args, key=key, by=by, created_at=clock.now())
            app.configure_task(TASK).defer(job_id=job.pk)
    except IntegrityError:
        raise RuleBroken(
            N_("The same work is under way already; wait for it or cancel it first."), code="job_running"
        ) from None
    return job


def cancel(*, job_id: int, by: Any) -> Job:
    """Ask a job to stop: at once when it still waits, else at its next sign of progress.

    Raises:
        NotFound: No such job.
        RuleBroken: It has ended.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None:
            raise NotFound
        if job.state == Job.State.WAITING:
            job.state, job.finished_at = Job.State.CANCELLED, clock.now()
        elif job.state in LIVE_STATES:
            job.state = Job.State.CANCELLING
        else:
            raise RuleBroken(N_("This job has ended already."), code="job_ended")
        job.save(update_fields=["state", "finished_at"])
    return job


def claim(job_id: int) -> Job | None:
    """Take a waiting job, or a running one whose worker fell silent, for this worker.

    A conditional update decides, so two workers cannot both win.
    """
    stale = Q(state__in=["running", "cancelling"]) & (
        Q(seen_at__lt=clock.now() - SILENT_AFTER) | Q(seen_at__isnull=True)
    )
    taken = Job.objects.filter(Q(state=Job.State.WAITING) | stale, pk=job_id).update(
        state=Job.State.RUNNING,
        started_at=clock.now(),
        seen_at=clock.now(),
        attempts=F("attempts") + 1,
        done=0,
    )
    return Job.objects.get(pk=job_id) if taken else None


def finish(job_id: int, *, state: str, message: str = "", error: str = "", url: str = "") -> None:
    """Note how a job ended."""
    Job.objects.filter(pk=job_id, state__in=LIVE_STATES).update(
        state=state, finished_at=clock.now(), message=message[:300], error=error, result_url=url
    )


def requeue_silent() -> int:
    """The reaper: queue jobs again whose worker died. Returns how many."""
    silent = Job.objects.filter(
        Q(seen_at__lt=clock.now() - SILENT_AFTER), state__in=[Job.State.RUNNING, Job.State.CANCELLING]
    )
    with transaction.atomic():
        found = list(silent.select_for_update(skip_locked=True).values_list("pk", "state"))
        for job_id, state in found:
            if state == Job.State.CANCELLING:
                finish(job_id, state=Job.State.CANCELLED)
            else:
                Job.objects.filter(pk=job_id).update(state=Job.State.WAITING)
                app.configure_task(TASK).defer(job_id=job_id)
        _fail_orphans()
    return len(found)


def _fail_orphans() -> None:
    """Close queue entries of dead workers; our own rows carry the work on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE procrastinate_jobs SET status = 'failed'
               WHERE status = 'doing' AND task_name = %s
                 AND (worker_id IS NULL OR worker_id NOT IN (SELECT id FROM procrastinate_workers
                      WHERE last_heartbeat > now() - interval '45 seconds'))""",
            [TASK],
        )
