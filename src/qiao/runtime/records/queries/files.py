"""Reads of attachments."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet, Sum

from ... import clock
from ..models import Attachment

FILES_SHOWN = 100
KEPT_FOR = timedelta(days=1)  # after its removal


def attachments_of(kind: str, pk: int) -> QuerySet[Attachment]:
    """Attachments of a record that were not removed."""
    return Attachment.objects.filter(kind=kind, object_id=pk, removed_at__isnull=True)


def list_attachments(kind: str, pk: int, *, before: int | None = None) -> list[Attachment]:
    """Attachments of a record, newest first, one more than shown where there are more."""
    rows = attachments_of(kind, pk)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: FILES_SHOWN + 1])


def find_attachment(kind: str, pk: int, file_id: int) -> Attachment | None:
    """An attachment of a record, unless it was removed."""
    return attachments_of(kind, pk).filter(pk=file_id).first()


def count_bytes() -> int:
    """What all attachments weigh together; the same content attached twice counts twice."""
    found = Attachment.objects.filter(removed_at__isnull=True).aggregate(n=Sum("size"))["n"]
    return int(found or 0)


def digests_in_use(digests: Iterable[str]) -> set[str]:
    """Which of these contents some attachment shows, or showed a short while ago: a backup under way may name them."""
    asked = list(digests)
    since = clock.now() - KEPT_FOR
    rows = Attachment.objects.filter(Q(removed_at__isnull=True) | Q(removed_at__gt=since))
    found = set(rows.filter(digest__in=asked).values_list("digest", flat=True))
    return found | set(rows.filter(~Q(small=""), small__in=asked).values_list("small", flat=True))


def list_digests() -> list[str]:
    """Every content some attachment shows: what a backup must hold."""
    rows = Attachment.objects.filter(removed_at__isnull=True)
    return [digest for pair in rows.values_list("digest", "small") for digest in pair if digest]
