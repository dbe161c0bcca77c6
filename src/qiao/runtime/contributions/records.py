"""Kinds of records and what contexts hang on them: tabs, time lines, paper, merging, what comes next."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a record stands, for the question who sees it.

    Attributes:
        right: What seeing it asks for.
        edit_right: What changing it asks for.
        unit_ids: Units whose people reach it.
        people: What somebody is on it and his person id: they see it whatever their units.
    """

    right: str
    edit_right: str
    unit_ids: tuple[int, ...] = ()
    people: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record others attach to, said once: comments, files, tags and the rest then work on it.

    Attributes:
        kind: Its name in addresses.
        label: What such a record is called.
        url_name: URL name of its page, which takes the pk alone; see ``address_of``.
        find_label: (viewer, pk) → its name, or None when out of scope: the one rule who sees what is attached.
        icon: Stands beside its name in lists.
        labels_of: (viewer, pks) → names of those in scope, many at once; asked one by one without it.
        address_of: pk → address of its page, where ``url_name`` takes something else.
        followers_of: pk → log-ins that are told of comments without having asked.
        can_change: (viewer, pk) → whether the viewer may change the record itself; nobody without it.
        segment_of: pk → code of the segment it belongs to, for fields that only some segments have.
        reach_of: pk → where it stands, for the page that says who sees it and why; none without.
        changeable: (viewer, pks) → those ``can_change`` allows, many at once; asked one by one without it.
        segments_of: pks → codes of their segments, many at once; asked one by one without it.
    """

    kind: str
    label: str
    url_name: str
    find_label: Callable[[Any, int], str | None]
    icon: str = "point"
    labels_of: Callable[[Any, Sequence[int]], Mapping[int, str]] | None = None
    address_of: Callable[[int], str] | None = None
    followers_of: Callable[[int], Iterable[int]] | None = None
    can_change: Callable[[Any, int], bool] | None = None
    segment_of: Callable[[int], str] | None = None
    reach_of: Callable[[int], Reach] | None = None
    changeable: Callable[[Any, Sequence[int]], Collection[int]] | None = None
    segments_of: Callable[[Sequence[int]], Mapping[int, str]] | None = None

    def url(self, pk: int) -> str:
        """Address of a record's page."""
        return self.address_of(pk) if self.address_of else reverse(self.url_name, args=[pk])


@dataclass(frozen=True, slots=True)
class RecordTab:
    """A tab on every record of ``kind``; ``url_name`` takes the record's pk and checks access itself.

    With the kind empty it stands on every kind of record for which ``applies`` holds, and ``url_name`` takes the kind
    before the pk.
    """

    kind: str
    code: str
    label: str
    url_name: str
    right: str
    order: int
    applies: Callable[[str], bool] = lambda kind: True

    def url(self, kind: str, pk: int) -> str:
        """Address of the tab's content."""
        return reverse(self.url_name, args=[pk] if self.kind else [kind, pk])


@dataclass(frozen=True, slots=True)
class RecordPart:
    """A part of the page read before one meets a record of ``kind``, such as a customer before a visit.

    ``url_name`` takes the record's pk, checks access itself and gives a fragment; ``width``: twelfths of the page.
    """

    kind: str
    code: str
    label: str
    url_name: str
    right: str
    order: int
    width: int = 6


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a record's time line."""

    at: datetime
    title: str
    text: str = ""
    icon: str = "point"
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """Entries of a record's time line. ``list_entries``: (viewer, pk, limit) → newest first.

    With the kind empty it serves every kind of record, and ``list_entries`` is given the kind first.
    """

    kind: str
    code: str
    label: str
    right: str
    list_entries: Callable[..., Sequence[TimelineEntry]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part of a record on paper: facts, a table, or both; every text in the reader's language."""

    title: str
    pairs: Sequence[tuple[str, str]] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class PrintSource:
    """Parts of a record's print page. ``list_sheets``: (viewer, pk) → what the viewer may see of it, in order.

    With the kind empty it serves every kind of record, and ``list_sheets`` is given the kind first.
    """

    kind: str
    code: str
    right: str
    order: int
    list_sheets: Callable[..., Sequence[Sheet]]


@dataclass(frozen=True, slots=True)
class Merging:
    """What hangs on a record of ``kind`` when it is merged into another, and how that is taken back.

    ``count``: (merged_id) → label and number, for the preview. ``move``: (survivor_id=, merged_id=, on=, by=) → what
    was moved, as JSON. ``move_back``: (moved=, survivor_id=, merged_id=, by=); refuses when something changed since.
    ``covers``: labels of the models it moves, such as ``work.Task``; ``stays``: models left with the merged record,
    with the reason. All run in the caller's transaction.
    """

    kind: str
    code: str
    order: int
    covers: tuple[str, ...]
    count: Callable[[int], Sequence[tuple[str, int]]]
    move: Callable[..., Any]
    move_back: Callable[..., None]
    stays: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordFact:
    """A fact that shows somebody is in touch with a record of ``kind``. ``last_on``: ids → the last day of each."""

    kind: str
    code: str
    label: str
    last_on: Callable[[Sequence[int]], Mapping[int, date]]


@dataclass(frozen=True, slots=True)
class RecordUse:
    """What hinders taking records of ``kind`` back, besides foreign keys: a tag, a task, a fact, a closed month.

    With the kind empty it is asked of every kind. ``find``: (kind, ids, since) → those concerned, where ``since`` is
    when they were written. ``reason``: told to whoever takes them back. ``holds_changes``: records that are only put
    back to what they were are held as well, not the new ones alone.
    """

    kind: str
    code: str
    reason: str
    find: Callable[[str, Sequence[int], datetime], Collection[int]]
    holds_changes: bool = False


@dataclass(frozen=True, slots=True)
class NextActivity:
    """What is to be done next about a record."""

    at: datetime
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ActivitySource:
    """What is to be done about records of any kind. ``find``: (viewer, kind, ids) → the next of each, in the viewer's reach.

    ``plan_url``: (kind, id) → where the viewer plans one.
    """

    code: str
    order: int
    find: Callable[[Any, str, Sequence[int]], Mapping[int, NextActivity]]
    plan_url: Callable[[str, int], str] | None = None
