"""Markdown as the references use it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation

from qiao.runtime.i18n import say


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; bars and line breaks inside cells are kept from breaking it."""
    lines = [_row(headings), "|" + "---|" * len(headings), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[Any]) -> str:
    texts = ("" if cell is None else str(cell) for cell in cells)
    return "| " + " | ".join(" ".join(text.replace("|", "\\|").split()) for text in texts) + " |"


def code(text: Any) -> str:
    """A word of the code, or nothing."""
    return f"`{text}`" if text not in ("", None) else ""


def both(message: str) -> str:
    """A text of the pages in English with its Chinese beside."""
    with translation.override("zh-hans"):
        chinese = say(message)
    return message if chinese == message else f"{message} {chinese}"


def page(title: str, *blocks: str) -> str:
    """Blocks below a title, one blank line apart."""
    return "\n\n".join([f"# {title}", *(block for block in blocks if block)])
