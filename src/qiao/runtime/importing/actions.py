"""Writes of imports: upload, dry run, commit."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction

from qiao.kernel.errors import N_, BadInput, Problem, RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import say, say_error
from qiao.runtime.jobs import JobHandle
from qiao.runtime.jobs.actions import enqueue
from qiao.runtime.tables import Limits, Table, open_table, safe_name, write_error_file
from qiao.runtime.uploads import keep_upload

from .fields import Cells, match_headings
from .kinds import ImportKind, Plan, fields_of, get_kind
from .models import ImportRun
from .options import Options, check_needed, keep_to_mode, read_options, resolve_keys
from .undo import take_back

PROBLEMS_KEPT = 200


def folder_of(run: ImportRun) -> Path:
    """Where an import's files lie."""
    return Path(settings.QIAO_HOME) / "imports" / str(run.pk)


def source_of(run: ImportRun) -> Path:
    """The upload as it came."""
    return folder_of(run) / "source"


def error_file_of(run: ImportRun) -> Path:
    """The refused rows with what is wrong, of the same kind as the upload."""
    return folder_of(run) / ("errors.xlsx" if run.file_name.lower().endswith(".xlsx") else "errors.csv")


def receive(
    *, kind: ImportKind, name: str, chunks: Iterable[bytes], by: Any, options: Options | None = None
) -> ImportRun:
    """Keep an upload and start its dry run.

    Raises:
        BadInput: It is too big.
        RuleBroken: The disk is full.
    """
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=kind.code,
            file_name=safe_name(name),
            by=by,
            at=clock.now(),
            digest="",
            options=options.as_json() if options else {},
        )
        run.digest = keep_upload(source_of(run), name=name, chunks=chunks, most_bytes=Limits().file_bytes)
        run.job = enqueue("imports.check", by=by, args={"run_id": run.pk})
        run.save()
    return run


def receive_upload(*, kind: ImportKind, upload: Any, by: Any, options: Options | None = None) -> ImportRun:
    """Keep a browser's upload and start its dry run."""
    return receive(kind=kind, name=upload.name or "", chunks=upload.chunks(), by=by, options=options)


@transaction.atomic
def check_again(*, run_id: int, options: Options, by: Any) -> ImportRun:
    """Start the dry run of an upload anew with other columns, another key or mode.

    Raises:
        RuleBroken: It is being checked or written, or was written.
    """
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state not in (ImportRun.State.READY, ImportRun.State.REFUSED, ImportRun.State.FAILED):
        raise RuleBroken(N_("Wait until the dry run has ended."), code="import_busy")
    error_file_of(run).unlink(missing_ok=True)
    run.state, run.options, run.problems = ImportRun.State.CHECKING, options.as_json(), []
    run.rows = run.created = run.updated = run.unchanged = run.refused = None
    run.job = enqueue("imports.check", by=by, args={"run_id": run.pk})
    run.save()
    return run


def headers_of(run: ImportRun) -> Table:
    """The upload's table with its headings. Raises BadInput."""
    return open_table(source_of(run), name=run.file_name)


def plan_rows(kind: ImportKind, run: ImportRun, rows: list[Cells], viewer: Any) -> Plan:
    """What a whole file would do, by the options chosen."""
    options = read_options(kind, run.options, viewer)
    resolve_keys(kind, options, rows, viewer)
    return keep_to_mode(kind.plan(rows, viewer), options, rows, kind)


def read_rows(
    run: ImportRun, kind: ImportKind, viewer: Any, job: JobHandle | None = None
) -> tuple[Table, list[Cells]]:
    """The rows of an upload with their structural problems.

    Raises:
        BadInput: The file as a whole cannot be used.
    """
    table = open_table(source_of(run), name=run.file_name)
    options = read_options(kind, run.options, viewer)
    headings = match_headings(table, fields_of(kind, viewer), say, options.columns)
    check_needed(kind, options, table, headings, viewer)
    partial, clears = kind.partial and options.mode == "update", options.empty == "clear"
    where = {code: table.headers.index(heading) for code, heading in headings.items()}
    rows = []
    for row in table.rows():
        values = {code: row.cells[index] for code, index in where.items()}
        rows.append(
            Cells(row.number, values, row.cells, table, headings, list(row.problems), partial, clears)
        )
        if job and len(rows) % 5000 == 0:
            job.progress(len(rows), None, say(N_("Reading")))
    if not rows:
        raise BadInput(
            [
                Problem(
                    N_("The file holds a heading row but no data."),
                    table.place(table.header_row),
                    code="no_rows",
                )
            ]
        )
    return table, rows


