"""A stamp that changes with every write to tables that seldom change: what may be kept in memory, and how long.

Units, people, posts, role types and articles are read by every page and written a few times a day. Their models
carry :func:`stamping`, so any statement that touches them, whoever runs it, adds a row to ``runtime_stamp``. What a
process keeps under a stamp is right as long as the stamp is: an end of a post counts at the next request.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import pgtrigger
from django.db import connection, transaction

Stamp = tuple[int, int]
P = ParamSpec("P")
R = TypeVar("R")

# The count tells apart what two transactions wrote that commit in another order than they took their numbers.
COLUMNS = "(SELECT count(*) FROM runtime_stamp), (SELECT coalesce(max(id), 0) FROM runtime_stamp)"


@dataclass
class Request:
    """What one request has read once and for all: the stamp (where it cannot write) and whose session it is."""

    keeps_stamp: bool
    stamp: Stamp | None = None
    user: Any = None


_request: ContextVar[Request | None] = ContextVar("request", default=None)


def stamping() -> pgtrigger.Trigger:
    """The trigger of a model whose rows are kept in memory."""
    return pgtrigger.Trigger(
        name="stamping",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func="INSERT INTO runtime_stamp DEFAULT VALUES; RETURN NULL;",
    )


@contextmanager
def in_request(*, keeps_stamp: bool) -> Iterator[None]:
    """For one request: what it read of the stamp and of its session is not asked for again."""
    token = _request.set(Request(keeps_stamp))
    try:
        yield
    finally:
        _request.reset(token)


def this_request() -> Request | None:
    """What the request under way has read, or None outside of one."""
    return _request.get()


def read_stamp() -> Stamp:
    """The stamp as committed (and as this transaction wrote)."""
    request = _request.get()
    if request is not None and request.stamp is not None and request.keeps_stamp:
        return request.stamp
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS}")
        count, newest = cursor.fetchone()
    stamp = (int(count), int(newest))
    if request is not None:
        request.stamp = stamp
    return stamp


def kept(*, most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep a read of stamped tables in memory until one of them is written.

    Args:
        most: How many results, by arguments, to keep. Callers must not change what they get.
    """

    def decorate(read: Callable[P, R]) -> Callable[P, R]:
        @lru_cache(maxsize=most)
        def remembered(_stamp: Stamp, *args: Any, **named: Any) -> R:
            return read(*args, **named)

        @wraps(read)
        def kept_read(*args: P.args, **named: P.kwargs) -> R:
            return remembered(read_stamp(), *args, **named)  # type: ignore[arg-type]

        return kept_read

    return decorate


def thin_out() -> None:
    """Put one new stamp in the place of all old ones: each stays different from every one before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM runtime_stamp")
        cursor.execute("INSERT INTO runtime_stamp DEFAULT VALUES")
