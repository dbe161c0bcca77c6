"""What a list is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.urls import reverse

Row = Mapping[str, Any]
ColumnKind = Literal[
    "text",
    "number",
    "money",
    "wan",
    "share",
    "date",
    "month",
    "period",
    "instant",
    "badge",
    "movement",
    "yes_no",
]
FilterKind = Literal["choice", "yes_no", "range", "dates", "month"]
Choices = Sequence[tuple[Any, Any]]

EditKind = Literal["text", "number", "money", "date", "choice", "yes_no", "tags"]

NUMERIC_KINDS = frozenset({"number", "money", "wan", "share", "movement"})


@dataclass(frozen=True)
class Edit:
    """How the cells of a column are changed where they stand, one or many; see :mod:`qiao.runtime.editing`.

    Values are plain JSON: text, an ISO day, a decimal as text, a bool, a list of tags' ids; None for nothing.

    Attributes:
        gather: ids → the value of each now, read under a lock when a transaction is open; ids that are gone are left out.
        write: (values={id: value}, by=, reason=): the business action of the form, for one row or many. It raises
            before it has written anything, or everything is rolled back.
        refuse: (viewer, ids) → those the viewer may not change, each with the reason as a source text.
        right: Without it nobody is offered to edit.
        kind: What is typed.
        choices: For a choice: (value, label) pairs, or (request) → such. For tags: (request) → such.
        blank: Whether the value may be taken away.
        longest: Characters of a text.
        places: Decimals of a number.
        asks_reason: Whether a reason is asked for and given to ``write``.
        many: Whether many rows are offered at once.
        take_back: As ``write``, with the values before; ``write`` itself where it is None.
        undoable: Whether it can be taken back at all.
    """

    gather: Callable[[Sequence[int]], Mapping[int, Any]]
    write: Callable[..., None]
    refuse: Callable[[Any, Sequence[int]], Mapping[int, str]]
    right: str = ""
    kind: EditKind = "text"
    choices: Choices | Callable[[Any], Choices] = ()
    blank: bool = True
    longest: int = 200
    places: int = 2
    asks_reason: bool = False
    many: bool = True
    take_back: Callable[..., None] | None = None
    undoable: bool = True


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        code: Name in addresses and in the remembered choice.
        label: Heading, marked for translation.
        value: Path of the value; a pair (Chinese path, English path); or a function of the row.
        kind: How it is written.
        needs: Paths a function, ``link``, ``why`` or ``tone`` reads besides ``value`` and the key.
        sort: Path to order by; the value's own when None; "" when it cannot be ordered by.
        sort_key: Path equal to the list's key in the table the ordering value is in, where that is another table: one
            index there holds both.
        nullable: Whether the ordering value may be empty; found out from the model when None.
        link: Row → address, or empty.
        why: Row → address of the explanation, or empty.
        tone: Row → tone of a badge.
        unit: Unit in the heading; money knows its own.
        places: Decimals of a number.
        good: Which direction of a movement is good: up, down, none.
        hint: Hover text of the heading.
        shown: Whether it is shown before anybody chose.
        phone: On a phone: "value" beside the title, "line" below it with its heading, "badge" below it without, ""
            hidden. The first column is the card's title.
        edit: How its cells are changed in the list; None where they are not.
        gather: (viewer, keys) → values of the rows of a page, asked at once; ``value`` then reads ``row[code]``.
        wraps: A long text goes over several lines instead of being cut: for sentences.
        protected: Code of the protected field it shows: masked, or left out, for who does not see it plain; such a
            reader neither sorts nor filters by it.
    """

    code: str
    label: Any
    value: str | tuple[str, str] | Callable[[Row], Any]
    kind: ColumnKind = "text"
    needs: tuple[str, ...] = ()
    sort: str | None = None
    sort_key: str = ""
    nullable: bool | None = None
    link: Callable[[Row], str] | None = None
    why: Callable[[Row], str] | None = None
    tone: Callable[[Row], str] | None = None
    unit: Any = ""
    places: int | None = None
    good: str = "up"
    hint: Any = ""
    shown: bool = True
    phone: Literal["", "value", "line", "badge"] = ""
    edit: Edit | None = None
    gather: Callable[[Any, Sequence[Any]], Mapping[Any, Any]] | None = None
    wraps: bool = False
    protected: str = ""

    def __post_init__(self) -> None:
        if callable(self.value) and self.sort is None:
            object.__setattr__(self, "sort", "")


def opens(url_name: str, key: str = "id") -> Callable[[Row], str]:
    """A ``link`` to the page of a row's record; the address is looked up once, not row by row."""

    @cache
    def ends() -> tuple[str, str]:
        start, _zero, end = reverse(url_name, args=[0]).rpartition("0")
        return start, end

    def link(row: Row) -> str:
        start, end = ends()
        return f"{start}{row[key]}{end}"

    return link