def check(run: ImportRun, viewer: Any, job: JobHandle | None = None) -> Plan | None:
    """The dry run: decide every row, write the error file, note the counts. Changes nothing else.

    A job that comes late, after somebody has waited for the dry run elsewhere, finds nothing left to do.
    """
    if run.state != ImportRun.State.CHECKING:
        return None
    kind = get_kind(run.kind)
    try:
        table, rows = read_rows(run, kind, viewer, job)
        plan = plan_rows(kind, run, rows, viewer)
    except BadInput as error:
        run.state, run.problems, run.refused = ImportRun.State.REFUSED, _kept(error.problems), None
        run.save()
        return None
    warnings = kind.warn(plan, rows, viewer) if kind.warn else []
    run.problems = [{**kept, "warning": True} for kept in _kept(warnings)]
    _note(run, plan, table, len(rows))
    return plan


def _note(run: ImportRun, plan: Plan, table: Table, rows: int) -> None:
    problems = [p for cells in plan.refused for p in cells.problems]
    run.rows, run.refused = rows, len(plan.refused)
    run.created, run.updated, run.unchanged = (plan.count(a) for a in ("create", "update", "unchanged"))
    # What the dry run warned of stays to be read when the rows are written.
    run.problems = _kept(problems) + [kept for kept in run.problems if kept.get("warning")]
    run.state = ImportRun.State.REFUSED if plan.refused else ImportRun.State.READY
    if plan.refused:
        lines = ((cells.originals, cells.problems) for cells in plan.refused)
        write_error_file(error_file_of(run), table.headers, lines, say=say_error)
    run.save()


def _kept(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    kept = []
    for problem in list(problems)[:PROBLEMS_KEPT]:
        params = {key: str(value) for key, value in problem.params.items()}
        kept.append(
            {"place": str(problem.place), "message": problem.message, "params": params, "code": problem.code}
        )
    return kept


@transaction.atomic
def start_commit(*, run_id: int, by: Any) -> ImportRun:
    """Queue the writing of a checked import.

    Raises:
        RuleBroken: It is not ready.
    """
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != ImportRun.State.READY:
        raise RuleBroken(
            N_("Only an import whose dry run found no errors can be written."), code="import_not_ready"
        )
    run.state = ImportRun.State.WRITING
    run.job = enqueue("imports.commit", by=by, args={"run_id": run.pk}, key=f"import:{run.kind}")
    run.save()
    return run


def commit(run_id: int, viewer: Any, job: JobHandle) -> ImportRun:
    """Write everything or nothing. Running it again after a crash writes it once: the run's state decides.

    Raises:
        BadInput: Something changed since the dry run, and a row is no longer acceptable.
    """
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.state == ImportRun.State.WRITTEN:
            return run
        kind = get_kind(run.kind)
        table, rows = read_rows(run, kind, viewer, job)
        plan = plan_rows(kind, run, rows, viewer)
        if plan.refused:
            raise BadInput([p for cells in plan.refused for p in cells.problems])
        # Under a context of its own the audit knows what this import wrote: an undo goes by that.
        with pghistory.context(import_run=run.pk) as noted:
            kind.apply(plan, by=run.by, job=job)
        run.context = noted.id
        _note(run, plan, table, len(rows))
        run.state, run.written_at = ImportRun.State.WRITTEN, clock.now()
        run.save()
    return run


def give_back(run_id: int) -> None:
    """Note that writing stopped for a reason outside the file, such as a full disk: it can be written again."""
    ImportRun.objects.filter(pk=run_id, state=ImportRun.State.WRITING).update(state=ImportRun.State.READY)


@transaction.atomic
def start_undo(*, run_id: int, by: Any) -> ImportRun:
    """Queue taking a whole import back.

    Raises:
        RuleBroken: It is not written, its kind cannot be taken back, or it was written before that was kept.
    """
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != ImportRun.State.WRITTEN:
        raise RuleBroken(N_("Only an import that was written can be taken back."), code="import_not_written")
    if get_kind(run.kind).undo is None or run.context is None:
        raise RuleBroken(N_("This import cannot be taken back."), code="import_not_undoable")
    run.state = ImportRun.State.UNDOING
    run.job = enqueue("imports.undo", by=by, args={"run_id": run.pk}, key=f"import:{run.kind}")
    run.save(update_fields=["state", "job"])
    return run


def undo(run_id: int, job: JobHandle) -> ImportRun:
    """Take a whole import back, but for records changed or used since. Running again does nothing more."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.state != ImportRun.State.UNDOING:
            return run
        since = run.written_at or run.at
        taken = take_back(get_kind(run.kind).undo, str(run.context), job, since=since)
        run.kept, run.kept_count = taken.kept[:PROBLEMS_KEPT], taken.kept_count
        run.state, run.undone_at = ImportRun.State.UNDONE, clock.now()
        run.save()
    return run


def undo_failed(run_id: int) -> None:
    """Note that an undo was not carried through: all stands as it was written."""
    ImportRun.objects.filter(pk=run_id, state=ImportRun.State.UNDOING).update(state=ImportRun.State.WRITTEN)


def mark_failed(run_id: int, problems: Iterable[Problem] = ()) -> None:
    """Note that writing failed; nothing was written."""
    ImportRun.objects.filter(pk=run_id).exclude(state=ImportRun.State.WRITTEN).update(
        state=ImportRun.State.FAILED, problems=_kept(problems)
    )
