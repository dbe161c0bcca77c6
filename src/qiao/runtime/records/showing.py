"""What pages and the time line show of comments."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from qiao.kernel.errors import N_

from ..contributions import RecordKind, TimelineEntry, find_registered
from ..i18n import say
from . import access, queries
from .access import Record
from .text import to_html

EXCERPT = 200


def comment_lines(viewer: Any, comments: Sequence[Any]) -> list[dict[str, Any]]:
    """Comments as a page shows them."""
    names = queries.names_of(comments)
    return [_line(viewer, comment, names) for comment in comments]


def _line(viewer: Any, comment: Any, names: dict[int, str]) -> dict[str, Any]:
    mentions = list(comment.mentions.all())
    mine, gone = comment.author_id == viewer.user_id, comment.removed_at is not None
    return {
        "id": comment.pk,
        "author": names.get(comment.author_id, "—"),
        "made_at": comment.made_at,
        "changed_at": comment.changed_at,
        "removed_at": comment.removed_at,
        "html": SafeString("")
        if gone
        else to_html(comment.text, [names[m.user_id] for m in mentions if m.user_id in names]),
        "untold": [] if gone else [names[m.user_id] for m in mentions if not m.told and m.user_id in names],
        "mine": mine and not gone and viewer.can(access.WRITE),
        "has_history": comment.changed_at is not None and (not gone or mine or viewer.can(access.AUDIT)),
    }


def comments_page(viewer: Any, record: Record, before: int | None = None) -> dict[str, Any]:
    """A page of a record's comments, with who follows."""
    found = queries.list_comments(record.kind, record.pk, before=before)
    shown = found[: queries.COMMENTS_SHOWN]
    followers = queries.gather_followers(record)
    return {
        "record": record,
        "comments": comment_lines(viewer, shown),
        "older": shown[-1].pk if len(found) > len(shown) else None,
        "follows": viewer.user_id in followers,
        "follower_count": len(followers),
        "may_write": viewer.can(access.WRITE),
        "most": settings.QIAO_COMMENT_CHARACTERS,
    }


def comment_entries(kind: str, viewer: Any, pk: int, limit: int) -> list[TimelineEntry]:
    """Comments in a record's time line; the time line's page has checked the record's access."""
    comments = queries.list_standing_comments(kind, pk, limit)
    descriptor = find_registered(RecordKind, kind)
    if not comments or descriptor is None:
        return []
    names, url = queries.names_of(comments), descriptor.url(pk)
    return [
        TimelineEntry(
            at=one.made_at,
            title=say(N_("Commented")),
            text=one.text if len(one.text) <= EXCERPT else f"{one.text[:EXCERPT]}…",
            icon="message",
            url=f"{url}?tab=comments#comment-{one.pk}",
            source=names.get(one.author_id, ""),
        )
        for one in comments
    ]
