"""The audit in the API: changes of all kinds, log-ins."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema

from qiao.runtime.exports import queries as exported
from qiao.runtime.requests import Request
from qiao.runtime.typed import Line

from . import queries

router = Router()
MOST = 500
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many, the newest first.")]


class ChangeOut(Schema):
    """One field before and after, as text; null where there was or is nothing."""

    field: str
    before: str | None
    after: str | None

    @staticmethod
    def resolve_before(row: Any) -> str | None:
        return None if row.before is None else str(row.before)

    @staticmethod
    def resolve_after(row: Any) -> str | None:
        return None if row.after is None else str(row.after)


class EventOut(Schema):
    """One write to one row. ``who`` is empty for the system itself."""

    at: datetime
    kind: str
    who: str
    address: str
    path: str
    what: str
    changes: list[ChangeOut]


class LogInOut(Schema):
    """One attempt to log in, a log-out, or a change of what a log-in asks for."""

    at: datetime
    username: str
    outcome: str
    detail: str
    address: str | None
    agent: str


@router.get("/changes", response=list[EventOut], summary="The newest changes to business rows")
def list_changes(request: Request, what: Line = "", who: Line = "", limit: Limit = 200) -> Any:
    """``what`` is a record kind such as ``customers.customer``; ``who`` a log-in name."""
    request.viewer.check("audit.view")
    return queries.as_seen(request.viewer, queries.list_changes(what=what, who=who, limit=limit))


@router.get("/log-ins", response=list[LogInOut], summary="Who logged in, who failed to, from where")
def list_log_ins(request: Request, who: Line = "", limit: Limit = 200) -> Any:
    request.viewer.check("log_ins.view")
    return queries.list_log_ins(who=who, limit=limit)


class ListExportOut(Schema):
    """A list taken away as a file: by whom, with which filters, how many rows."""

    at: datetime
    username: str
    title: str
    narrowed: str
    columns: str
    kind: str
    rows: int | None


@router.get("/exports", response=list[ListExportOut], summary="Lists taken away as files, newest first")
def list_exports(request: Request, limit: Limit = 200) -> Any:
    request.viewer.check("audit.view")
    return exported.list_exports().order_by("-pk")[:limit]
