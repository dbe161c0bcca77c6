"""What the soak's children do, each in a process of its own that may be killed."""

import asyncio
import json
import os
import sys
import traceback
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.soak import world


def main() -> int:
    """The nursery: forks a child for each line ``[number, work, arguments…]`` and says its pid; asked, how it ended.

    A child of a process that has everything imported already begins its work at once.
    """
    import django

    django.setup()
    import qiao.config.cli
    import qiao.ledger.web.urls  # noqa: F401  what requests and jobs import

    answers = Path(sys.argv[1])
    for line in sys.stdin:
        number, work, *rest = json.loads(line)
        child = os.fork()
        if not child:
            _live(answers / str(number), work, rest)
        print(child, flush=True)
        sys.stdin.readline()  # not buried before asked, so that its pid stays its own
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return 0


def _live(answer: Path, work: str, rest: list[str]) -> None:
    """A child's life: one piece of work; what it prints and complains goes into files."""
    for stream, name in ((1, answer.with_suffix(".out")), (2, answer.with_suffix(".err"))):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    code = 1
    try:
        result = _WORK[work](*rest)
        answer.with_suffix(".json").write_text(json.dumps(result, default=str))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def build() -> dict[str, Any]:
    """An enterprise without facts."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    world.build()
    return {}


def load(path: str, month: str = "") -> dict[str, Any]:
    """Import a file and close a month as a person does, through jobs and their worker."""
    began = _newest_batch()
    _upload(Path(path))
    _go_on(began, month)
    return inspect()


def settle(path: str, month: str, since: str, since_run: str) -> dict[str, Any]:
    """After a kill: say what shows, take up what was left, say what shows then."""
    from qiao.runtime.jobs import actions as jobs

    at_once, found = inspect(), _state(int(since), int(since_run))
    jobs.SILENT_AFTER = timedelta(0)  # the reaper's patience is not what is tried here
    jobs.requeue_silent()
    _work()
    began = int(since)
    if _newest_batch() == began:
        _upload(Path(path))
    _go_on(began, month)
    return {"at_once": at_once, "found": found, "settled": inspect()}


def _state(since: int, since_run: int) -> str:
    """How far the work had come when it was killed."""
    from qiao.ledger.models import Batch, Run

    batch = Batch.objects.filter(pk__gt=since).order_by("-pk").first()
    run = Run.objects.filter(pk__gt=since_run).order_by("-pk").first()
    if run is not None:
        return f"closing, {run.steps.filter(state='done').count()} steps done"
    return f"import {batch.state}" if batch is not None else "nothing kept"


def undo() -> dict[str, Any]:
    """Take the newest written import back."""
    from qiao.ledger import actions
    from qiao.ledger.models import Batch

    actions.undo_batch(batch_id=Batch.objects.filter(state="written").latest("pk").pk, by=None)
    return inspect()


def command(*arguments: str) -> dict[str, Any]:
    """A command as typed: its exit code and what it said."""
    import contextlib
    import io

    from qiao.config.cli import main as qiao

    said, complained = io.StringIO(), io.StringIO()
    crash = ""
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            code = qiao(list(arguments))
        except Exception as error:
            code, crash = 70, f"{type(error).__name__}: {error}"
    return {"code": code, "said": said.getvalue(), "complained": complained.getvalue(), "crash": crash}


def volume(lines: str) -> dict[str, Any]:
    """Import many order lines; what it took."""
    from bench.soak.volume import load_volume

    return load_volume(int(lines))


def inspect() -> dict[str, Any]:
    """Everything that must agree: lines, manifest, figures, customers' current figures, files, jobs."""
    from django.db.models import Sum

    from qiao.customers.models import CurrentStanding
    from qiao.ledger import actions, queries
    from qiao.ledger.models import Figure, LakeFile, Run
    from qiao.runtime.jobs.models import LIVE_STATES, Job
    from qiao.runtime.scope import EVERYTHING

    def total(since: str, until: str) -> Decimal:
        chosen = queries.Filter(since, until)
        return queries.read_lines(chosen, scope=EVERYTHING, scope_rows=None).revenue_yuan

    actions.collect_orphans(older_than_seconds=0)
    run = queries.find_current_run(world.MONTH)
    root = _root_id()
    figures = Figure.objects.filter(
        run=run, holder_kind="unit", holder_id=root, window="month", indicator="revenue"
    )
    lake = queries.lake()
    live = LakeFile.objects.filter(live=True)
    missing = [
        file.digest
        for file in live
        if not lake.path_of(file.fact, f"month={file.month}", file.digest).exists()
    ]
    return {
        "newest": _newest_batch(),
        "newest_run": int(Run.objects.order_by("-pk").values_list("pk", flat=True).first() or 0),
        "total": total(world.MONTHS[0], world.MONTHS[-1]),
        "replaced": total(world.REPLACED[0], world.REPLACED[-1]),
        "manifest": Decimal(live.aggregate(s=Sum("amount_cents"))["s"] or 0).scaleb(-2),
        "figure": figures.get().numerator if run else None,
        "standing": CurrentStanding.objects.aggregate(s=Sum("revenue_yuan"))["s"] if run else None,
        "digest": run.result_digest if run else None,
        "missing_files": missing,
        "live_jobs": Job.objects.filter(state__in=LIVE_STATES).count(),
    }


