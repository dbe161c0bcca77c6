"""What the API of records takes and gives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Schema

from ..paging import Page
from ..typed import Day, Filled, Id, Line, Prose


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


Colour = Literal["grey", "blue", "teal", "green", "yellow", "orange", "red", "purple"]


class TagOut(Schema):
    """A tag of a kind of record."""

    id: int
    name: str
    colour: str


class TagUseOut(TagOut):
    """A tag with how many records bear it."""

    used: int


class TagIn(Schema):
    """A tag."""

    name: Filled = Field(max_length=40)
    colour: Colour = "grey"


class MarkIn(Schema):
    """Tags to put on and to take off."""

    add: list[Id] = Field([], max_length=100)
    remove: list[Id] = Field([], max_length=100)


class MarkManyIn(MarkIn):
    """The records to mark besides."""

    pks: list[Id] = Field(min_length=1, max_length=5000)


class MarksChanged(Schema):
    """How many marks changed."""

    changed: int


class OnIn(Schema):
    """Whether it shall be."""

    on: bool


class PlaceOut(Schema):
    """A record at hand."""

    title: str
    url: str
    note: str


class PlacesOut(Schema):
    """Records at hand: favourites, or what one looked at last."""

    code: str
    label: str
    hits: list[PlaceOut]


FieldType = Literal["text", "number", "money", "date", "choice", "yes_no"]
Profile = Literal["manager", "supervisor", "executive", "hr", "back_office", "auditor", "administrator"]


class FieldOut(Schema):
    """A custom field. ``choices``: code, Chinese, English."""

    id: int
    code: str
    label_zh: str
    label_en: str
    type: str
    choices: list[list[str]]
    is_required: bool
    segments: list[str]
    seen_by: list[str]
    changed_by: list[str]
    order: int
    ends_on: date | None


class FieldChange(Schema):
    """A custom field, as far as it may be changed. ``choices``: lines ``code = Chinese | English``."""

    label_zh: Filled = Field(max_length=60)
    label_en: Line = Field("", max_length=60)
    choices: Prose = Field("", max_length=10_000)
    is_required: bool = False
    segments: list[Filled] = Field([], max_length=50)
    seen_by: list[Profile] = []
    changed_by: list[Profile] = []
    order: int = Field(100, ge=0, le=9999)
    ends_on: Day | None = None


class FieldIn(FieldChange):
    """A new custom field."""

    code: Filled = Field(max_length=40)
    type: FieldType


class ValuesOut(Schema):
    """What a record's custom fields say, by code; those the caller does not see are left out."""

    values: dict[str, str | bool]


class ValuesIn(Schema):
    """Values to write, by code; null takes one away, fields not named stay."""

    values: dict[str, str | bool | int | Decimal | None] = Field(max_length=100)


class SheetOut(Schema):
    """A part of a record on paper."""

    title: str
    pairs: list[tuple[str, str]]
    heads: list[str]
    rows: list[list[str]]


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
