"""The ledger in the API: the same scope, the same actions as the pages."""

from typing import Any

from django.http import FileResponse
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.kernel.period import Month, parse_period
from qiao.ledger import access, actions, queries
from qiao.ledger.actions.importing import error_file_of
from qiao.ledger.core.catalogue import CATALOGUE, get_indicator
from qiao.ledger.web.analysis_api import router as analysis_router
from qiao.ledger.web.cells import lines_of_cell
from qiao.ledger.web.schemas import (
    BatchOut,
    BatchPage,
    CloseIn,
    CustomerLedgerOut,
    FeedDetail,
    FeedIn,
    FeedOut,
    FigureDetail,
    FigureOut,
    IndicatorOut,
    LinesOut,
    PartOut,
    RunDetail,
    RunOut,
    RunPage,
    WriteIn,
)
from qiao.runtime.paging import cut_page, read_cursor, write_cursor
from qiao.runtime.requests import Request
from qiao.runtime.scope import EVERYTHING
from qiao.runtime.typed import Id, Line

router = Router()
router.add_router("/analysis", analysis_router)
MOST_MONTHS = 36
TREND_MONTHS = 24


def _month(text: str, field: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise RuleBroken(N_("Write a month as 2021-12."), code="month", field=field) from None


@router.get("/indicators", response=list[IndicatorOut], summary="The catalogue of indicators")
def list_indicators(request: Request) -> Any:
    request.viewer.check(access.VIEW)
    return CATALOGUE


@router.get("/indicators/{code}", response=IndicatorOut, summary="One indicator's definition")
def get_definition(request: Request, code: str) -> Any:
    request.viewer.check(access.VIEW)
    try:
        return get_indicator(code)
    except KeyError:
        raise NotFound from None


@router.get("/figures", response=list[FigureOut], summary="Figures of a unit or a manager at a close")
def list_figures(
    request: Request, holder_kind: Line, holder_id: Id, month: Line = "", window: Line = "month"
) -> Any:
    request.viewer.check(access.VIEW)
    access.check_holder(request.viewer, holder_kind, holder_id)
    run = queries.find_current_run(str(_month(month, "month")) if month else None)
    if run is None:
        raise NotFound
    return [FigureOut.of(row) for row in queries.list_figures(run, holder_kind, holder_id, window)]


@router.get(
    "/figures/history",
    response=list[FigureOut],
    summary="One indicator of a unit or a manager over the closed months",
)
def list_history(
    request: Request, holder_kind: Line, holder_id: Id, indicator: Line, window: Line = "month"
) -> Any:
    request.viewer.check(access.VIEW)
    access.check_holder(request.viewer, holder_kind, holder_id)
    found = queries.list_history(holder_kind, holder_id, (indicator,), window)
    return [FigureOut.of(row) for row in found[indicator]]


@router.get("/figures/{int:figure_id}", response=FigureDetail, summary="One figure, explained")
def get_figure(request: Request, figure_id: Id) -> Any:
    request.viewer.check(access.VIEW)
    row = queries.get_figure(figure_id)
    access.check_holder(request.viewer, row.holder_kind, row.holder_id)
    last = queries.get_run(row.run_id).month
    months = [str(month) for month in parse_period(row.period).months if str(month) <= last]
    return {
        **FigureOut.of(row),
        "holder_kind": row.holder_kind,
        "holder_id": row.holder_id,
        "definition": row.indicator,
        "since": months[0],
        "until": months[-1],
    }


class LinesIn(Schema):
    """Which lines: of a customer, of a unit's or a manager's months, or of all customers in scope."""

    since: Line
    until: Line
    customer_id: Id | None = None
    unit_id: Id | None = None
    person_id: Id | None = None
    category_id: Id | None = None
    product_id: Id | None = None
    cell: Line = Field(
        "", max_length=6000, description="Address of a cell of an analysis: the lines behind it."
    )
    cursor: str | None = None


@router.get("/lines", response=LinesOut, summary="Ledger lines in scope, newest first")
def list_lines(request: Request, asked: Query[LinesIn]) -> Any:
    request.viewer.check(access.VIEW)
    since, until = _month(asked.since, "since"), _month(asked.until, "until")
    if not since <= until or since.distance_to(until) >= MOST_MONTHS:
        message = N_("Choose 1 to %(months)s months, the first before the last.")
        raise RuleBroken(message, code="span", field="until", months=MOST_MONTHS)
    chosen, scope, rows = _reach(request, asked, str(since), str(until))
    version = queries.sales_version(str(since), str(until))
    page = 1
    if asked.cursor:
        said, page = read_cursor(asked.cursor)
        if said != version:
            message = N_("The lines changed since the first page: begin again.")
            raise RuleBroken(message, code="cursor_stale", field="cursor")
    found = queries.read_lines(chosen, scope=scope, scope_rows=rows, page=page)
    following = write_cursor(version, page + 1) if found.total > page * queries.PAGE else None
    sums = {"total": found.total, "revenue_yuan": found.revenue_yuan, "refunds_yuan": found.refunds_yuan}
    return {"lines": found.lines, **sums, "next": following}


def _reach(request: Request, asked: LinesIn, since: str, until: str) -> tuple[queries.Filter, Any, Any]:
    """A holder or customer in reach is checked once; without one, scope is a predicate."""
    viewer = request.viewer
    if asked.cell:
        return lines_of_cell(viewer, since, until, asked.cell)
    ids = None
    if asked.customer_id is not None:
        ids = [asked.customer_id]
    holder = None
    for kind, holder_id in (("unit", asked.unit_id), ("person", asked.person_id)):
        if holder_id is not None:
            access.check_holder(viewer, kind, holder_id)
            run = queries.find_current_run(until) or queries.find_current_run()
            if run is None:
                raise NotFound
            holder = queries.Holder(kind, holder_id, run)
    if ids and holder is None:
        access.get_customer(viewer, ids[0])
    chosen = queries.Filter(
        since, until, ids, holder, category_id=asked.category_id, product_id=asked.product_id
    )
    if ids or holder:
        return chosen, EVERYTHING, None
    scope = viewer.scope(access.VIEW)
    return chosen, scope, None if scope.everything else access.scope_rows(viewer)


@router.get("/customers/{int:customer_id}", response=CustomerLedgerOut, summary="A customer's ledger")
def get_customer(request: Request, customer_id: Id, until: Line = "") -> Any:
    access.get_customer(request.viewer, customer_id)
    last = str(_month(until, "until")) if until else queries.last_known_month()
    if last is None:
        return {"revenue_yuan": {}, "categories": [], "products": []}
    end = Month.parse(last)
    months = [str(month) for month in Month.range(end - (TREND_MONTHS - 1), end)]
    found = queries.read_customer(customer_id, since=months[0], year=str(end - 11), until=last)
    return {
        "revenue_yuan": {
            month: found.revenue_yuan.get(month, 0) if month in found.known_months else None
            for month in months
        },
        "categories": [PartOut.of(row) for row in found.categories],
        "products": [PartOut.of(row) for row in found.products],
    }


@router.get("/feeds", response=list[FeedOut], summary="Feeds")
def list_feeds(request: Request) -> Any:
    request.viewer.check(access.IMPORT)
    return queries.list_feeds()


@router.post("/feeds", response=FeedOut, summary="Enter or better a feed's mapping")
def put_feed(request: Request, body: FeedIn) -> Any:
    request.viewer.check(access.IMPORT)
    return actions.put_feed(mapping_text=body.mapping, name="mapping.yaml", by=request.user)


@router.get("/feeds/{code}", response=FeedDetail, summary="One feed with its mapping")
def get_feed(request: Request, code: str) -> Any:
    request.viewer.check(access.IMPORT)
    feed = queries.get_feed(code)
    return {**FeedOut.from_orm(feed).dict(), "mapping": feed.mapping, "months": queries.months_of_feed(feed)}


@router.get("/imports", response=BatchPage, summary="Imports, oldest first")
def list_imports(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    request.viewer.check(access.IMPORT)
    return cut_page(queries.list_batches(), order="id", cursor=cursor, limit=limit)


@router.post("/imports", response={202: BatchOut}, summary="Upload a file; its dry run starts")
def upload(request: Request, feed: Form[str], file: File[UploadedFile], mode: Form[str] = "") -> Any:
    request.viewer.check(access.IMPORT)
    if mode not in {"", "replace", "append"}:
        raise RuleBroken(N_("Mode is replace or append."), code="mode", field="mode")
    batch = actions.receive_file(
        feed=queries.get_feed(feed),
        name=file.name or "",
        chunks=file.chunks(),
        by=request.user,
        mode=mode or None,
    )
    return Status(202, actions.start_check(batch=batch, by=request.user))


@router.get("/imports/{int:batch_id}", response=BatchOut, summary="One import")
def get_import(request: Request, batch_id: Id) -> Any:
    request.viewer.check(access.IMPORT)
    return queries.get_batch(batch_id)


@router.get("/imports/{int:batch_id}/errors", summary="The refused rows with what is wrong, as a file")
def get_errors(request: Request, batch_id: Id) -> Any:
    request.viewer.check(access.IMPORT)
    path = error_file_of(queries.get_batch(batch_id))
    if path is None:
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{batch_id}-{path.name}")


@router.post("/imports/{int:batch_id}/check", response={202: BatchOut}, summary="Do the dry run again")
def check_import(request: Request, batch_id: Id) -> Any:
    request.viewer.check(access.IMPORT)
    return Status(202, actions.start_check(batch=queries.get_batch(batch_id), by=request.user))


@router.post("/imports/{int:batch_id}/write", response=BatchOut, summary="Write a checked import")
def write_import(request: Request, batch_id: Id, body: WriteIn) -> Any:
    request.viewer.check(access.IMPORT)
    queries.get_batch(batch_id)
    return actions.write_batch(batch_id=batch_id, by=request.user, without_rejected=body.without_rejected)


@router.post("/imports/{int:batch_id}/undo", response=BatchOut, summary="Undo a written import")
def undo_import(request: Request, batch_id: Id) -> Any:
    request.viewer.check(access.IMPORT)
    queries.get_batch(batch_id)
    return actions.undo_batch(batch_id=batch_id, by=request.user)


@router.post(
    "/imports/{int:batch_id}/drop", response=BatchOut, summary="Give up an import that is not written"
)
def drop_import(request: Request, batch_id: Id) -> Any:
    request.viewer.check(access.IMPORT)
    queries.get_batch(batch_id)
    return actions.drop_batch(batch_id=batch_id, by=request.user)


@router.get("/closes", response=RunPage, summary="Closes, oldest first")
def list_closes(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    request.viewer.check(access.CLOSE)
    return cut_page(queries.list_runs().order_by(), order="id", cursor=cursor, limit=limit)


@router.post("/closes", response={202: RunOut}, summary="Close a month")
def close(request: Request, body: CloseIn) -> Any:
    request.viewer.check(access.CLOSE)
    return Status(202, actions.start_close(month=_month(body.month, "month"), by=request.user))


@router.get("/closes/{int:run_id}", response=RunDetail, summary="One close: inputs, steps, results, hashes")
def get_close(request: Request, run_id: Id) -> Any:
    request.viewer.check(access.CLOSE)
    return queries.get_run(run_id)
