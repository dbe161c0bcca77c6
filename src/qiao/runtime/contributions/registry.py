"""Where descriptors are kept and found."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from .events import Hook
from .records import (
    Merging,
    PrintSource,
    RecordFact,
    RecordKind,
    RecordPart,
    RecordTab,
    RecordUse,
    TimelineSource,
)


class Viewer(Protocol):
    """Who looks: what navigation, tabs and searches need to know of a person."""

    @property
    def profile(self) -> str: ...
    def can(self, right: str) -> bool: ...


Descriptor = TypeVar("Descriptor")
_registered: dict[type, dict[Any, Any]] = {}


def _key(item: Any) -> Any:
    if isinstance(
        item, PrintSource | RecordTab | TimelineSource | Merging | RecordFact | RecordPart | RecordUse
    ):
        return (item.kind, item.code)
    if isinstance(item, Hook):
        return (item.event, item.code)
    return getattr(item, "kind", None) if isinstance(item, RecordKind) else item.code


def register(*items: Any) -> None:
    """Add descriptors.

    Raises:
        ValueError: Two different descriptors of one type claim the same code.
    """
    for item in items:
        known = _registered.setdefault(type(item), {})
        if known.setdefault(_key(item), item) != item:
            raise ValueError(f"{type(item).__name__} {_key(item)} is registered twice")


def unregister(*items: Any) -> None:
    """Take descriptors back: for tests that register a context of their own."""
    for item in items:
        _registered.get(type(item), {}).pop(_key(item), None)


def list_registered(kind: type[Descriptor]) -> list[Descriptor]:
    """All descriptors of a type, by their order, then code."""
    found: Iterable[Any] = _registered.get(kind, {}).values()
    return sorted(found, key=lambda item: (getattr(item, "order", 0), str(_key(item))))


def list_for(kind: type[Descriptor], viewer: Viewer) -> list[Descriptor]:
    """Descriptors of a type this person has the right (and the profile) for."""
    return [item for item in list_registered(kind) if _may(item, viewer)]


def _may(item: Any, viewer: Viewer) -> bool:
    profiles = getattr(item, "profiles", None)
    return viewer.can(item.right) and (profiles is None or viewer.profile in profiles)


def find_registered(kind: type[Descriptor], code: str) -> Descriptor | None:
    """The descriptor of a type with this code."""
    return _registered.get(kind, {}).get(code)


def call_hooks(event: str, /, **arguments: Any) -> None:
    """Call every hook of an event, in order, inside the caller's transaction."""
    for hook in list_registered(Hook):
        if hook.event == event:
            hook.call(**arguments)
