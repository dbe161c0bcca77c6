"""Reading a directory elsewhere; its settings are those of the channel of the same name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime.contributions import ChannelSettings, list_registered

from ..core.directory import Picture
from . import dingtalk, wecom
from .asking import WAITS_SECONDS, Asker, Progress

__all__ = ["CLIENTS", "Progress", "count_departments", "is_set_up", "read_directory"]

CLIENTS: dict[str, ModuleType] = {"wecom": wecom, "dingtalk": dingtalk}


@dataclass(frozen=True, slots=True)
class _Ready:
    client: Any
    settings: Mapping[str, Any]
    asker: Asker


def is_set_up(directory: str) -> bool:
    """Whether the channel of a directory holds what it is asked with."""
    return _missing(directory, _settings(directory)) is None


def count_departments(directory: str) -> int:
    """Ask for the departments alone: whether address and secret are right.

    Raises:
        RuleBroken: It cannot be asked, or refuses.
    """
    ready = _ready(directory, lambda: None, waits=())
    return len(ready.client.read_departments(ready.asker, ready.settings["api"]))


def read_directory(
    directory: str, *, progress: Progress, check: Callable[[], None], number_attribute: str = ""
) -> Picture:
    """The whole directory, or nothing.

    Args:
        directory: wecom or dingtalk.
        progress: (done, total, name) of departments.
        check: Raises when the work is to stop.
        number_attribute: Name of the member attribute that holds the staff number, where it is one.

    Raises:
        RuleBroken: Anything could not be read; says at which department and page.
    """
    ready = _ready(directory, check)
    picture: Picture = ready.client.read(ready.settings, ready.asker, progress, number_attribute)
    return picture


def _settings(directory: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for source in list_registered(ChannelSettings):
        found |= source.find(directory)
    return {**found, "api": str(found.get("api", "")).rstrip("/")}


def _missing(directory: str, settings: Mapping[str, Any]) -> str | None:
    return next((name for name in CLIENTS[directory].NEEDED if not settings.get(name)), None)


def _ready(directory: str, check: Callable[[], None], waits: tuple[float, ...] = WAITS_SECONDS) -> _Ready:
    settings = _settings(directory)
    if _missing(directory, settings):
        raise RuleBroken(
            N_(
                "Set the channel of this directory up first: its address, id and secret are asked with here too."
            ),
            code="directory_not_set_up",
        )
    client = CLIENTS[directory]
    return _Ready(client, settings, Asker(client.ways(settings), check, waits))
