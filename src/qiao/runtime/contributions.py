"""What contexts add to places they do not know: navigation, home cards, tabs, time lines, searches, hooks.

A context's ``contributes.py`` calls :func:`register` with frozen descriptors when its app is ready. Descriptors
name views by URL name, so nothing here imports a page.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from django.urls import reverse

from qiao.kernel.errors import NotAllowed, NotFound


class Viewer(Protocol):
    """Who looks: what navigation, tabs and searches need to know of a person."""

    @property
    def profile(self) -> str: ...
    def can(self, right: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Right:
    """Something a role type may grant, ``context.verb``. ``scoped``: its reach follows the posting's data scope."""

    code: str
    label: str
    scoped: bool = True


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation.

    Attributes:
        profiles: Role profiles that see it; None means all with the right.
        count: (viewer) → how many wait there unread, told beside the label on every page: one cheap query.
    """

    code: str
    label: str
    url_name: str
    icon: str
    right: str
    order: int
    group: str = ""
    profiles: frozenset[str] | None = None
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True, slots=True)
class HomeCard:
    """A part of the home page, loaded by htmx from ``url_name``. ``width``: twelfths of the page on a desktop."""

    code: str
    title: str
    url_name: str
    right: str
    order: int
    profiles: frozenset[str]
    width: int = 6


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
    changeable: Callable[[Any, Sequence[int]], Collection[int]] | None = None
    segments_of: Callable[[Sequence[int]], Mapping[int, str]] | None = None

    def url(self, pk: int) -> str:
        """Address of a record's page."""
        return self.address_of(pk) if self.address_of else reverse(self.url_name, args=[pk])


@dataclass(frozen=True, slots=True)
class RecordTab:
    """A tab on every record of ``kind``; ``url_name`` takes the record's pk and checks access itself.

    With the kind empty it stands on every kind of record, and ``url_name`` takes the kind before the pk.
    """

    kind: str
    code: str
    label: str
    url_name: str
    right: str
    order: int

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
class SearchHit:
    """One result of the global search."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SearchSource:
    """A source of the global search. ``find``: (viewer, text, limit) → hits in scope, best first."""

    code: str
    label: str
    right: str
    order: int
    find: Callable[[Any, str, int], Sequence[SearchHit]]


@dataclass(frozen=True, slots=True)
class Hook:
    """Called in the caller's transaction; one that raises aborts it.

    ``event`` is one of ``on_transfer, on_erase`` or a context's own.
    """

    event: str
    code: str
    call: Callable[..., Any]
    order: int = 100


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """Something that is approved. The calls run in the deciding transaction; one that raises refuses the decision.

    ``url_of``: subject → page of what is approved. ``on_agreed``, ``on_refused``: (subject_id=, by=).
    """

    code: str
    label: str
    url_of: Callable[[int], str]
    on_agreed: Callable[..., Any]
    on_refused: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a person who leaves has in hand (4.4), and how it goes to who takes over.

    ``count``: (person_id, day) → label and number. ``move``: (person_id=, on=, successor_id=, signer_id=, parts=,
    checklist=, reason=, by=) → what was moved, as JSON. ``move_back``: (moved=, person_id=, on=, by=); refuses when something
    changed since. ``list_parts``: (viewer, person_id, day) → what may go to different people, key and name;
    ``parts`` of ``move`` names such keys with the person each goes to. All run in the caller's transaction.
    """

    code: str
    order: int
    count: Callable[[int, Any], Sequence[tuple[str, int]]]
    move: Callable[..., Any]
    move_back: Callable[..., None]
    list_parts: Callable[[Any, int, Any], Sequence[tuple[str, str]]] | None = None


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


@dataclass(frozen=True, slots=True)
class KeptFolder:
    """A folder of the home that belongs to the enterprise as its database does: backups hold both.

    ``list_digests``: SHA-256 of the files the database names; one that is not there makes a backup fail.
    """

    code: str
    folder: str
    list_digests: Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class EventKind:
    """Something other systems can be told of by a webhook. ``code``: ``context.what_happened``."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clock that speaks: ``stage`` is ``warn`` or ``due``."""

    clock_id: int
    subject_id: int
    person_id: int | None
    stage: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClockKind:
    """A promise with a clock. ``pauses``: grounds for a standstill, code and label.

    ``on_spoken`` receives the clocks that speak together, in the transaction that notes it: what it does in the
    database happens exactly once.
    """

    code: str
    label: str
    on_spoken: Callable[[Sequence[Spoken]], None]
    pauses: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PaidPerson:
    """What a person was paid for a period, or why that is not known, and the score it was judged by, as a class."""

    pay_yuan: Any
    score: str = ""


