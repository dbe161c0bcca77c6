"""An article as a form: what stands in each field, and what a filled form says.

The form comes from the article's typed fields; nothing here knows a kind. A field is known by its place in the
article (``body.ladders[0].rows[1].tier``), which is its name in the form, the place faults are reported at and the
place a trace points to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, get_args, get_origin

from qiao.kernel.errors import N_
from qiao.kernel.table import Range
from qiao.kernel.text import Text

from .faults import Fault, join
from .shape import Tree, optional_of, types_of
from .terms import Choice, Term, terms_of
from .words import Speaker

LOWER = (("", N_("open below")), ("from", N_("from (included)")), ("above", N_("above (not included)")))
UPPER = (("", N_("open above")), ("to", N_("up to (included)")), ("below", N_("below (not included)")))
FIXED = ("kind", "code")
_INDEX = re.compile(r"\[\d+\]")
_SEPARATORS = re.compile(r"[,，、;；\n]+")
_PER_CENT = Decimal(100)


class Placed:
    """Something with a place in the article."""

    __slots__ = ()
    path: str

    @property
    def anchor(self) -> str:
        """Its place as the name of a part of the page."""
        return "at-" + re.sub(r"\W+", "-", self.path).strip("-")


@dataclass(frozen=True, slots=True)
class Control(Placed):
    """One field of the form.

    Attributes:
        path: Its place, which is its name.
        sort: text, number, date, flag, choice, codes (several of a list), list (several, written), words
            (both languages) or range.
        value: What stands in it: a text, a list of texts, or a mapping of its parts.
        options: (value, label) to choose from.
        suffix: The unit behind it.
        needed: Whether it must be filled.
    """

    path: str
    sort: str
    label: str
    value: Any
    options: tuple[tuple[str, str], ...] = ()
    suffix: str = ""
    hint: str = ""
    needed: bool = True
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row(Placed):
    """A row of a list; its parts stand in the order of the headings."""

    path: str
    label: str
    parts: tuple[Part, ...]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows(Placed):
    """A list: a table, or groups where a row holds lists itself."""

    path: str
    label: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    is_table: bool
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section(Placed):
    """Fields that belong together."""

    path: str
    label: str
    parts: tuple[Part, ...]
    errors: tuple[str, ...] = ()


Part = Control | Rows | Section


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a form needs besides types and values.

    Attributes:
        speaker: The reader's language.
        spaces: Which list of names a place chooses from, by place without row numbers.
        names: (code, what people call it) of each list of names.
        faults: Messages by place.
    """

    speaker: Speaker
    spaces: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def options(self, path: str) -> tuple[tuple[str, str], ...] | None:
        """Names a place chooses from; None where it is written freely."""
        space = self.spaces.get(pattern_of(path))
        return None if space is None else tuple(self.names.get(space, ()))

    def at(self, path: str) -> tuple[str, ...]:
        """Messages at exactly this place."""
        return tuple(self.faults.get(path, ()))

    def within(self, path: str) -> tuple[str, ...]:
        """Messages at this place and everywhere inside it."""
        inside = (path, f"{path}.", f"{path}[")
        return tuple(
            text
            for place, texts in self.faults.items()
            if place == path or place.startswith(inside[1:])
            for text in texts
        )


def pattern_of(path: str) -> str:
    """A place without its row numbers: ``ladders[].rows[].tier``."""
    return _INDEX.sub("[]", path)


def lay_out(
    wanted: Any, tree: Tree, sheet: Sheet, *, skip: Iterable[str] = (), path: str = ""
) -> tuple[Part, ...]:
    """The form of a record.

    Args:
        wanted: The record's type.
        tree: What stands in it, scalars as the text somebody wrote; anything may be missing.
        sheet: Language, names to choose from, messages.
        skip: Fields left out.
        path: Where the record stands.
    """
    types, held = types_of(wanted), tree if isinstance(tree, Mapping) else {}
    return tuple(
        _part(types[f.name], held.get(f.name, _default(f)), term, join(path, f.name), sheet)
        for f, term in terms_of(get_origin(wanted) or wanted)
        if f.name not in skip
    )


def _default(f: Any) -> Any:
    return str(f.default).lower() if isinstance(f.default, bool) else None


def _part(wanted: Any, held: Any, term: Term, path: str, sheet: Sheet) -> Part:
    inner, needed = optional_of(wanted) or wanted, optional_of(wanted) is None
    label = sheet.speaker.say(term.label)
    row_type = get_args(inner)[0] if get_origin(inner) is tuple else None
    if row_type is str:
        return _codes(held, label, path, sheet)
    if row_type is not None:
        return _rows(row_type, held, label, path, sheet)
    if _is_record(inner):
        return Section(path, label, lay_out(inner, held, sheet, path=path), sheet.at(path))
    return _control(inner, held, term, label, path, sheet, needed)


