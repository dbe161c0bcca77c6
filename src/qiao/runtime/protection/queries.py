"""Reads of the notes on opened values."""

from django.db.models import QuerySet

from qiao.runtime.models import FieldRead


def list_reads() -> QuerySet[FieldRead]:
    """Every masked value somebody opened."""
    return FieldRead.objects.all()