@dataclass(frozen=True, slots=True)
class PaySource:
    """Delivers pay to comparisons of kinds of employment (1.3). One context registers it.

    ``gather``: (person ids, month) → what each was paid; people left out were not paid then.
    """

    code: str
    label: str
    gather: Callable[[Sequence[int], Any], Mapping[int, PaidPerson]]


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person with a log-in, as others may name him."""

    user_id: int
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """Who is behind a log-in, for parts that stand below the organisation.

    Attributes:
        find: (viewer, text, limit) → colleagues in service whose name, pinyin or number holds the text.
        named: names → colleagues in service called exactly so.
        names_of: log-ins → names of the people behind them.
        viewer_of: log-in → who looks with it today; without any right when nobody is in service behind it.
        enterprise: what the enterprise is called, in the reader's language.
    """

    code: str
    find: Callable[[Any, str, int], Sequence[Colleague]]
    named: Callable[[Iterable[str]], Sequence[Colleague]]
    names_of: Callable[[Iterable[int]], Mapping[int, str]]
    viewer_of: Callable[[int], Any]
    enterprise: Callable[[], str]


@dataclass(frozen=True, slots=True)
class OutsideRule:
    """Whom somebody is who logged in at another system, asked anew at each log-in.

    ``find``: :class:`qiao.runtime.outside.identity.Identity` → his log-in, or None: nobody is guessed.
    ``list_helpers``: names of those who can help a person nobody knows.
    """

    code: str
    find: Callable[[Any], Any]
    list_helpers: Callable[[], Sequence[str]]


Descriptor = TypeVar("Descriptor")
_registered: dict[type, dict[Any, Any]] = {}


def _key(item: Any) -> Any:
    if isinstance(item, PrintSource | RecordTab | TimelineSource | Merging | RecordFact | RecordPart):
        return (item.kind, item.code)
    if isinstance(item, Hook):
        return (item.event, item.code)
    return getattr(item, "kind", None) if isinstance(item, RecordKind) else item.code


def register(*items: Any) -> None:
    """Add descriptors.

    Raises:
        ValueError: Two different descriptors of one type claim the same code.
    """
    for item in items:
        known = _registered.setdefault(type(item), {})
        if known.setdefault(_key(item), item) != item:
            raise ValueError(f"{type(item).__name__} {_key(item)} is registered twice")


def unregister(*items: Any) -> None:
    """Take descriptors back: for tests that register a context of their own."""
    for item in items:
        _registered.get(type(item), {}).pop(_key(item), None)


def list_registered(kind: type[Descriptor]) -> list[Descriptor]:
    """All descriptors of a type, by their order, then code."""
    found: Iterable[Any] = _registered.get(kind, {}).values()
    return sorted(found, key=lambda item: (getattr(item, "order", 0), str(_key(item))))


def list_for(kind: type[Descriptor], viewer: Viewer) -> list[Descriptor]:
    """Descriptors of a type this person has the right (and the profile) for."""
    return [item for item in list_registered(kind) if _may(item, viewer)]


def _may(item: Any, viewer: Viewer) -> bool:
    profiles = getattr(item, "profiles", None)
    return viewer.can(item.right) and (profiles is None or viewer.profile in profiles)


def tabs_of(kind: str, viewer: Viewer) -> list[RecordTab]:
    """Tabs of a record kind this person may open, in order."""
    return [tab for tab in list_for(RecordTab, viewer) if tab.kind in ("", kind)]


def parts_of(kind: str, viewer: Viewer) -> list[RecordPart]:
    """Parts of the page before a meeting this person may see, in order."""
    return [part for part in list_for(RecordPart, viewer) if part.kind == kind]


def timeline_of(kind: str, viewer: Viewer, pk: int, limit: int = 50) -> list[TimelineEntry]:
    """A record's time line, mixed from every source this person may read, newest first."""
    entries: list[TimelineEntry] = []
    for source in list_for(TimelineSource, viewer):
        if source.kind in ("", kind):
            ask = source.list_entries if source.kind else partial(source.list_entries, kind)
            entries += ask(viewer, pk, limit)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def sheets_of(kind: str, viewer: Viewer, pk: int) -> list[Sheet]:
    """What stands on a record's print page, from every source this person may read; empty parts are left out."""
    found: list[Sheet] = []
    for source in list_for(PrintSource, viewer):
        if source.kind in ("", kind):
            ask = source.list_sheets if source.kind else partial(source.list_sheets, kind)
            found += ask(viewer, pk)
    return [sheet for sheet in found if sheet.pairs or sheet.rows]


def get_record_kind(kind: str) -> RecordKind:
    """The descriptor of a record kind.

    Raises:
        NotAllowed: Nobody registered the kind.
    """
    if found := find_registered(RecordKind, kind):
        return found
    raise NotAllowed(f"{kind}.view")


def name_records(kind: RecordKind, viewer: Any, pks: Sequence[int]) -> Mapping[int, str]:
    """Names of the records of a kind that are in the viewer's scope."""
    if kind.labels_of is not None:
        return kind.labels_of(viewer, pks)
    found = {pk: kind.find_label(viewer, pk) for pk in pks}
    return {pk: label for pk, label in found.items() if label is not None}


def next_activities(viewer: Any, kind: str, ids: Sequence[int]) -> dict[int, NextActivity]:
    """The next activity of each record, from every source; one query a source."""
    found: dict[int, NextActivity] = {}
    for source in list_registered(ActivitySource):
        for pk, one in source.find(viewer, kind, ids).items():
            if pk not in found or one.at < found[pk].at:
                found[pk] = one
    return found


def get_directory() -> Directory:
    """Who is behind a log-in.

    Raises:
        NotFound: No organisation is installed.
    """
    for item in list_registered(Directory):
        return item
    raise NotFound


def find_registered(kind: type[Descriptor], code: str) -> Descriptor | None:
    """The descriptor of a type with this code."""
    return _registered.get(kind, {}).get(code)


def call_hooks(event: str, /, **arguments: Any) -> None:
    """Call every hook of an event, in order, inside the caller's transaction."""
    for hook in list_registered(Hook):
        if hook.event == event:
            hook.call(**arguments)
