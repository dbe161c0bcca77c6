"""What can be imported, contributed by contexts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qiao.kernel.errors import NotFound, Problem

from .fields import Cells, Field


@dataclass(frozen=True, slots=True)
class Planned:
    """What would happen to one row.

    Attributes:
        number: Row number in the file.
        action: create, update or unchanged.
        values: What is written, in the shape the kind's ``apply`` wants.
    """

    number: int
    action: str
    values: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What a whole file would do."""

    rows: list[Planned] = field(default_factory=list)
    refused: list[Cells] = field(default_factory=list)

    def count(self, action: str) -> int:
        """Rows of an action."""
        return sum(1 for row in self.rows if row.action == action)


@dataclass(frozen=True, slots=True)
class MatchKey:
    """A field besides the kind's own key by which rows are matched with records.

    ``find``: (viewer, values) → value → own keys of the records in reach that bear it.
    """

    code: str
    find: Callable[[Any, Sequence[str]], Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of record that can be imported.

    Attributes:
        code: Short name, part of the address.
        label: English source text.
        right: Right needed; its scope bounds what may be written.
        fields: Columns.
        plan: (rows, viewer) → Plan. Rows with problems go to ``refused``.
        apply: (plan, by, job) → None, inside the import's transaction.
        list_url: URL name of the list the records appear in.
        warn: (plan, rows, viewer) → what to look at before writing; asked once, by the dry run.
        key: Code of the field that names a record.
        keys: Other fields rows can be matched by.
        partial: Whether known records can be updated by a file with some of their columns, and cleared by empty cells.
        more: viewer → further columns, such as custom fields.
        more_keys: viewer → further fields rows can be matched by, such as a custom field with another system's number.
        refers: Rows say something of records that are there already, so none needs its own key when matched by another.
        undo: What it wrote, and how that is taken back; see :mod:`qiao.runtime.importing.undo`.
    """

    code: str
    label: str
    right: str
    fields: tuple[Field, ...]
    plan: Callable[[Sequence[Cells], Any], Plan]
    apply: Callable[..., None]
    list_url: str
    warn: Callable[[Plan, Sequence[Cells], Any], list[Problem]] | None = None
    key: str = "code"
    keys: tuple[MatchKey, ...] = ()
    partial: bool = False
    more: Callable[[Any], Sequence[Field]] | None = None
    undo: Any = None
    more_keys: Callable[[Any], Sequence[MatchKey]] | None = None
    refers: bool = False


def fields_of(kind: ImportKind, viewer: Any) -> tuple[Field, ...]:
    """All columns the viewer can import, the custom ones too."""
    return (*kind.fields, *(kind.more(viewer) if kind.more else ()))


def keys_of(kind: ImportKind, viewer: Any) -> tuple[MatchKey, ...]:
    """All fields besides the kind's own key the viewer's rows can be matched by."""
    return (*kind.keys, *(kind.more_keys(viewer) if kind.more_keys else ()))


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Make a kind importable."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"import kind {kind.code} is registered twice")


def get_kind(code: str) -> ImportKind:
    """The kind of a code. Raises NotFound."""
    if code not in _kinds:
        raise NotFound
    return _kinds[code]


def list_kinds() -> list[ImportKind]:
    """All kinds, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
