"""Reads of the notes."""

from typing import Any

from django.db.models import Q, QuerySet

from qiao.kernel.errors import NotFound
from qiao.runtime.models import ExportRecord


def list_exports() -> QuerySet[ExportRecord]:
    """Every list taken away as a file."""
    return ExportRecord.objects.all()


def search_exports(exports: QuerySet[ExportRecord], text: str) -> QuerySet[ExportRecord]:
    """Exports by a log-in, of a list, or narrowed by a text."""
    return exports.filter(
        Q(username__icontains=text) | Q(title__icontains=text) | Q(narrowed__icontains=text)
    )


def list_own(viewer: Any) -> QuerySet[ExportRecord]:
    """What a person took away, or has being written."""
    return ExportRecord.objects.filter(user_id=viewer.user_id).select_related("job", "job__by")


def get_record(record_id: int) -> ExportRecord:
    """An export's note, for the job that writes its file."""
    return ExportRecord.objects.get(pk=record_id)


def get_own(viewer: Any, record_id: int) -> ExportRecord:
    """One's own export written by a job. Raises NotFound."""
    record = list_own(viewer).exclude(state=ExportRecord.State.STREAMED).filter(pk=record_id).first()
    if record is None:
        raise NotFound
    return record
