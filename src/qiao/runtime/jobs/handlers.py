"""Handlers by name, and what a handler holds while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from qiao.kernel.errors import QiaoError


class Cancelled(QiaoError):
    """The person asked for the job to stop; its transaction is rolled back."""


class JobHandle(Protocol):
    """What a running handler may do with its job."""

    @property
    def id(self) -> int: ...

    @property
    def by_id(self) -> int | None:
        """Log-in of the person who started it."""

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Note how far the work is; visible at once, also while the handler's transaction is open.

        Raises:
            Cancelled: The person asked to stop.
        """

    def check_cancelled(self) -> None:
        """Raise :class:`Cancelled` when the person asked to stop; cheap to call often."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished handler leaves for the person: a sentence and a page with the result."""

    message: str = ""
    url: str = ""


Function = TypeVar("Function", bound=Callable[..., Outcome | None])


@dataclass(frozen=True, slots=True)
class Handler:
    name: str
    label: str
    call: Callable[..., Outcome | None]


_handlers: dict[str, Handler] = {}


def register(name: str, label: str) -> Callable[[Function], Function]:
    """Make a function the handler of jobs of this name.

    Args:
        name: ``context.verb``.
        label: English source text shown as the job's title.
    """

    def note(call: Function) -> Function:
        if name in _handlers and _handlers[name].call is not call:
            raise ValueError(f"two handlers claim {name}")
        _handlers[name] = Handler(name, label, call)
        return call

    return note


def get_handler(name: str) -> Handler:
    """The handler of a name.

    Raises:
        KeyError: No installed context registered it.
    """
    return _handlers[name]


def label_of(name: str) -> str:
    """English source text of a job's title."""
    return _handlers[name].label if name in _handlers else name


def is_registered(name: str) -> bool:
    """Whether a handler of this name exists."""
    return name in _handlers


Arguments = dict[str, Any]