def _root_id() -> int:
    from qiao.org import queries as org

    unit = org.find_unit_by_code("S")
    assert unit is not None
    return int(unit.pk)


def _newest_batch() -> int:
    from qiao.ledger.models import Batch

    return int(Batch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


def _upload(path: Path) -> None:
    from qiao.ledger import actions, queries

    with path.open("rb") as file:
        chunks = iter(lambda: file.read(1 << 16), b"")
        batch = actions.receive_file(feed=queries.get_feed("bills"), name=path.name, chunks=chunks, by=None)
    actions.start_check(batch=batch, by=None)


def _go_on(since: int, month: str) -> None:
    """From whatever state the import and the close are in to their end."""
    from qiao.kernel.period import Month
    from qiao.ledger import actions
    from qiao.ledger.models import Batch, Run

    batch = Batch.objects.filter(pk__gt=since).latest("pk")
    if batch.state == Batch.State.RECEIVED:
        if batch.job is None or batch.job.state not in {"waiting", "running"}:
            actions.start_check(batch=batch, by=None)
        _work()
        batch.refresh_from_db()
    if batch.state == Batch.State.CHECKED:
        actions.write_batch(batch_id=batch.pk, by=None)
        batch.refresh_from_db()
    if batch.state != Batch.State.WRITTEN:
        raise RuntimeError(
            f"import {batch.pk} is {batch.state}: {batch.problems} {batch.job and batch.job.error}"
        )
    if not month:
        return
    run = Run.objects.filter(month=month).order_by("-pk").first()
    if run is None or run.state != Run.State.DONE or run.started_at < batch.written_at:
        run = actions.start_close(month=Month.parse(month), by=None)
        _work()
        run.refresh_from_db()
    if run.state != Run.State.DONE:
        raise RuntimeError(f"close {run.pk} is {run.state}: {run.job and run.job.error}")


def _work() -> None:
    """The real worker, until nothing waits."""
    from procrastinate.contrib.django import app

    async def work() -> None:
        async with app.with_connector(app.connector.get_worker_connector()).open_async() as worker:  # type: ignore[attr-defined]
            await worker.run_worker_async(
                wait=False, concurrency=1, install_signal_handlers=False, delete_jobs="successful"
            )

    asyncio.run(work())


_WORK: dict[str, Any] = {
    "build": build,
    "load": load,
    "settle": settle,
    "undo": undo,
    "inspect": inspect,
    "command": command,
    "volume": volume,
}

if __name__ == "__main__":
    raise SystemExit(main())
