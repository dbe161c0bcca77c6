"""Reading a directory and keeping what the comparison found: the dry run."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.jobs import JobHandle
from qiao.runtime.jobs.actions import enqueue

from ... import queries
from ...clients import read_directory
from ...core.directory import Plan
from ...models import DirectoryRow, DirectoryRun
from .setup import check_directory_known, remember_departments

READ = "org.directory_read"
KEPT_RUNS = 60
LONGEST_ABOUT = 500


@transaction.atomic
def start_directory_run(*, directory: str, by: Any, night: date | None = None) -> DirectoryRun:
    """Start a dry run.

    Args:
        directory: wecom or dingtalk.
        by: The log-in; None at night.
        night: The day whose nightly run it is.

    Raises:
        RuleBroken: There is no such directory, or it is being read already.
    """
    check_directory_known(directory)
    run = DirectoryRun.objects.create(
        directory=directory, by=by, at=clock.now(), on=clock.today(), night=night
    )
    key = f"directory:{directory}:{night or 'read'}"
    run.job = enqueue(READ, by=by, args={"run_id": run.pk}, key=key)
    run.save(update_fields=["job"])
    return run


def read_for_run(run_id: int, job: JobHandle) -> DirectoryRun:
    """Read the directory and compare it: the whole or nothing. Running it again after a crash reads it again.

    Raises:
        RuleBroken: Something could not be read.
    """
    run = DirectoryRun.objects.get(pk=run_id)
    if run.state != DirectoryRun.State.READING:
        return run
    picture = read_directory(
        run.directory,
        progress=job.progress,
        check=job.check_cancelled,
        number_attribute=queries.find_setup(run.directory).number_attribute,
    )
    with transaction.atomic():
        run = DirectoryRun.objects.select_for_update().get(pk=run_id)
        if run.state != DirectoryRun.State.READING:
            return run
        remember_departments(run.directory, picture.departments)
        run.on = clock.today()
        plan = queries.compare_directory(run.directory, picture, run.on)
        _keep(run, plan)
        run.picture, run.state = picture.as_json(), DirectoryRun.State.READY
        run.save()
        _replace_others(run)
    return run


def _keep(run: DirectoryRun, plan: Plan) -> None:
    DirectoryRow.objects.bulk_create(
        (
            DirectoryRow(
                run=run, place=place, kind=row.kind, member=row.member, name=row.name, person_id=row.person_id,
                reason=row.reason, about=row.about[:LONGEST_ABOUT], values={k: list(v) for k, v in row.values.items()},
                unit_from_id=row.unit_from, unit_to_id=row.unit_to,
            )
            for place, row in enumerate(plan.rows)
        ),
        batch_size=2000,
    )  # fmt: skip
    run.counts = {
        **plan.counts, "same": plan.same, "out": plan.out, "waiting": plan.waiting, "never_seen": plan.never_seen,
        "known": plan.known,
    }  # fmt: skip
    run.is_unsure = plan.is_unsure


def _replace_others(run: DirectoryRun) -> None:
    """What stood ready before is outdated, its picture forgotten; of old runs only the newest stay."""
    others = DirectoryRun.objects.filter(directory=run.directory).exclude(pk=run.pk)
    stopped = [
        one.pk
        for one in others.filter(state=DirectoryRun.State.APPLYING).select_related("job").defer("picture")
        if one.standing == DirectoryRun.State.READY
    ]
    others.filter(Q(state=DirectoryRun.State.READY) | Q(pk__in=stopped)).update(
        state=DirectoryRun.State.OUTDATED, picture=None,
        trouble={"message": N_("A newer comparison replaced this one."), "params": {}},
    )  # fmt: skip
    old = others.exclude(state=DirectoryRun.State.APPLIED).order_by("-at", "-pk")[KEPT_RUNS:]
    DirectoryRun.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()


def note_run_failed(run_id: int, error: RuleBroken | None = None) -> None:
    """Note that reading came to nothing."""
    message = error.message if error else N_("Reading was stopped or broke off. Nothing was compared.")
    params = {name: str(value) for name, value in error.params.items()} if error else {}
    DirectoryRun.objects.filter(pk=run_id, state=DirectoryRun.State.READING).update(
        state=DirectoryRun.State.FAILED, trouble={"message": message, "params": params}
    )
