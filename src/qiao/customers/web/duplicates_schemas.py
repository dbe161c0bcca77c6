"""What the API of duplicates and merges takes and gives."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from qiao.runtime.paging import Page
from qiao.runtime.typed import Filled, Id, Line


class LookAlikeOut(Schema):
    """A customer that looks like the one asked about; out of reach its name is partly hidden and ``id`` is null."""

    id: int | None
    name: str
    code: str
    unit_id: int | None
    points: Decimal
    reasons: list[tuple[str, Decimal]]

    @staticmethod
    def resolve_id(row: Any) -> Any:
        return row.pk

    @staticmethod
    def resolve_unit_id(row: Any) -> Any:
        return row.unit.pk if row.unit else None

    @staticmethod
    def resolve_points(row: Any) -> Any:
        return row.likeness.points

    @staticmethod
    def resolve_reasons(row: Any) -> list[tuple[str, Decimal]]:
        return list(row.likeness.reasons)


class LookAlikesIn(Schema):
    """What is known of a customer that may stand in the register already."""

    name: Filled = Field(max_length=200)
    short_name: Line = Field("", max_length=80)
    phone: Line = Field("", max_length=40)
    tax_number: Line = Field("", max_length=40)
    address: Line = Field("", max_length=300)


class PairOut(Schema):
    """Two files that look alike; a file out of reach is null, its masked name stands beside."""

    id: int
    first_id: int | None
    first_name: str
    second_id: int | None
    second_name: str
    points: Decimal
    reasons: list[tuple[str, Decimal]]
    state: str
    reason: str


class PairPage(Page):
    """A page of suspected pairs."""

    items: list[PairOut]


class ReasonIn(Schema):
    """Why."""

    reason: Filled = Field(max_length=200)


class MergeIn(ReasonIn):
    """Merge another file into a customer; ``take`` names the fields whose value comes from the other."""

    merged_id: Id
    take: list[Filled] = Field(default_factory=list, max_length=20)


class MergePreview(Schema):
    """What a merge would move, and which fields are suggested to be taken from the other file."""

    moving: list[tuple[str, int]]
    differing: list[str]
    suggested: list[str]


class MergeOut(Schema):
    """A merge: which file went, why, what moved, and when it was taken back."""

    id: int
    survivor_id: int
    merged_id: int
    at: datetime
    reason: str
    counts: list[tuple[str, int]]
    undone_at: datetime | None


class JobStarted(Schema):
    """A job that was queued."""

    job_id: int
