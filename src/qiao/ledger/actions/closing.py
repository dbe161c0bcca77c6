"""The monthly close: check imports, pin, compute, let higher contexts decide, summarise.

A close is resumable: each step is done in its own transaction and noted, a step done is not done again. It is
idempotent: inputs that were closed before lead to the close that read them. Its results are never rewritten; a close
of other inputs becomes the month's current one.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import DatabaseError, connection, transaction

from qiao import __version__
from qiao.kernel.errors import N_, QiaoError, RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import queries
from qiao.ledger.actions.pinning import digest_of
from qiao.ledger.core.closing import CloseContext, CloseStep
from qiao.ledger.models import Run, RunStep
from qiao.runtime import clock
from qiao.runtime.contributions import call_hooks, list_registered
from qiao.runtime.disk import find_full_disk
from qiao.runtime.jobs import Cancelled
from qiao.runtime.jobs.actions import enqueue

Progress = Callable[[int, int, str], None]


class AlreadyClosed(QiaoError):
    """The same inputs were closed before; carries that close."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        super().__init__(f"closed by run {run_id}")


def quiet(done: int, total: int, message: str) -> None:
    """Nobody watches."""


@transaction.atomic
def start_close(*, month: Month, by: Any) -> Run:
    """Begin a close, or take up an unfinished one, and queue it.

    Raises:
        RuleBroken: The month has not ended, or its close is under way.
    """
    run = _open_run(month, by)
    run.job = enqueue("ledger.close", by=by, args={"run_id": run.pk}, key=f"ledger.close:{month}")
    run.save(update_fields=["job"])
    return run


def close_month(*, month: Month, by: Any, progress: Progress = quiet) -> Run:
    """Close a month now.

    Returns:
        The finished close; an earlier one when its inputs were the same.
    """
    with transaction.atomic():
        run = _open_run(month, by)
    return resume_close(run_id=run.pk, by=by, progress=progress)


def _open_run(month: Month, by: Any) -> Run:
    if month.ends_before > clock.today():
        raise RuleBroken(
            N_("%(month)s has not ended yet."), code="month_open", field="month", month=str(month)
        )
    run = queries.find_open_run(str(month))
    if run is not None:
        run.state, run.finished_at = Run.State.RUNNING, None
        run.save(update_fields=["state", "finished_at"])
        return run
    run = Run.objects.create(month=str(month), by=by, started_at=clock.now(), code_version=__version__)
    steps = list_registered(CloseStep)
    RunStep.objects.bulk_create(
        RunStep(run=run, code=step.code, place=place) for place, step in enumerate(steps, 1)
    )
    return run


def resume_close(*, run_id: int, by: Any, progress: Progress = quiet) -> Run:
    """Do the steps of a close that are not done yet.

    Raises:
        RuleBroken: A step refuses; the close stays open and can be resumed. Or somebody closes the month right now.
    """
    with _alone(queries.get_run(run_id).month):
        return _resume(run_id, by, progress)


@contextlib.contextmanager
def _alone(month: str) -> Iterator[None]:
    """One close of a month at a time, by job or command line; the wish ends with the connection, also by kill -9."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"ledger.close:{month}"])
        if not cursor.fetchone()[0]:
            raise RuleBroken(
                N_("The same work is under way already; wait for it or cancel it first."), code="job_running"
            )
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"ledger.close:{month}"])


def _resume(run_id: int, by: Any, progress: Progress) -> Run:
    run = queries.get_run(run_id)
    if run.state == Run.State.DONE:
        return run
    steps = {step.code: step for step in list_registered(CloseStep)}
    rows = list(run.steps.order_by("place"))
    for number, row in enumerate(rows):
        if row.state == RunStep.State.DONE or row.code not in steps:
            continue
        try:
            _do_step(run, row, steps[row.code], by, _part_of(progress, number, len(rows)))
        except AlreadyClosed as earlier:
            run.delete()
            return queries.get_run(earlier.run_id)
        except Cancelled:
            raise
        except Exception as error:
            refusal = find_full_disk(error, at=queries.lake().root)
            _fail(run_id, row, refusal or error)
            if refusal:
                raise refusal from error
            raise
        run.refresh_from_db()
    return _finish(run)


def _part_of(progress: Progress, number: int, steps: int) -> Progress:
    """Progress of one step as a part of the whole close, in hundredths."""

    def report(done: int, total: int, message: str) -> None:
        progress(number * 100 + (100 * done // total if total else 0), steps * 100, message)

    return report


def _do_step(run: Run, row: RunStep, step: CloseStep, by: Any, progress: Progress) -> None:
    began = time.monotonic()
    progress(0, 1, step.code)
    with transaction.atomic():
        result = step.run(CloseContext(run.pk, Month.parse(run.month), by, progress))
        row.state, row.error = RunStep.State.DONE, ""
        row.summary, row.digest = result.summary, result.digest
        row.seconds = round(time.monotonic() - began, 3)
        row.save()


def _fail(run_id: int, row: RunStep, error: Exception) -> None:
    row.state, row.error = RunStep.State.FAILED, str(error)[:2000]
    row.save(update_fields=["state", "error"])
    Run.objects.filter(pk=run_id).update(state=Run.State.FAILED, finished_at=clock.now())


@transaction.atomic
def _finish(run: Run) -> Run:
    """Results are hashed from the steps; the close becomes the one that speaks for its month."""
    digests = dict(run.steps.exclude(digest="").values_list("code", "digest"))
    Run.objects.select_for_update().filter(month=run.month, is_current=True).update(is_current=False)
    run.state, run.finished_at, run.is_current = Run.State.DONE, clock.now(), True
    run.result_digest = digest_of(digests)
    run.save(update_fields=["state", "finished_at", "is_current", "result_digest"])
    if queries.last_closed_month() == run.month:
        call_hooks("on_closed", run_id=run.pk)
    return run
