"""Article kinds of the rulebook with their fields."""

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_origin

from qiao.kernel.table import Range
from qiao.kernel.text import Text
from qiao.rulebook import queries
from qiao.rulebook.core.article import Article
from qiao.rulebook.core.shape import optional_of, types_of
from qiao.rulebook.core.terms import Choice, Term, terms_of

from .markdown import both, code, page, table

_WORDS = {str: "text", int: "whole number", Decimal: "number", bool: "yes or no", date: "day", Text: "text in both languages",
          Range: "range: `from` or `above`, `to` or `below`"}  # fmt: skip
_HEADING = "What stands above the content of every article."


def articles() -> str:
    """Every kind: what it decides, its fields, the packs that bring one."""
    blocks = [
        "An article is kept as YAML and edited as a form; both are read by the same typed fields below.",
        "## Heading of every article",
        _HEADING,
        _fields(Article[Any], "", skip=("kind", "body")),
    ]
    for kind in queries.get_kinds():
        about = f"{kind.help} " if kind.help else ""
        brought = [
            name
            for name in queries.list_packs()
            if any(f"kind: {kind.code}\n" in text for text in queries.read_pack(name).values())
        ]
        blocks += [
            f"## {both(kind.label)} (`{kind.code}`)",
            f"{about}Packs that bring one: {', '.join(brought) or 'none'}.",
            _fields(kind.body_type, ""),
        ]
    return page("Articles of the rulebook", *blocks)


def _fields(body: Any, path: str, skip: tuple[str, ...] = ()) -> str:
    rows = list(_rows(body, path, skip))
    return table(["field", "name", "value", "unit", "limits", "may be left out"], rows)


def _rows(body: Any, path: str, skip: tuple[str, ...] = ()) -> Any:
    types = types_of(body)
    optional = {
        f.name
        for f in fields(get_origin(body) or body)
        if f.default is not MISSING or f.default_factory is not MISSING
    }
    for f, term in terms_of(get_origin(body) or body):
        if f.name in skip:
            continue
        here, wanted = f"{path}{f.name}", types[f.name]
        inner = optional_of(wanted) or wanted
        rows_of = get_args(inner)[0] if get_origin(inner) is tuple else None
        left_out = "yes" if f.name in optional or optional_of(wanted) is not None else ""
        yield [code(here), both(term.label), _word(inner, rows_of), term.unit, _limits(term), left_out]
        below = rows_of or inner
        if is_dataclass(below) and below not in (Text, Range):
            yield from _rows(below, f"{here}[]." if rows_of else f"{here}.")


def _word(wanted: Any, rows_of: Any) -> str:
    if rows_of is not None:
        return f"list of {_WORDS.get(rows_of, 'rows')}"
    if isinstance(wanted, type) and issubclass(wanted, Choice):
        return "one of " + ", ".join(f"{code(str(choice))} ({choice.label})" for choice in wanted)
    return _WORDS.get(wanted, "fields below")


def _limits(term: Term) -> str:
    said = [(term.at_least, "at least"), (term.above, "above"), (term.at_most, "at most")]
    return ", ".join(f"{word} {limit}" for limit, word in said if limit is not None)
