"""Types of the API's fields: what the database could not store is refused at the field that holds it."""

from datetime import date, datetime, time
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from pydantic import AfterValidator, Field

_CONTROL = {chr(code) for code in range(32)} | {chr(0x7F)}
_KEPT = {"\n", "\r", "\t"}


def _storable(text: str) -> str:
    if any(c in _CONTROL - _KEPT or "\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("holds a character that cannot be stored")
    return text


def _one_line(text: str) -> str:
    if _KEPT & set(text):
        raise ValueError("must be one line")
    return text.strip()


def _said(text: str) -> str:
    if not text:
        raise ValueError("must not be blank")
    return text


def _mailable(text: str) -> str:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise ValueError("is not an e-mail address") from None
    return text


Prose = Annotated[str, AfterValidator(_storable)]
"""Text of several lines."""

Line = Annotated[Prose, AfterValidator(_one_line)]
"""Text of one line, without blanks at its ends; may be empty."""

Filled = Annotated[Line, AfterValidator(_said)]
"""Text of one line that says something."""

Email = Annotated[Line, AfterValidator(_mailable)]
"""An e-mail address, or nothing."""

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""The number of a record."""

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
"""A calendar day."""


def _within(at: datetime) -> datetime:
    if not 1900 <= at.year <= 2999:
        raise ValueError("must lie between 1900 and 2999")
    return at if at.tzinfo else timezone.make_aware(at)


Instant = Annotated[datetime, AfterValidator(_within)]
"""An instant; without an offset in the enterprise's time zone."""


def _plain(at: time) -> time:
    return at.replace(tzinfo=None)


Clock = Annotated[time, AfterValidator(_plain)]
"""A time of day."""
