"""Reads of saved analyses."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from qiao.ledger.models import AnalysisMail, SavedAnalysis


def list_saved_for(user_id: int | None) -> QuerySet[SavedAnalysis]:
    """One's own saved analyses and the shared ones."""
    mine = Q(owner_id=user_id) if user_id else Q(pk__in=[])
    return SavedAnalysis.objects.filter(mine | Q(shared=True)).select_related("owner")


def list_offered(user_id: int | None) -> Sequence[SavedAnalysis]:
    """The same, one's own first, by name."""
    rows = list_saved_for(user_id).order_by("name", "pk")[:400]
    return sorted(rows, key=lambda row: row.owner_id != user_id)


def find_saved(saved_id: int) -> SavedAnalysis | None:
    """A saved analysis, whoever keeps it."""
    return SavedAnalysis.objects.filter(pk=saved_id).first()


def find_mail(saved_id: int, user_id: int) -> AnalysisMail | None:
    """How a person gets a saved analysis by mail."""
    return AnalysisMail.objects.filter(analysis_id=saved_id, user_id=user_id).first()


def list_mails(ids: Sequence[int]) -> Sequence[AnalysisMail]:
    """Mails by number, with their analysis and who gets them."""
    return list(AnalysisMail.objects.filter(pk__in=ids).select_related("analysis", "user"))


def list_mails_after_close() -> Sequence[AnalysisMail]:
    """Mails that go out after a close."""
    rows = AnalysisMail.objects.filter(every="close").order_by("pk")
    return list(rows.select_related("analysis", "user"))
