"""The decorator that puts a model under audit."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=type[Model])


def tracked(*, exclude: list[str] | None = None) -> Callable[[M], M]:
    """Write every insert, update and delete of the model's rows to an append-only event table.

    Triggers work per statement, so a bulk load writes its events in one go.

    Args:
        exclude: Fields left out, such as secrets and counters nobody judges by.
    """
    options: dict[str, Any] = {"exclude": exclude} if exclude else {}
    decorate: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True, **options
    )
    return decorate
