"""What happens, and who is called: hooks, approvals, hand-overs, clocks, folders a backup holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


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

    ``about``: (viewer, kind, ids) → subjects in the viewer's reach that concern these records, each with the record,
    what is promised and its address: a clock that runs is then the record's next activity.
    """

    code: str
    label: str
    on_spoken: Callable[[Sequence[Spoken]], None]
    pauses: tuple[tuple[str, str], ...] = ()
    about: Callable[[Any, str, Sequence[int]], Mapping[int, tuple[int, str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class MessageBody:
    """What a mail about a line of the inbox carries besides its text, made when it is sent.

    ``code``: the kind of source of such lines. ``render``: (log-in, source) → plain text and HTML as that reader may see
    it at this moment, in the language in force; None for nothing.
    """

    code: str
    render: Callable[[int, int], tuple[str, str] | None]
