"""Reads of the notes."""

from django.db.models import Q, QuerySet

from qiao.runtime.models import ExportRecord


def list_exports() -> QuerySet[ExportRecord]:
    """Every list taken away as a file."""
    return ExportRecord.objects.all()


def search_exports(exports: QuerySet[ExportRecord], text: str) -> QuerySet[ExportRecord]:
    """Exports by a log-in, of a list, or narrowed by a text."""
    return exports.filter(
        Q(username__icontains=text) | Q(title__icontains=text) | Q(narrowed__icontains=text)
    )
