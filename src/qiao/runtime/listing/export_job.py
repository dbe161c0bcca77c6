"""A large list as a file: written by a job, with what its owner may see at that moment, fetched by him for some days."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import figures
from qiao.runtime.contributions import get_directory
from qiao.runtime.exports.actions import file_of, note_export, note_failed, note_ready
from qiao.runtime.exports.queries import get_record
from qiao.runtime.jobs import JobHandle, Outcome, register
from qiao.runtime.jobs.actions import enqueue

from .again import open_list
from .cells import heading
from .export import SHEET_ROWS, write_file
from .page import all_rows, filled
from .state import State

AT_ONCE = 20_000  # rows streamed while the person waits
STEP = 5000
WAITING = "waiting"


def is_large(narrowed: Any, state: State) -> bool:
    """Whether a list is too long to be streamed while the person waits."""
    if state.group is not None or not isinstance(narrowed, QuerySet):
        return False
    return narrowed.order_by()[: AT_ONCE + 1].count() > AT_ONCE


@transaction.atomic
def order_export(
    request: HttpRequest, *, listing: str, state: State, title: str, narrowed: str, kind: str
) -> Any:
    """Note who takes what and let a job write it.

    Args:
        request: Its user and path.
        listing: Code of the list.
        state: What the list is narrowed to, its order and columns.
        title: Its title as shown.
        narrowed: Search and filters in words.
        kind: xlsx or csv.
    """
    columns = urlencode([("columns", column.code) for column in state.columns[1:]])
    query = state.query(after="", before="").removeprefix("?")
    record = note_export(
        request,  # type: ignore[arg-type]
        listing=listing, title=title, narrowed=narrowed, columns=[heading(c) for c in state.columns], kind=kind,
        state=WAITING, language=get_language() or "", address=f"{request.path}?{'&'.join(filter(None, (query, columns)))}",
    )  # fmt: skip
    record.job = enqueue("lists.export", by=request.user, args={"record_id": record.pk})
    record.save(update_fields=["job"])
    return record


@register("lists.export", N_("Export a list"))
def run_export(job: JobHandle, *, record_id: int) -> Outcome:
    """Write the file of an export. Running again writes it anew."""
    record = get_record(record_id)
    try:
        if record.state == WAITING:
            _write(record, job)
    except Exception:
        note_failed(record_id)
        raise
    return Outcome(_("The file is ready."), reverse("lists:export", args=[record_id]))


def _write(record: Any, job: JobHandle) -> None:
    viewer = get_directory().viewer_of(record.user_id)
    with override(record.language or None):
        opened = open_list(
            record.address, viewer=viewer, user=get_user_model().objects.get(pk=record.user_id)
        )
        viewer.check(opened.listing.export_right)
        total = opened.narrowed.order_by().count()
        if record.kind == "xlsx" and total > SHEET_ROWS:
            raise RuleBroken(
                N_("A worksheet holds 1,048,575 rows; narrow the list or export it as CSV."), code="too_many"
            )
        counted = _Counted(job, total)
        every = all_rows(opened.narrowed, opened.listing, opened.state)
        rows = counted.pass_on(filled(every, opened.listing, opened.state.columns, viewer))
        write_file(rows, opened.state.columns, path=file_of(record), kind=record.kind)
        note_ready(record, rows=counted.done)


class _Counted:
    """Rows on their way into the file: how far it is, and a stop when asked for."""

    def __init__(self, job: JobHandle, total: int) -> None:
        self.job, self.total, self.done = job, total, 0

    def pass_on(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Every row; tells the job every some thousand."""
        for row in rows:
            yield row
            self.done += 1
            if self.done % STEP == 0:
                self.job.progress(self.done, max(self.total, self.done), figures.number(self.done))
