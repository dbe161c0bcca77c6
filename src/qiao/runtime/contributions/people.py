"""Who is behind a log-in, and what other contexts deliver of people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


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


@dataclass(frozen=True, slots=True)
class GrantLimit:
    """Policy on rights granted for a time. ``longest_days``: day → days at most; None where nothing is in force."""

    code: str
    longest_days: Callable[[date], int | None]


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What channels are set up with, for parts that stand below them.

    ``find``: code of a channel → its settings, secrets included: for asking alone, never for showing. Empty where it
    was never set up.
    """

    code: str
    find: Callable[[str], Mapping[str, Any]]
