"""What of customers is changed in lists, one by one or many at once: by the same actions as the forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from qiao.customers import access, actions, queries
from qiao.runtime.listing import Edit

RIGHT = "customers.edit"


def file_field(field: str, longest: int) -> Edit:
    """A plain text of the file."""

    def gather(ids: Sequence[int]) -> dict[int, str | None]:
        return {pk: value or None for pk, value in queries.values_in_list(field, ids).items()}

    def write(*, values: Mapping[int, str | None], by: Any, reason: str) -> None:
        actions.change_one_field(field=field, values={pk: value or "" for pk, value in values.items()}, by=by)

    return Edit(gather, write, access.refused_edits, right=RIGHT, longest=longest)


def _write_stage(*, values: Mapping[int, str], by: Any, reason: str) -> None:
    person = getattr(by, "person", None)
    actions.change_stages(values=values, reason=reason, person_id=person.pk if person else None, by=by)


def _take_stage_back(*, values: Mapping[int, str], by: Any, reason: str) -> None:
    actions.take_stages_back(values=values, by=by)


def stage(choices: Sequence[tuple[Any, Any]]) -> Edit:
    """The stage of the life cycle, with a reason; the day is today."""
    return Edit(
        lambda ids: queries.values_in_list("stage", ids),
        _write_stage,
        access.refused_edits,
        right=RIGHT,
        kind="choice",
        choices=choices,
        blank=False,
        asks_reason=True,
        take_back=_take_stage_back,
    )
