"""Parts of the frame: rights, navigation, home cards, search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


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
class Door:
    """A page the frame and its refusals lead to without knowing whose it is: ``end_look``, ``ask_access``."""

    code: str
    url_name: str


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
class QuickAction:
    """Something a person begins from the search: its label is typed, ``url_name`` is the page it begins on."""

    code: str
    label: str
    url_name: str
    right: str
    order: int = 100
