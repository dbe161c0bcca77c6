"""Reads of comments and of who follows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from ...audit.queries import Event, Source, list_history
from ...contributions import get_directory
from ..models import Comment, Follow, Mention

COMMENTS_SHOWN = 50


def comments_of(kind: str, pk: int) -> QuerySet[Comment]:
    """Comments on a record with whom they mention; check access first."""
    return Comment.objects.filter(kind=kind, object_id=pk).prefetch_related("mentions")


def list_comments(
    kind: str, pk: int, *, before: int | None = None, limit: int = COMMENTS_SHOWN
) -> list[Comment]:
    """Comments on a record, newest first, one more than the limit where there are more."""
    rows = comments_of(kind, pk)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[: limit + 1])


def list_standing_comments(kind: str, pk: int, limit: int) -> list[Comment]:
    """Comments that were not removed, newest first."""
    return list(comments_of(kind, pk).filter(removed_at__isnull=True).order_by("-id")[:limit])


def find_comment(kind: str, pk: int, comment_id: int) -> Comment | None:
    """A comment on a record."""
    return comments_of(kind, pk).filter(pk=comment_id).first()


def list_comment_changes(comment_id: int) -> list[Event]:
    """Every wording of a comment, newest first."""
    return list_history(Source(Comment, {"pgh_obj_id": comment_id}))


def names_of(comments: Iterable[Comment]) -> dict[int, str]:
    """Names of authors and of those mentioned, by log-in."""
    users = {comment.author_id for comment in comments}
    users |= {mention.user_id for comment in comments for mention in comment.mentions.all()}
    return dict(get_directory().names_of(users)) if users else {}


def list_untold(comment: Comment) -> list[str]:
    """Names of those a comment mentions who were not told."""
    untold = Mention.objects.filter(comment=comment, told=False).order_by("id")
    users = list(untold.values_list("user_id", flat=True))
    names = get_directory().names_of(users) if users else {}
    return [names[user] for user in users if user in names]


def follows_of(kind: str, pk: int) -> Sequence[tuple[int, bool]]:
    """Log-ins that ever followed a record, and whether they still do, the first first."""
    return list(Follow.objects.filter(kind=kind, object_id=pk).order_by("id").values_list("user_id", "is_on"))


def gather_followers(record: Any) -> list[int]:
    """Log-ins told of a record: who asked to be, and who is by his part in it, but for those who left it."""
    known = dict(follows_of(record.kind, record.pk))
    by_part = record.descriptor.followers_of(record.pk) if record.descriptor.followers_of else ()
    return [user for user in dict.fromkeys([*known, *by_part]) if known.get(user, True)]
