"""Rows that go from one record to another when the two become one, and back."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from qiao.kernel.errors import N_, RuleBroken

from .i18n import say


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a model that point to a record.

    Attributes:
        model: Their model.
        label: English source text of what they are.
        field: Column with the record's id.
        where: What else tells that it is this kind of record, such as ``{"source_kind": "customer"}``.
    """

    model: type[Model]
    label: str
    field: str = "customer_id"
    where: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def of(self, pk: int) -> QuerySet[Any]:
        """The rows of a record."""
        rows: QuerySet[Any] = self.model._default_manager.filter(**{self.field: pk}, **self.where)
        return rows

    def count(self, pk: int) -> tuple[str, int]:
        """What they are, and how many."""
        return say(self.label), self.of(pk).count()

    def move(self, *, survivor_id: int, merged_id: int, besides: Sequence[int] = ()) -> list[int]:
        """Let the rows of one record point to another; those named stay. Returns the ids that moved."""
        rows = self.of(merged_id).exclude(pk__in=list(besides)).select_for_update()
        ids = sorted(rows.values_list("pk", flat=True))
        self.model._default_manager.filter(pk__in=ids).update(**{self.field: survivor_id})
        return ids

    def move_back(self, ids: Sequence[int], *, survivor_id: int, merged_id: int) -> None:
        """Let rows point to the record they came from.

        Raises:
            RuleBroken: One of them is gone or belongs to another record by now.
        """
        rows = self.of(survivor_id).filter(pk__in=list(ids)).select_for_update()
        if len(rows) != len(ids):
            raise changed_since(say(self.label))
        self.model._default_manager.filter(pk__in=list(ids)).update(**{self.field: merged_id})


def changed_since(what: str) -> RuleBroken:
    """The refusal to take back what somebody went on working with."""
    return RuleBroken(
        N_("This cannot be taken back any more: %(what)s changed since."), code="changed_since", what=what
    )
