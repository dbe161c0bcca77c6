"""Search keys: Chinese by two characters, pinyin, initials, code, phone – as one trigram index.

A trigram index sees nothing in a two-character word, so every Han character becomes a word of its own, while runs
of letters and digits stay whole: ``张三丰 A12`` is indexed as `` 张 三 丰 a12 `` and searched with
``LIKE '% 三 丰 %'``. See ``docs/adr/0003-search.md``.
"""

import re
import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

_RUNS = re.compile("[\u3400-\u9fff]+|[^\u3400-\u9fff\\s]+")
_ESCAPED = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def _words(text: str) -> list[str]:
    """Han characters one by one, runs of anything else whole, without spaces, in lower case."""
    compact = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    return [word for run in _RUNS.findall(compact) for word in (run if _is_han(run[0]) else (run,))]


def spaced(text: str) -> str:
    """The indexed form: words with one blank before, between and after; empty for blank text."""
    words = _words(text)
    return f" {' '.join(words)} " if words else ""


def like_pattern(text: str) -> str:
    """The LIKE pattern that finds a typed text anywhere in an indexed form.

    One or two letters or digits are looked for at the beginning of a name, its pinyin, initials or a number only:
    nearly everything holds them somewhere, and no index helps there.
    """
    words = _words(text)
    if not words:
        return "%"
    body = " ".join(words).translate(_ESCAPED)
    starts_free = not _is_han(words[0][0]) and not (len(words) == 1 and len(words[0]) <= 2)
    before = "%" if starts_free else "% "
    return f"{before}{body}{' %' if _is_han(words[-1][0]) else '%'}"


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


@lru_cache(maxsize=200_000)
def _syllable(before: str, character: str, after: str) -> str:
    """A character's reading between its neighbours: 重 is ``chong`` in 重庆 and ``zhong`` in 重要.

    Three characters settle nearly every reading, and so few of them occur that a bulk load finds most in the
    cache; reading every name as a whole is twenty times slower.
    """
    if character not in _HETERONYMS:
        return str(lazy_pinyin(character)[0])
    return str(lazy_pinyin(before + character + after)[len(before)])


_HETERONYMS = frozenset(chr(code) for code, readings in PINYIN_DICT.items() if "," in readings)


def _readings(text: str) -> list[tuple[str, str]]:
    """(syllable, its first letter) of Han characters; runs of anything else twice as they are, without spaces."""
    parts: list[tuple[str, str]] = []
    for run in _RUNS.findall(text):
        if not _is_han(run[0]):
            parts.append((run, run))
            continue
        for index, character in enumerate(run):
            syllable = _syllable(
                run[index - 1 : index] if index else "", character, run[index + 1 : index + 2]
            )
            parts.append((syllable, syllable[:1]))
    return parts


def pinyin_of(text: str) -> str:
    """Full pinyin without tones, lower case, for sorting and search: 北京 → ``beijing``."""
    return "".join(full for full, _first in _readings(text))[:400].lower()


def initials_of(text: str) -> str:
    """First letters: 北京烟草 → ``bjyc``; Latin letters and digits stay as they are."""
    return "".join(first for _full, first in _readings(text))[:120].lower()


def search_key(*, names: list[str], codes: list[str]) -> str:
    """One text that holds everything a record is searched by.

    Args:
        names: Names in any script; pinyin and initials are added.
        codes: Codes, searched as they are; a number not everybody reads stands last (``protection.searching``).
    """
    parts: list[str] = []
    for name in filter(None, names):
        parts += [name, pinyin_of(name), initials_of(name)]
    parts += [code.replace("|", "/") for code in codes if code]
    # A bar between parts keeps a search from matching across two of them.
    return " | ".join(filter(None, (spaced(part) for part in dict.fromkeys(parts))))


CANDIDATES = 200  # read before the best few are chosen: enough for a choice, few enough for a common word


def closeness(text: str, *, name: str, code: str = "") -> tuple[int, int, str]:
    """How near a hit is to what was typed; the smallest first.

    Args:
        text: What was typed.
        name: What the record is called.
        code: Its number, where it has one.

    Returns:
        Rank (0 the number or the name itself, 1 name begins so, 2 initials or pinyin begin so, 3 number begins so,
        4 name holds it, 5 otherwise), then the shorter name, then the name.
    """
    typed, called, number = (
        re.sub(r"\s+", "", unicodedata.normalize("NFKC", part)).lower() for part in (text, name, code)
    )
    if typed in (called, number):
        rank = 0
    elif called.startswith(typed):
        rank = 1
    elif typed.isascii() and (initials_of(name).startswith(typed) or pinyin_of(name).startswith(typed)):
        rank = 2
    elif number.startswith(typed):
        rank = 3
    else:
        rank = 4 if typed in called else 5
    return rank, len(called), called


def words_match(text: str, *names: str) -> bool:
    """Whether one of a few names in memory holds the text, in characters, pinyin or initials."""
    typed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    return any(
        typed in form
        for name in names
        for form in (re.sub(r"\s+", "", name).lower(), pinyin_of(name), initials_of(name))
    )
