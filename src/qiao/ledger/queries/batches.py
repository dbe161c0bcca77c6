"""Reads of feeds, imports and products."""

from django.db.models import QuerySet

from qiao.kernel.errors import NotFound
from qiao.ledger.models import Batch, Category, Feed, LakeFile, Product


def list_feeds() -> list[Feed]:
    """All feeds, by code."""
    return list(Feed.objects.order_by("code"))


def get_feed(code: str) -> Feed:
    """One feed.

    Raises:
        NotFound: There is none.
    """
    feed = Feed.objects.filter(code=code).first()
    if feed is None:
        raise NotFound
    return feed


def list_batches() -> QuerySet[Batch]:
    """All imports."""
    return Batch.objects.select_related("feed", "by")


def get_batch(batch_id: int) -> Batch:
    """One import.

    Raises:
        NotFound: There is none.
    """
    batch = (
        Batch.objects.select_related("feed", "by", "written_by", "undone_by", "job")
        .filter(pk=batch_id)
        .first()
    )
    if batch is None:
        raise NotFound
    return batch


def category_codes() -> dict[int, str]:
    """Codes of the categories by id."""
    return dict(Category.objects.values_list("id", "code"))


def list_products() -> QuerySet[Product]:
    """All products."""
    return Product.objects.select_related("category")


def feed_span(feed: Feed) -> tuple[str, str] | None:
    """First and last month a feed has live files for."""
    months = LakeFile.objects.filter(feed=feed, live=True).order_by("month").values_list("month", flat=True)
    listed = list(months)
    return (listed[0], listed[-1]) if listed else None