def _is_record(wanted: Any) -> bool:
    return is_dataclass(get_origin(wanted) or wanted) and wanted not in (Text, Range)


def _codes(held: Any, label: str, path: str, sheet: Sheet) -> Control:
    """Several names: chosen where they are known, else written."""
    values = [str(value) for value in held] if isinstance(held, list) else []
    options = sheet.options(join(path, 0))
    errors = sheet.within(path)
    if options is None:
        return Control(path, "list", label, ", ".join(values), needed=False, errors=errors)
    known = {code for code, _ in options}
    more = tuple((value, value) for value in values if value not in known)
    return Control(path, "codes", label, values, options + more, needed=False, errors=errors)


def _rows(row_type: Any, held: Any, label: str, path: str, sheet: Sheet) -> Rows:
    trees = held if isinstance(held, list) else []
    rows = []
    for n, tree in enumerate(trees):
        here = join(path, n)
        if _is_record(row_type):
            parts = lay_out(row_type, tree, sheet, path=here)
        else:
            parts = (_control(row_type, tree, Term(""), label, here, sheet, True),)
        rows.append(Row(here, _row_label(tree, n, sheet), parts, sheet.at(here)))
    if not _is_record(row_type):
        return Rows(path, label, (), tuple(rows), True, sheet.at(path))
    headings = tuple(sheet.speaker.say(term.label) for _, term in terms_of(row_type))
    return Rows(path, label, headings, tuple(rows), not _holds_rows(row_type), sheet.at(path))


def _holds_rows(row_type: Any) -> bool:
    return any(
        get_origin(wanted) is tuple and _is_record(get_args(wanted)[0])
        for wanted in types_of(row_type).values()
    )


def _row_label(tree: Any, number: int, sheet: Sheet) -> str:
    title = tree.get("title") if isinstance(tree, Mapping) else None
    said = (
        title.get("zh" if sheet.speaker.language.startswith("zh") else "en")
        if isinstance(title, Mapping)
        else ""
    )
    return said or sheet.speaker.say(N_("row %(row)s"), {"row": number + 1})


def _control(
    wanted: Any, held: Any, term: Term, label: str, path: str, sheet: Sheet, needed: bool
) -> Control:
    errors, hint = sheet.within(path), sheet.speaker.say(term.hint) if term.hint else ""
    if wanted is Text:
        value = {part: _text(held, part) for part in ("zh", "en")}
        return Control(path, "words", label, value, needed=needed, errors=errors, hint=hint)
    if wanted is Range:
        return Control(path, "range", label, _ends(held), needed=False, errors=errors, hint=hint)
    text = "" if held is None else str(held)
    if wanted is bool:
        return Control(path, "flag", label, text == "true", needed=False, errors=errors, hint=hint)
    if isinstance(wanted, type) and issubclass(wanted, Choice):
        options = tuple((member.value, sheet.speaker.say(member.label)) for member in wanted)
        return Control(path, "choice", label, text, options, needed=needed, errors=errors, hint=hint)
    if (named := sheet.options(path)) is not None:
        more = () if not text or text in {code for code, _ in named} else ((text, text),)
        return Control(path, "choice", label, text, named + more, needed=needed, errors=errors, hint=hint)
    sort = "date" if wanted is date else "number" if wanted in (int, Decimal) else "text"
    if term.unit == "share":
        text = _times(text, _PER_CENT)
    return Control(
        path,
        sort,
        label,
        text,
        suffix="%" if term.unit == "share" else "",
        needed=needed,
        errors=errors,
        hint=hint,
    )


def _text(held: Any, part: str) -> str:
    return str(held.get(part) or "") if isinstance(held, Mapping) else ""


def _ends(held: Any) -> dict[str, str]:
    """A range as its four parts; ``{from: 3000}`` → lower_word from, lower 3000."""
    ends = {"lower_word": "", "lower": "", "upper_word": "", "upper": ""}
    for word, at in held.items() if isinstance(held, Mapping) else ():
        end = "lower" if word in dict(LOWER) else "upper"
        ends |= {f"{end}_word": str(word), end: str(at)}
    return ends


def _times(text: str, factor: Decimal) -> str:
    """A number times a factor, exactly; what is no number stays as it is, for the reading to refuse."""
    try:
        number = Decimal(text) * factor
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return f"{number.normalize():f}"


