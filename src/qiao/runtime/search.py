"""Search keys: Chinese by two characters, pinyin, initials, code, phone – as one trigram index.

A trigram index sees nothing in a two-character word, so every character becomes a word of its own: the key
`` 张 三 丰 `` is searched with ``LIKE '% 三 丰 %'``. See ``docs/adr/0003-search.md``.
"""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_ESCAPED = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def spaced(text: str) -> str:
    """Lower case, no spaces, one blank before, between and after all characters: the indexed form."""
    compact = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    return f" {' '.join(compact)} " if compact else ""


def like_pattern(text: str) -> str:
    """The LIKE pattern that finds a typed text anywhere in an indexed form."""
    return f"%{spaced(text).translate(_ESCAPED)}%"


@lru_cache(maxsize=50_000)
def pinyin_of(text: str) -> str:
    """Full pinyin without tones, lower case, for sorting and search: 北京 → ``beijing``."""
    return "".join(lazy_pinyin(text, errors=lambda rest: re.sub(r"\s+", "", rest)))[:400].lower()


@lru_cache(maxsize=50_000)
def initials_of(text: str) -> str:
    """First letters: 北京烟草 → ``bjyc``; Latin letters and digits stay as they are."""
    parts = lazy_pinyin(text, style=Style.FIRST_LETTER, errors=lambda rest: re.sub(r"\s+", "", rest))
    return "".join(parts)[:120].lower()


def search_key(*, names: list[str], codes: list[str]) -> str:
    """One text that holds everything a record is searched by.

    Args:
        names: Names in any script; pinyin and initials are added.
        codes: Codes and phone numbers, searched as they are.
    """
    parts: list[str] = []
    for name in filter(None, names):
        parts += [name, pinyin_of(name), initials_of(name)]
    parts += [code for code in codes if code]
    # A bar between parts keeps a search from matching across two of them.
    return " | ".join(filter(None, (spaced(part) for part in dict.fromkeys(parts))))