@dataclass(frozen=True)
class Filter:
    """A filter.

    Attributes:
        code: Name in addresses; ``range``, ``dates`` use ``code.from`` and ``code.to``.
        label: What it filters by, marked for translation.
        kind: choice, yes_no, range (numbers), dates (from and to, both included), month.
        path: Path compared with the value, unless ``apply`` is given.
        apply: (rows, value) → rows; a value is what ``convert`` made, a bool, a pair, a Month's text.
        choices: For a choice: (value, label) pairs, their labels marked for translation; or (request) → pairs, their
            labels already in the reader's language. Value "" is never offered.
        convert: From the address's text to the value of a choice.
        shown: Whether it stands among the tools; one that does not is set by links and taken away by its chip.
        protected: Code of the protected field it filters by; offered only to who sees it plain.
    """

    code: str
    label: Any
    kind: FilterKind = "choice"
    path: str = ""
    apply: Callable[[Any, Any], Any] | None = None
    choices: Choices | Callable[[Any], Choices] = ()
    convert: Callable[[str], Any] = str
    shown: bool = True
    protected: str = ""


@dataclass(frozen=True)
class Group:
    """Something a list can be grouped by.

    Attributes:
        code: Name in the address (``?by=code``).
        label: What it groups by, marked for translation.
        path: Path of the value.
        names: (values) → what they are called, in the reader's language; the value itself where it says nothing.
        filter: Code of the filter a group leads to.
        none: (filter, value) that the group without a value leads to, where there is such a filter.
    """

    code: str
    label: Any
    path: str
    names: Callable[[Sequence[Any]], Mapping[Any, str]]
    filter: str
    none: tuple[str, str] | None = None


@dataclass(frozen=True)
class Kanban:
    """The list in lanes, one a value; a card is moved by the edit of a column.

    Attributes:
        group: Code of the grouping whose values are the lanes; its filter leads from a lane to its rows.
        column: Code of the column that is edited when a card is moved; its choices are the lanes, in their order.
        card: Codes of the columns on a card, besides the first.
    """

    group: str
    column: str
    card: tuple[str, ...] = ()
    code: str = "kanban"


@dataclass(frozen=True)
class Calendar:
    """The list by the day of a column.

    Attributes:
        column: Code of a column of dates or instants, its value a path.
        filter: Code of the filter of dates a day leads to.
        card: Codes of the columns beside the name.
    """

    column: str
    filter: str = ""
    card: tuple[str, ...] = ()
    code: str = "calendar"


@dataclass(frozen=True)
class Places:
    """The list on a map.

    Attributes:
        gather: (rows, limit) → markers of the first rows that have a place.
        count: rows → how many have a place.
        cluster: (rows, degrees) → markers of the squares of so many degrees, each with how many lie in it.
        value_label: What a marker's figure means.
    """

    gather: Callable[[Any, int], Sequence[Any]]
    count: Callable[[Any], int]
    cluster: Callable[[Any, float], Sequence[Any]]
    value_label: Any = ""
    code: str = "map"


View = Kanban | Calendar | Places


@dataclass(frozen=True)
class Action:
    """A button above a list."""

    label: Any
    url: str
    icon: str = ""
    primary: bool = False
    panel: bool = False


@dataclass(frozen=True)
class Bulk:
    """Something done to the picked rows: their ids are posted as ``pick`` to the page named."""

    label: Any
    url_name: str
    right: str = ""
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A list; see the package's docstring. ``summed``: code of the money column that groups add up.

    ``search_as``: (rows, text, viewer) → rows, in place of ``search`` where what is found depends on what he may read.
    """

    code: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: Callable[[Any, str], Any] | None = None
    search_as: Callable[[Any, str, Any], Any] | None = None
    search_hint: Any = ""
    sort: str = ""
    key: str = "id"
    page_size: int = 50
    export_right: str = ""
    bulk: tuple[Bulk, ...] = ()
    groups: tuple[Group, ...] = ()
    summed: str = ""
    views: tuple[View, ...] = ()
    empty_title: Any = ""
    empty_text: Any = ""
    empty_action: tuple[str, Any] | None = None
    empty_icon: str = "list-details"

    def __post_init__(self) -> None:
        codes = [column.code for column in self.columns]
        if len(set(codes)) != len(codes) or not codes:
            raise ValueError(f"list {self.code!r}: columns need codes of their own")
        if self.sort.lstrip("-") not in {"", *codes}:
            raise ValueError(f"list {self.code!r}: sorted by {self.sort!r}, which is no column")

    def view(self, code: str) -> View | None:
        """The view of a code besides the table."""
        return next((view for view in self.views if view.code == code), None)

    def group(self, code: str) -> Group | None:
        """The grouping of a code."""
        return next((group for group in self.groups if group.code == code), None)

    def column(self, code: str) -> Column | None:
        """The column of a code."""
        return next((column for column in self.columns if column.code == code), None)
