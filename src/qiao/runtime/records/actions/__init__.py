"""Writes of what hangs on records. Keyword-only, atomic, audited."""

from .comments import change_comment, comment, follow, remove_comment, unfollow
from .fields import VALUES_TABLE, load_values, put_field, put_one_field, put_values
from .files import attach, clear_files, remove_file
from .marks import drop_tag, keep_at_hand, mark, note_visit, put_tag, put_tags, records_in_use
from .merging import merging_of

__all__ = [
    "VALUES_TABLE",
    "attach",
    "change_comment",
    "clear_files",
    "comment",
    "drop_tag",
    "follow",
    "keep_at_hand",
    "load_values",
    "mark",
    "merging_of",
    "note_visit",
    "put_field",
    "put_one_field",
    "put_tag",
    "put_tags",
    "put_values",
    "records_in_use",
    "remove_comment",
    "remove_file",
    "unfollow",
]
