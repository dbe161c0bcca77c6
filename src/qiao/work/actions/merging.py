"""Tasks, lines of the inbox and approvals of a record that is merged into another."""

from typing import Any

from qiao.kernel.errors import N_
from qiao.runtime.contributions import Merging
from qiao.runtime.merging import Rows

from ..models import InboxItem, Task

SHOWN = {"source_kind": "customer"}
ROWS = {
    "tasks": Rows(Task, N_("Tasks"), field="source_id", where=SHOWN),
    "inbox": Rows(InboxItem, N_("Lines of the inbox"), field="source_id", where=SHOWN),
}


def _move(*, survivor_id: int, merged_id: int, **_: Any) -> dict[str, list[int]]:
    return {code: rows.move(survivor_id=survivor_id, merged_id=merged_id) for code, rows in ROWS.items()}


def _move_back(*, moved: dict[str, list[int]], survivor_id: int, merged_id: int, **_: Any) -> None:
    for code, ids in moved.items():
        ROWS[code].move_back(ids, survivor_id=survivor_id, merged_id=merged_id)


CUSTOMERS = Merging(
    "customer", "work.rows", 60, ("work.Task.source_id", "work.InboxItem.source_id"),
    lambda pk: [rows.count(pk) for rows in ROWS.values()], _move, _move_back,
)  # fmt: skip
