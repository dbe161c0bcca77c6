"""Reads of what hangs on records; check access to the record first."""

from .comments import (
    COMMENTS_SHOWN,
    comments_of,
    find_comment,
    follows_of,
    gather_followers,
    list_comment_changes,
    list_comments,
    list_standing_comments,
    list_untold,
    names_of,
)
from .files import (
    FILES_SHOWN,
    attachments_of,
    count_bytes,
    digests_in_use,
    find_attachment,
    list_attachments,
)

__all__ = [
    "COMMENTS_SHOWN",
    "FILES_SHOWN",
    "attachments_of",
    "comments_of",
    "count_bytes",
    "digests_in_use",
    "find_attachment",
    "find_comment",
    "follows_of",
    "gather_followers",
    "list_attachments",
    "list_comment_changes",
    "list_comments",
    "list_standing_comments",
    "list_untold",
    "names_of",
]
