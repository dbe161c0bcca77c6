"""A full disk, told as what it is: every library says it in an error of its own."""

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from qiao.kernel.errors import N_, RuleBroken

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_TEXTS = tuple(os.strerror(number) for number in _FULL)
_NAMED = re.compile(r"[\"'](/[^\"']+)[\"']")
_DATABASE_FULL = "53100"  # disk_full among PostgreSQL's error codes


def find_full_disk(error: BaseException) -> RuleBroken | None:
    """The refusal that an error amounts to when a disk is full.

    Args:
        error: Whatever was raised, by the operating system, a library or the database.

    Returns:
        A refusal naming the place, or None when it is another error.
    """
    for cause in _causes(error):
        if getattr(cause, "sqlstate", None) == _DATABASE_FULL:
            return full_disk("PostgreSQL")
        number = getattr(cause, "errno", None)
        if number in _FULL or (number is None and any(text in str(cause) for text in _TEXTS)):
            return full_disk(_place(cause))
    return None


def full_disk(place: str) -> RuleBroken:
    """The refusal itself."""
    message = N_("The disk is full at %(place)s. Nothing was changed; make room and try again.")
    return RuleBroken(message, code="disk_full", place=place)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _place(error: BaseException) -> str:
    """The path an error names, told from the home; the home itself when it names none."""
    name = getattr(error, "filename", None)
    if not isinstance(name, str):
        found = _NAMED.search(str(error))
        name = found.group(1) if found else ""
    home = Path(settings.QIAO_HOME)
    try:
        return str(Path("QIAO_HOME") / Path(name).relative_to(home)) if name else "QIAO_HOME"
    except ValueError:
        return name
