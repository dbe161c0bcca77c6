"""What the API of records takes and gives."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from ..paging import Page
from ..typed import Id, Prose


class MentionOut(Schema):
    """A colleague named; ``told`` is false where the record is out of his sight."""

    user_id: int
    told: bool


class CommentOut(Schema):
    """A comment; the text of a removed one is empty."""

    id: int
    author_id: int
    text: str
    made_at: datetime
    changed_at: datetime | None
    removed_at: datetime | None
    mentions: list[MentionOut]

    @staticmethod
    def resolve_mentions(row: Any) -> list[Any]:
        return list(row.mentions.all())


class CommentPage(Page):
    """A page of comments."""

    items: list[CommentOut]


class CommentIn(Schema):
    """What to say. ``@name`` in it mentions a colleague; ``picked`` says which, where several bear the name."""

    text: Prose
    picked: list[Id] = Field([], max_length=100)


class FileOut(Schema):
    """An attachment."""

    id: int
    name: str
    type: str
    size: int
    digest: str
    by_id: int
    made_at: datetime
    has_small: bool

    @staticmethod
    def resolve_has_small(row: Any) -> bool:
        return bool(row.small)


class FilePage(Page):
    """A page of attachments."""

    items: list[FileOut]


class FollowIn(Schema):
    """Whether to be told."""

    on: bool


class FollowersOut(Schema):
    """Log-ins told of a record, and whether the caller is among them."""

    users: list[int]
    follows: bool


class ColleagueOut(Schema):
    """A colleague who may be mentioned."""

    user_id: int
    name: str
    note: str
