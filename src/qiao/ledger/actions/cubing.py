"""What free analysis reads of each close: made at its end, and for earlier closes when asked."""

from typing import Any

import pyarrow as pa
from django.db import transaction

from qiao.customers import queries as customer_reads
from qiao.kernel.errors import N_
from qiao.kernel.period import Month
from qiao.ledger import queries
from qiao.ledger.actions.closing import Progress, quiet
from qiao.ledger.actions.pinned import sources_of
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.closing import CloseContext, CloseStep, StepResult
from qiao.ledger.indicators import DuckEngine, Task
from qiao.ledger.indicators.cube import ATTRIBUTES, CubeFiles, build_cube
from qiao.ledger.lake import connect, one, read_files
from qiao.ledger.models import Cube, Run
from qiao.rulebook import queries as rulebook
from qiao.runtime import clock
from qiao.runtime.jobs.actions import enqueue

PREPARE = "ledger.prepare"


def make_cube(context: CloseContext) -> StepResult:
    """The last step that computes: the tiers and the core it carries are decided by then."""
    cube = prepare_run(run=Run.objects.get(pk=context.run_id), progress=context.progress)
    return StepResult({"rows": cube.rows})


@transaction.atomic
def prepare_run(*, run: Run, progress: Progress = quiet) -> Cube:
    """Make what analysis reads of one close, from exactly what the close pinned; the same inputs give the same files."""
    month = Month.parse(run.month)
    rule = rulebook.get_policy(ActivityRule, on=month.last_day).body
    lake, staging = queries.lake(), f"cube-{run.pk}"
    folder = lake.staging(staging)
    files = CubeFiles(folder / "cube.parquet", folder / "mix.parquet")
    con = connect(spill=folder)
    try:
        task = Task(month, rule, sources_of(run), files.cube)
        build_cube(DuckEngine(con), task, _traits(run, month), files, progress)
        (rows,) = one(con, f"SELECT count(*) FROM {read_files([files.cube])}")
        cube = lake.adopt(files.cube, "cubes", f"month={run.month}")
        mix = lake.adopt(files.mix, "mixes", f"month={run.month}")
    finally:
        con.close()
        lake.discard(staging)
    made = {"cube_digest": cube.digest, "mix_digest": mix.digest, "rows": rows, "made_at": clock.now()}
    return Cube.objects.update_or_create(run=run, defaults=made)[0]


def _traits(run: Run, month: Month) -> pa.Table:
    rows = list(customer_reads.list_traits(run.pk, month.last_day))
    schema = ATTRIBUTES.to_pyarrow()
    columns = list(zip(*rows, strict=True)) or [() for _name in schema.names]
    whole, *texts = columns
    arrays = [pa.array(whole, pa.int64())]
    arrays += [pa.array([text or None for text in column], pa.string()) for column in texts]
    return pa.table(arrays, schema=schema)


def prepare_closes(*, progress: Progress = quiet) -> int:
    """Make what analysis reads of every close that speaks for its month and has none yet, newest first.

    Returns:
        How many were made.
    """
    runs = queries.list_unprepared()
    for number, run in enumerate(runs):
        progress(number, len(runs), run.month)
        prepare_run(run=run)
    return len(runs)


def start_preparing(*, by: Any) -> Any:
    """Queue :func:`prepare_closes`.

    Raises:
        RuleBroken: It is under way.
    """
    return enqueue(PREPARE, by=by, args={}, key=PREPARE)


CUBE_STEP = CloseStep("ledger.cube", N_("Prepare free analysis"), 80, make_cube)
