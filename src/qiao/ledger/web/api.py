"""The ledger in the API: the same scope, the same actions as the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import access, actions, queries
from qiao.ledger.actions.importing import error_file_of
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.runtime.i18n import say_error
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.scope import EVERYTHING

router = Router()


class IndicatorOut(Schema):
    """A definition."""

    code: str
    version: int
    name_zh: str
    name_en: str
    meaning_zh: str
    meaning_en: str
    unit: str
    numerator: str
    denominator: str
    additivity: str


class FigureOut(Schema):
    """A figure; numerator null means there is none, and why."""

    id: int
    indicator: str
    version: int
    window: str
    period: str
    numerator: Decimal | None
    denominator: Decimal | None
    incomplete: str | None
    remark: str | None


class LineOut(Schema):
    """A ledger line."""

    customer_id: int
    on: date
    grain: str
    product_id: int | None
    category_id: int | None
    revenue_yuan: Decimal
    quantity: Decimal | None
    unit: str | None
    cost_yuan: Decimal | None
    source: str
    batch: int
    source_key: str | None


class LinesOut(Schema):
    """A page of lines and the sums of all of them."""

    lines: list[LineOut]
    total: int
    revenue_yuan: Decimal
    refunds_yuan: Decimal


class BatchOut(Schema):
    """An import."""

    id: int
    feed: str
    state: str
    file_name: str
    at: datetime
    report: dict[str, Any] | None
    problems: list[dict[str, Any]]
    job_id: int | None

    @staticmethod
    def resolve_feed(row: Any) -> str:
        return str(row.feed.code)


class BatchPage(Page):
    """A page of imports."""

    items: list[BatchOut]


class WriteIn(Schema):
    """How to write an import."""

    without_rejected: bool = False


class FeedIn(Schema):
    """A mapping as YAML."""

    mapping: str


class FeedOut(Schema):
    """A feed."""

    code: str
    title_zh: str
    title_en: str
    fact: str
    grain: str
    precedence: int
    mode: str


class FeedText(FeedOut):
    """A feed with its mapping as YAML."""

    mapping: str


class CloseIn(Schema):
    """The month to close."""

    month: str


class RunOut(Schema):
    """A close."""

    id: int
    month: str
    state: str
    is_current: bool
    inputs_digest: str
    result_digest: str
    started_at: datetime
    finished_at: datetime | None
    job_id: int | None


class RunStepOut(Schema):
    """A step of a close and what it noted."""

    code: str
    state: str
    summary: dict[str, Any]
    digest: str
    error: str
    seconds: Decimal | None


class RunFile(RunOut):
    """A close with its pinned inputs and its steps."""

    code_version: str
    inputs: dict[str, Any]
    steps: list[RunStepOut]

    @staticmethod
    def resolve_steps(row: Any) -> Any:
        return row.steps.order_by("place")


class PartOut(Schema):
    """What a customer bought of a category or product; code null where the ledger names none."""

    code: str | None
    revenue_yuan: Decimal
    lines: int

    @staticmethod
    def resolve_code(row: Any) -> str | None:
        return row["item"].code if row["item"] else None


class MonthOut(Schema):
    """A customer's revenue in a month; null where nobody imported the month."""

    month: str
    revenue_yuan: Decimal | None


class CustomerLedgerOut(Schema):
    """A customer's revenue of the newest 24 months, and the largest parts of the newest twelve."""

    months: list[MonthOut]
    categories: list[PartOut]
    products: list[PartOut]


class RunPage(Page):
    """A page of closes."""

    items: list[RunOut]


def _figure(row: queries.FigureRow) -> dict[str, Any]:
    return {
        "id": row.pk,
        "indicator": row.indicator.code,
        "version": row.indicator.version,
        "window": row.window,
        "period": row.period,
        "numerator": row.result.numerator,
        "denominator": row.result.denominator,
        "incomplete": say_error(row.result.incomplete) if row.result.incomplete else None,
        "remark": row.result.remark.code if row.result.remark else None,
    }


