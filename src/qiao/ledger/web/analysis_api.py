"""Free analysis in the API: the page's questions, its reach, its saved ones."""

from typing import Annotated, Any

from ninja import Query, Router, Status

from qiao.ledger import access, actions, queries
from qiao.ledger.addresses import read_exactly
from qiao.ledger.core.gallery import ready_for
from qiao.ledger.pivot_showing import dimension_name
from qiao.ledger.web import analysis_builder as builder
from qiao.ledger.web.analysis_files import take_away
from qiao.ledger.web.analysis_schemas import (
    AnalysisOut,
    DimensionOut,
    MailIn,
    ReadyOut,
    SavedAnalysisIn,
    SavedAnalysisOut,
    StopIn,
    ValueOut,
    tell_table,
)
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id, Line

router = Router()
RunName = Annotated[
    str, Query(pattern=r"^([0-9a-f]{32})?$", description="A name of one's own, to stop it by.")
]


@router.get("", response=AnalysisOut, summary="The answer to a question, asked as the page's address asks it")
def get_analysis(request: Request, query: Line = "i=revenue&r=period", run: RunName = "") -> Any:
    request.viewer.check(access.VIEW)
    asked = read_exactly(query)
    with queries.stoppable(request.viewer.user_id, run):
        return tell_table(queries.answer(asked, access.analysis_reach(request.viewer, asked)))


@router.post(
    "/stop",
    response={204: None},
    summary="Stop a question of one's own that was asked with this name and is being answered",
)
def stop(request: Request, body: StopIn) -> Any:
    request.viewer.check(access.VIEW)
    queries.stop(request.viewer.user_id, body.run)
    return Status(204, None)


@router.get("/file", summary="The same as a file, csv or xlsx; noted like every export")
def get_file(request: Request, query: Line = "i=revenue&r=period", kind: Line = "csv") -> Any:
    access.check_export(request.viewer)
    return take_away(request, read_exactly(query), kind)


@router.get("/dimensions", response=list[DimensionOut], summary="What figures may be broken down by")
def list_dimensions(request: Request) -> Any:
    request.viewer.check(access.VIEW)
    return [{"code": d.code, "label": dimension_name(d.code)} for d in builder.offered_dimensions()]


@router.get("/dimensions/{code}", response=list[ValueOut], summary="Values of one break-down to narrow to")
def list_values(request: Request, code: str, q: Line = "") -> Any:
    request.viewer.check(access.VIEW)
    found = builder.filter_choices(request.viewer, read_exactly(""), code, q)["found"]
    return [{"value": value, "label": label.strip()} for value, label in found]


@router.get("/ready", response=list[ReadyOut], summary="Ready questions for one's profile")
def list_ready(request: Request) -> Any:
    request.viewer.check(access.VIEW)
    return ready_for(request.viewer.profile)


@router.post("/prepare", response={202: dict[str, int]}, summary="Make closes of earlier versions readable")
def prepare(request: Request) -> Any:
    request.viewer.check(access.CLOSE)
    return Status(202, {"job_id": actions.start_preparing(by=request.user).pk})


def _told(row: Any, viewer: Any) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in ("name", "query", "shared", "saved_at")}
    return {"id": row.pk, "mine": row.owner_id == viewer.user_id, **kept}


@router.get(
    "/saved", response=list[SavedAnalysisOut], summary="One's own saved questions and the shared ones"
)
def list_saved(request: Request) -> Any:
    request.viewer.check(access.VIEW)
    return [_told(row, request.viewer) for row in queries.list_offered(request.viewer.user_id)]


@router.post(
    "/saved", response={201: SavedAnalysisOut}, summary="Keep a question; the same name is written over"
)
def save(request: Request, body: SavedAnalysisIn) -> Any:
    row = actions.save_analysis(viewer=request.viewer, by=request.user, **body.dict())
    return Status(201, _told(row, request.viewer))


@router.delete("/saved/{int:saved_id}", response={204: None}, summary="Forget one of one's own")
def remove(request: Request, saved_id: Id) -> Any:
    actions.remove_analysis(saved=access.get_own(request.viewer, saved_id), by=request.user)
    return Status(204, None)


@router.put(
    "/saved/{int:saved_id}/mail", response={204: None}, summary="Have it sent to oneself at fixed times"
)
def subscribe(request: Request, saved_id: Id, body: MailIn) -> Any:
    actions.subscribe(saved=access.get_saved(request.viewer, saved_id), by=request.user, **body.dict())
    return Status(204, None)


@router.delete("/saved/{int:saved_id}/mail", response={204: None}, summary="Have it sent no more")
def unsubscribe(request: Request, saved_id: Id) -> Any:
    actions.unsubscribe(saved=access.get_saved(request.viewer, saved_id), by=request.user)
    return Status(204, None)
