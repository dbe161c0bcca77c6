"""What a line of the inbox is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TASK, APPROVAL, WARNING, MENTION, NOTICE = "task", "approval", "warning", "mention", "notice"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to tell people.

    Attributes:
        kind: task, approval, warning, mention or notice.
        event: Names what happened, such as ``approval:12:asked:1``; a person hears of it once.
        title: English source text with ``%(name)s`` places.
        params: Values for the places.
        url: Page to open.
        source_kind: Record kind the line belongs to; the line is done when its record is settled.
        source_id: The record.
        due_at: When it is due, if it is.
    """

    kind: str
    event: str
    title: str
    params: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    source_kind: str = ""
    source_id: int | None = None
    due_at: datetime | None = None