def _month(text: str, field: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise RuleBroken(N_("Write a month as 2021-12."), code="month", field=field) from None


@router.get("/indicators", response=list[IndicatorOut], summary="The catalogue of indicators")
def list_indicators(request: HttpRequest) -> Any:
    request.viewer.check(access.VIEW)  # type: ignore[attr-defined]
    return CATALOGUE


@router.get("/figures", response=list[FigureOut], summary="Figures of a unit or a manager at a close")
def list_figures(
    request: HttpRequest, holder_kind: str, holder_id: int, month: str = "", window: str = "month"
) -> Any:
    viewer = request.viewer  # type: ignore[attr-defined]
    viewer.check(access.VIEW)
    access.check_holder(viewer, holder_kind, holder_id)
    run = queries.find_current_run(str(_month(month, "month")) if month else None)
    if run is None:
        raise NotFound
    return [_figure(row) for row in queries.list_figures(run, holder_kind, holder_id, window)]


@router.get("/figures/{int:figure_id}", response=FigureOut, summary="One figure")
def get_figure(request: HttpRequest, figure_id: int) -> Any:
    viewer = request.viewer  # type: ignore[attr-defined]
    viewer.check(access.VIEW)
    row = queries.get_figure(figure_id)
    access.check_holder(viewer, row.holder_kind, row.holder_id)
    return _figure(row)


@router.get("/customers/{int:customer_id}", response=CustomerLedgerOut, summary="What a customer bought")
def customer_ledger(request: HttpRequest, customer_id: int) -> Any:
    access.get_customer(request.viewer, customer_id)  # type: ignore[attr-defined]
    last = queries.last_known_month()
    if last is None:
        return {"months": [], "categories": [], "products": []}
    until = Month.parse(last)
    found = queries.read_customer(customer_id, since=str(until - 23), year=str(until - 11), until=last)
    months = [str(month) for month in Month.range(until - 23, until)]
    return {
        "months": [
            {
                "month": m,
                "revenue_yuan": found.revenue_yuan.get(m, Decimal(0)) if m in found.known_months else None,
            }
            for m in months
        ],
        "categories": found.categories,
        "products": found.products,
    }


@router.get("/lines", response=LinesOut, summary="Ledger lines in scope, newest first")
def list_lines(
    request: HttpRequest, since: str, until: str, customer_id: int | None = None, page: int = 1
) -> Any:
    viewer = request.viewer  # type: ignore[attr-defined]
    viewer.check(access.VIEW)
    first, last = str(_month(since, "since")), str(_month(until, "until"))
    if customer_id is not None:
        access.get_customer(viewer, customer_id)
        chosen = queries.Filter(since=first, until=last, customer_ids=[customer_id])
        return queries.read_lines(chosen, scope=EVERYTHING, scope_rows=None, page=page)
    scope = viewer.scope(access.VIEW)
    rows = None if scope.everything else access.scope_rows(viewer)
    return queries.read_lines(
        queries.Filter(since=first, until=last), scope=scope, scope_rows=rows, page=page
    )


@router.get("/feeds", response=list[FeedOut], summary="Feeds")
def list_feeds(request: HttpRequest) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    return queries.list_feeds()


@router.get("/feeds/{slug:code}", response=FeedText, summary="A feed with its mapping")
def get_feed(request: HttpRequest, code: str) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    return queries.get_feed(code)


@router.post("/feeds", response=FeedOut, summary="Enter or better a feed's mapping")
def put_feed(request: HttpRequest, body: FeedIn) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    return actions.put_feed(mapping_text=body.mapping, name="mapping.yaml", by=request.user)


@router.get("/imports", response=BatchPage, summary="Imports, oldest first")
def list_imports(request: HttpRequest, cursor: str | None = None, limit: int = 50) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    items, following = cut_page(queries.list_batches(), order="id", cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.post("/imports", response={202: BatchOut}, summary="Upload a file; its dry run starts")
def upload(request: HttpRequest, feed: Form[str], file: File[UploadedFile], mode: Form[str] = "") -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    if mode not in {"", "replace", "append"}:
        raise RuleBroken(N_("Mode is replace or append."), code="mode", field="mode")
    batch = actions.receive_file(
        feed=queries.get_feed(feed),
        name=file.name or "",
        chunks=file.chunks(),
        by=request.user,
        mode=mode or None,
    )
    return 202, actions.start_check(batch=batch, by=request.user)


@router.get("/imports/{int:batch_id}", response=BatchOut, summary="One import")
def get_import(request: HttpRequest, batch_id: int) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    return queries.get_batch(batch_id)


@router.post("/imports/{int:batch_id}/write", response=BatchOut, summary="Write a checked import")
def write_import(request: HttpRequest, batch_id: int, body: WriteIn) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    queries.get_batch(batch_id)
    return actions.write_batch(batch_id=batch_id, by=request.user, without_rejected=body.without_rejected)


@router.post("/imports/{int:batch_id}/undo", response=BatchOut, summary="Undo a written import")
def undo_import(request: HttpRequest, batch_id: int) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    queries.get_batch(batch_id)
    return actions.undo_batch(batch_id=batch_id, by=request.user)


@router.post(
    "/imports/{int:batch_id}/check", response={202: BatchOut}, summary="Do an import's dry run again"
)
def check_import(request: HttpRequest, batch_id: int) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    return Status(202, actions.start_check(batch=queries.get_batch(batch_id), by=request.user))


@router.delete("/imports/{int:batch_id}", response=BatchOut, summary="Give up an import that is not written")
def drop_import(request: HttpRequest, batch_id: int) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    queries.get_batch(batch_id)
    return actions.drop_batch(batch_id=batch_id, by=request.user)


@router.get(
    "/imports/{int:batch_id}/errors",
    response={200: Any},
    summary="The refused rows with what is wrong, as a file",
)
def import_errors(request: HttpRequest, batch_id: int) -> Any:
    request.viewer.check(access.IMPORT)  # type: ignore[attr-defined]
    path = error_file_of(queries.get_batch(batch_id))
    if path is None:
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{batch_id}-{path.name}")


@router.get("/closes", response=RunPage, summary="Closes, oldest first")
def list_closes(request: HttpRequest, cursor: str | None = None, limit: int = 50) -> Any:
    request.viewer.check(access.CLOSE)  # type: ignore[attr-defined]
    items, following = cut_page(queries.list_runs().order_by(), order="id", cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.post("/closes", response={202: RunOut}, summary="Close a month")
def close(request: HttpRequest, body: CloseIn) -> Any:
    request.viewer.check(access.CLOSE)  # type: ignore[attr-defined]
    return 202, actions.start_close(month=_month(body.month, "month"), by=request.user)


@router.get("/closes/{int:run_id}", response=RunFile, summary="One close: inputs, steps, hashes")
def get_close(request: HttpRequest, run_id: int) -> Any:
    request.viewer.check(access.CLOSE)  # type: ignore[attr-defined]
    return queries.get_run(run_id)
