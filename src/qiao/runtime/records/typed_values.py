"""Values of custom fields: read from what people type, kept as plain JSON, shown again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from qiao.kernel.errors import N_, RuleBroken

from ..i18n import say

TYPES = {
    "text": N_("Text"),
    "number": N_("Number"),
    "money": N_("Amount of money"),
    "date": N_("Date"),
    "choice": N_("Choice"),
    "yes_no": N_("Yes or no"),
}
LONGEST_TEXT = 500
_LARGEST = Decimal(10) ** 15
_CODE = re.compile("[a-z][a-z0-9_]{0,39}")
Stored = str | bool


@dataclass(frozen=True, slots=True)
class OwnField:
    """A custom field as it is in force: what a value of it may be, and whom it concerns.

    Attributes:
        choices: (code, Chinese, English), in order.
        segments: Codes of the segments it applies to; empty for all.
        seen_by: Role profiles that see it; empty for whoever sees the record.
        changed_by: Role profiles that change it; empty for whoever may change the record.
        ended: Whether it is no longer asked for; its values stay.
    """

    pk: int
    code: str
    label_zh: str
    label_en: str
    type: str
    choices: tuple[tuple[str, str, str], ...] = ()
    is_required: bool = False
    segments: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = ()
    changed_by: tuple[str, ...] = ()
    ended: bool = False

    @property
    def name(self) -> str:
        """Its name in forms, lists and addresses."""
        return f"own_{self.code}"

    def applies_to(self, segment: str) -> bool:
        """Whether records of a segment have it."""
        return not self.ended and (not self.segments or segment in self.segments)


def is_code(text: str) -> bool:
    """Whether a text can name a field or a choice."""
    return _CODE.fullmatch(text) is not None


def read_value(field: OwnField, given: Any) -> Stored | None:
    """What is stored of a value as typed, sent or imported; None for nothing.

    Raises:
        RuleBroken: It is no value of the field; the refusal names the field.
    """
    if isinstance(given, bool) and field.type == "yes_no":
        return given
    text = given.isoformat() if isinstance(given, date) else "" if given is None else str(given).strip()
    if not text:
        return None
    found: Stored = _READERS[field.type](field, text)
    return found


def _wrong(field: OwnField, message: str, **params: Any) -> RuleBroken:
    return RuleBroken(message, code="bad_value", field=field.name, **params)


def _text(field: OwnField, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise _wrong(field, N_("At most %(most)s characters."), most=LONGEST_TEXT)
    if any(c < " " for c in text):
        raise _wrong(field, N_("One line without control characters."))
    return text


def _decimal(field: OwnField, text: str, places: int) -> str:
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise _wrong(field, N_("“%(text)s” is not a number."), text=text[:40]) from None
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise _wrong(field, N_("“%(text)s” is not a number."), text=text[:40])
    if value != round(value, places):
        raise _wrong(field, N_("At most %(places)s decimals."), places=places)
    return f"{value.normalize():f}"


def _date(field: OwnField, text: str) -> str:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise _wrong(field, N_("“%(text)s” is not a date; write 2026-11-22."), text=text[:40]) from None
    if not 1900 <= found.year <= 2999:
        raise _wrong(field, N_("“%(text)s” is not a date; write 2026-11-22."), text=text[:40])
    return found.isoformat()


def _choice(field: OwnField, text: str) -> str:
    for code, zh, en in field.choices:
        if text in (code, zh, en):
            return code
    offered = "、".join(zh or en for _code, zh, en in field.choices)
    raise _wrong(field, N_("“%(text)s” is none of: %(offered)s."), text=text[:40], offered=offered)


def _yes_no(field: OwnField, text: str) -> bool:
    word = text.lower()
    if word in {"1", "true", "yes", say(N_("Yes")).lower()}:
        return True
    if word in {"0", "false", "no", say(N_("No")).lower()}:
        return False
    raise _wrong(field, N_("Say yes or no."))


_READERS: Mapping[str, Any] = {
    "text": _text,
    "number": lambda field, text: _decimal(field, text, 6),
    "money": lambda field, text: _decimal(field, text, 2),
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
}


def typed(field: OwnField, stored: Stored | None) -> Any:
    """A stored value as what it is: Decimal, date, bool or text; None for nothing."""
    if stored is None or isinstance(stored, bool):
        return stored
    if field.type in ("number", "money"):
        return Decimal(stored)
    return date.fromisoformat(stored) if field.type == "date" else stored


def choice_pairs(lines: str) -> tuple[tuple[str, str, str], ...]:
    """Choices from lines ``code = Chinese | English``.

    Raises:
        RuleBroken: A line has no such shape, or a code stands twice.
    """
    found: dict[str, tuple[str, str, str]] = {}
    for line in filter(None, (one.strip() for one in lines.splitlines())):
        code, equals, names = (part.strip() for part in line.partition("="))
        zh, _bar, en = (part.strip() for part in names.partition("|"))
        if not equals or not is_code(code) or not zh or code in found:
            raise RuleBroken(
                N_("Write each choice on a line of its own as code = Chinese | English, each code once: “%(line)s”."),
                code="bad_choices", field="choices", line=line[:60],
            )  # fmt: skip
        found[code] = (code, zh, en)
    return tuple(found.values())


def choice_lines(choices: Sequence[Sequence[str]]) -> str:
    """Choices as :func:`choice_pairs` reads them."""
    return "\n".join(f"{code} = {zh}" + (f" | {en}" if en else "") for code, zh, en in choices)