def take_up(
    wanted: Any, filled: Mapping[str, Sequence[str]], *, skip: Iterable[str] = (), path: str = ""
) -> dict[str, Any]:
    """The tree a filled form says; reading it with the article's types finds what is wrong with it.

    Args:
        wanted: The record's type.
        filled: Values by name of the field.
        skip: Fields the form does not hold.
        path: Where the record stands.
    """
    types, tree = types_of(wanted), {}
    for f, term in terms_of(get_origin(wanted) or wanted):
        if f.name in skip:
            continue
        value = _taken(types[f.name], filled, term, join(path, f.name))
        if value is None and f.default is not MISSING:
            continue  # left out: the tree says what was decided
        tree[f.name] = value
    return tree


def _taken(wanted: Any, filled: Mapping[str, Sequence[str]], term: Term, path: str) -> Any:
    inner, optional = optional_of(wanted) or wanted, optional_of(wanted) is not None
    row_type = get_args(inner)[0] if get_origin(inner) is tuple else None
    if row_type is str:
        written = ",".join(filled.get(path, ()))
        return [part.strip() for part in _SEPARATORS.split(written) if part.strip()]
    if row_type is not None:
        return [
            take_up(row_type, filled, path=here)
            if _is_record(row_type)
            else _taken(row_type, filled, term, here)
            for here in _places(filled, path)
        ]
    if _is_record(inner):
        return take_up(inner, filled, path=path)
    if inner is Text:
        words = {part: _one(filled, f"{path}.{part}") for part in ("zh", "en")}
        said = {part: text for part, text in words.items() if text}
        return said or (None if optional else {"zh": ""})
    if inner is Range:
        ends = _range(filled, path)
        return None if optional and not ends else ends
    if inner is bool:
        return "true" if _one(filled, path) else "false"
    text = _one(filled, path)
    if inner in (int, Decimal):
        text = _number(text, term)
    return None if optional and not text else text


def _one(filled: Mapping[str, Sequence[str]], name: str) -> str:
    values = filled.get(name, ())
    return values[-1].strip() if values else ""


def _number(text: str, term: Term) -> str:
    plain = re.sub(r"[,，\s]", "", text)
    return _times(plain.rstrip("%％"), 1 / _PER_CENT) if term.unit == "share" else plain


def _range(filled: Mapping[str, Sequence[str]], path: str) -> dict[str, str]:
    ends = {}
    for end in ("lower", "upper"):
        if word := _one(filled, f"{path}.{end}_word"):
            ends[word] = re.sub(r"[,，\s]", "", _one(filled, f"{path}.{end}"))
    return ends


def _places(filled: Mapping[str, Sequence[str]], path: str) -> list[str]:
    """Places of the rows of a list that the form holds, in order."""
    start = f"{path}["
    numbers = {name[len(start) :].split("]", 1)[0] for name in filled if name.startswith(start)}
    return [f"{start}{number}]" for number in sorted((n for n in numbers if n.isdecimal()), key=int)]


def with_row(tree: Any, path: str) -> None:
    """Put an empty row into a list of a tree: behind the row named (``rows[2]``), or at the end (``rows``)."""
    rows, number = _find(tree, path)
    if isinstance(rows, list):
        rows.insert(len(rows) if number is None else number + 1, {})


def without_row(tree: Any, path: str) -> None:
    """Take the row named out of its list."""
    rows, number = _find(tree, path)
    if isinstance(rows, list) and number is not None and number < len(rows):
        del rows[number]


def _find(tree: Any, path: str) -> tuple[Any, int | None]:
    """The list a place is in, and the row's number; (None, None) where there is no such place."""
    steps = re.findall(r"[^.\[\]]+", path)
    number = int(steps.pop()) if path.endswith("]") and steps and steps[-1].isdecimal() else None
    for step in steps:
        if isinstance(tree, list):
            tree = tree[int(step)] if step.isdecimal() and int(step) < len(tree) else None
        else:
            tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree, number


def faults_by_place(faults: Iterable[Fault], speaker: Speaker) -> dict[str, list[str]]:
    """Messages by place, in the reader's language."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fault.path, []).append(speaker.say(fault.message, fault.params))
    return found


def places_shown(parts: Iterable[Part]) -> set[str]:
    """Every place a form can show a message at."""
    shown: set[str] = set()
    for part in parts:
        shown.add(part.path)
        if isinstance(part, Section):
            shown |= places_shown(part.parts)
        elif isinstance(part, Rows):
            for row in part.rows:
                shown |= {row.path} | places_shown(row.parts)
    return shown
