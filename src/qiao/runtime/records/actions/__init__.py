"""Writes of what hangs on records. Keyword-only, atomic, audited."""

from .comments import change_comment, comment, follow, remove_comment, unfollow
from .files import attach, clear_files, remove_file

__all__ = [
    "attach",
    "change_comment",
    "clear_files",
    "comment",
    "follow",
    "remove_comment",
    "remove_file",
    "unfollow",
]
