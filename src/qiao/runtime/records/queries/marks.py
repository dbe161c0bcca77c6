"""Reads of tags, favourites and what somebody looked at last."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, OuterRef, QuerySet, Subquery

from ..models import Favourite, Tag, Tagged, Visit

PLACES_SHOWN = 10


def tags_of_kind(kind: str) -> QuerySet[Tag]:
    """Tags of a kind of record, by name."""
    return Tag.objects.filter(kind=kind).order_by("name", "id")


def with_use(tags: QuerySet[Tag]) -> QuerySet[Tag]:
    """Tags with how many records bear each."""
    return tags.annotate(used=Count("records"))


def find_tag(kind: str, tag_id: int) -> Tag | None:
    """A tag of a kind."""
    return Tag.objects.filter(kind=kind, pk=tag_id).first()


def list_tags(kind: str, pk: int) -> list[Tag]:
    """Tags a record bears."""
    return list(tags_of_kind(kind).filter(records__object_id=pk))


def tag_ids(kind: str, pks: Sequence[int]) -> dict[int, list[int]]:
    """Ids of the tags many records bear, by record."""
    found: dict[int, list[int]] = {pk: [] for pk in pks}
    rows = Tagged.objects.filter(tag__kind=kind, object_id__in=pks).order_by("tag_id")
    for pk, tag in rows.values_list("object_id", "tag_id"):
        found[pk].append(tag)
    return found


def tagged_with(rows: QuerySet[Any], tag_id: int) -> QuerySet[Any]:
    """Rows of a list that bear a tag."""
    return rows.filter(pk__in=Tagged.objects.filter(tag_id=tag_id).values("object_id"))


def with_tag_names(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Rows of a list with ``tag_names``; read only where a column shows them."""
    of_row = Tagged.objects.filter(tag__kind=kind, object_id=OuterRef("pk")).order_by().values("object_id")
    names = of_row.annotate(names=StringAgg("tag__name", delimiter="、", order_by="tag__name"))
    named: QuerySet[Any] = rows.annotate(tag_names=Subquery(names.values("names")))
    return named


def is_favourite(user_id: int, kind: str, pk: int) -> bool:
    """Whether somebody keeps a record at hand."""
    return Favourite.objects.filter(user_id=user_id, kind=kind, object_id=pk).exists()


def list_favourites(user_id: int, limit: int = PLACES_SHOWN) -> list[tuple[str, int]]:
    """Records somebody keeps at hand, the newest first."""
    rows = Favourite.objects.filter(user_id=user_id).order_by("-since", "-id")
    return list(rows.values_list("kind", "object_id")[:limit])


def list_visits(user_id: int, limit: int = PLACES_SHOWN) -> list[tuple[str, int]]:
    """Records somebody looked at, the last first."""
    rows = Visit.objects.filter(user_id=user_id).order_by("-at")
    return list(rows.values_list("kind", "object_id")[:limit])
