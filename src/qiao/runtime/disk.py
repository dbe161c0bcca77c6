"""A full disk, told as what it is: every library says it in an error of its own."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

from qiao.kernel.errors import N_, RuleBroken

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_TEXTS = tuple(os.strerror(number) for number in _FULL)
_NAMED = re.compile(r"""["'](/[^"'\\]+)""")
_DATABASE_FULL = "53100"  # disk_full among PostgreSQL's error codes
_TOO_LITTLE = 32 << 20  # two segments of PostgreSQL's log: with less it stops where it stands


def find_full_disk(error: BaseException, *, at: Path | None = None) -> RuleBroken | None:
    """The refusal that an error amounts to when a disk is full.

    Args:
        error: Whatever was raised, by the operating system, a library or the database.
        at: Where the work was writing, for errors that name no file.

    Returns:
        A refusal naming the place, or None when it is another error.
    """
    for cause in _causes(error):
        if getattr(cause, "sqlstate", None) == _DATABASE_FULL:
            return full_disk("PostgreSQL")
        number = getattr(cause, "errno", None)
        if number in _FULL or (number is None and any(text in str(cause) for text in _TEXTS)):
            return full_disk(_place(cause, at))
        if isinstance(cause, OperationalError | InterfaceError) and _is_home_full():
            return full_disk("PostgreSQL")  # it cannot even say so: it ends when its log finds no room
    return None


def _is_home_full() -> bool:
    try:
        return shutil.disk_usage(settings.QIAO_HOME).free < _TOO_LITTLE
    except OSError:
        return False


def full_disk(place: str) -> RuleBroken:
    """The refusal itself."""
    message = N_("The disk is full at %(place)s. Nothing was changed; make room and try again.")
    return RuleBroken(message, code="disk_full", place=place)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _place(error: BaseException, at: Path | None) -> str:
    """The path an error names, told from the home; where the work was writing when it names none."""
    name = getattr(error, "filename", None)
    if not isinstance(name, str):
        found = _NAMED.search(str(error))
        name = found.group(1) if found else ""
    home = Path(settings.QIAO_HOME)
    name = name or str(at or home)
    try:
        return str(Path("QIAO_HOME") / Path(name).relative_to(home))
    except ValueError:
        return name
