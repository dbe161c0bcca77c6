"""Plain text as people write it: who is named in it, and its links made to click on, safely."""

import re
from collections.abc import Collection, Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LONGEST_NAME = 20
_BREAKS = " \t\r\n,.;:!?，。；：！？、（）()《》「」【】“”\"'"
_AFTER_AT = re.compile(f"@([^@{re.escape(_BREAKS)}]{{1,{LONGEST_NAME}}}(?: [^@{re.escape(_BREAKS)}]+)?)")
_LINK = r"https?://[^\s<>\"'`、，。；：！？（）《》「」【】“”]+"


def name_candidates(text: str) -> set[str]:
    """Everything after an @ that may be a name: Chinese is written without a blank behind it."""
    return {run[:end].strip() for run in _AFTER_AT.findall(text) for end in range(1, len(run) + 1)} - {""}


def names_in(text: str, known: Collection[str]) -> list[str]:
    """The known names that stand behind an @, each once, the longest where several fit."""
    found: dict[str, None] = {}
    for run in _AFTER_AT.findall(text):
        fitting = [name for name in known if run.startswith(name)]
        if fitting:
            found[max(fitting, key=len)] = None
    return list(found)


def to_html(text: str, names: Iterable[str] = ()) -> SafeString:
    """Escaped text with links and the names of those mentioned; line breaks are left to the style sheet."""
    mentioned = sorted((re.escape(f"@{name}") for name in names), key=len, reverse=True)
    pattern = re.compile(
        "|".join([f"(?P<link>{_LINK})", *(["(?P<name>" + "|".join(mentioned) + ")"] if mentioned else [])])
    )
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(text):
        parts.append(escape(text[end : found.start()]))
        end = found.end()
        parts.append(_link(found[0]) if found["link"] else f'<b class="q-mention">{escape(found[0])}</b>')
    return mark_safe("".join([*parts, escape(text[end:])]))


def _link(address: str) -> str:
    """A link in a window of its own that learns nothing of us; a full stop behind it is none of it."""
    kept = address.rstrip(".,;:!?)]}")
    url = escape(kept)
    rest = escape(address[len(kept) :])
    return f'<a href="{url}" target="_blank" rel="noopener noreferrer nofollow">{url}</a>{rest}'
