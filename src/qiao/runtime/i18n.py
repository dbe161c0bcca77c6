"""Language of the reader: choosing between stored Chinese and English, translating marked texts of pure code."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext

from qiao.kernel.errors import Incomplete, Message, Problem, QiaoError, RuleBroken, Undefined
from qiao.kernel.text import Text


def is_chinese() -> bool:
    """Whether the current reader reads Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def pick(zh: str, en: str) -> str:
    """The stored text in the reader's language, or the other one when it is empty."""
    return (zh or en) if is_chinese() else (en or zh)


def say(message: str, params: dict[str, Any] | None = None) -> str:
    """Translate a source text marked with ``N_`` and fill its places."""
    text = _translated(get_language() or "", message)
    return text % {name: _said(value) for name, value in params.items()} if params else text


def _said(value: Any) -> Any:
    """A value for a place: words of both languages and texts within texts in the reader's own."""
    if isinstance(value, Text):
        return pick(value.zh, value.en)
    if isinstance(value, Message) or (isinstance(value, QiaoError) and hasattr(value, "message")):
        return say(value.message, getattr(value, "params", None))
    return value


@lru_cache(maxsize=10_000)
def _translated(_language: str, message: str) -> str:
    """Looked up once a language: a page says a hundred and fifty texts."""
    return gettext(message)


def say_error(error: RuleBroken | Problem | Incomplete | Undefined) -> str:
    """An error of pure code in the reader's language."""
    message = error.reason if isinstance(error, (Incomplete, Undefined)) else error.message
    return say(message, error.params)
