"""Imports in the API: upload, dry run, look, commit – the same steps as the pages."""

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpResponse
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile

from qiao.kernel.errors import NotFound
from qiao.runtime.i18n import say
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Line

from . import actions, queries, templates
from .kinds import ImportKind, fields_of, get_kind, keys_of, list_kinds
from .options import check_columns, read_options

router = Router()


class ColumnOut(Schema):
    """A column of an import: its code is always accepted as heading."""

    code: str
    label: str
    required: bool
    example: str
    note: str

    @staticmethod
    def resolve_label(row: Any) -> str:
        return say(row.label)

    @staticmethod
    def resolve_note(row: Any) -> str:
        return say(row.note) if row.note else ""


class ImportKindOut(Schema):
    """What can be imported, by which right, and by which columns its rows can be matched."""

    code: str
    label: str
    right: str
    columns: list[ColumnOut]
    keys: list[str]
    clears: bool
    can_be_undone: bool

    @staticmethod
    def resolve_keys(row: Any, context: Any) -> list[str]:
        return [row.key, *(key.code for key in keys_of(row, context["request"].viewer))]

    @staticmethod
    def resolve_clears(row: Any) -> bool:
        return bool(row.partial)

    @staticmethod
    def resolve_can_be_undone(row: Any) -> bool:
        return row.undo is not None

    @staticmethod
    def resolve_label(row: Any) -> str:
        return say(row.label)

    @staticmethod
    def resolve_columns(row: Any, context: Any) -> Any:
        return fields_of(row, context["request"].viewer)


class ImportProblem(Schema):
    """What is wrong, and where in the file. A ``warning`` hinders nothing."""

    place: str
    message: str
    code: str
    warning: bool = False


class ImportChoices(Schema):
    """How a file is read: heading → column (empty leaves it out), the column rows are matched by, both, create or
    update, and whether an empty cell leaves or clears what stands there."""

    columns: dict[str, str] = Field({}, max_length=500)
    key: Line = Field("", max_length=60)
    mode: Line = Field("both", max_length=10)
    empty: Line = Field("leave", max_length=10)


class ImportKept(Schema):
    """A record an undo left alone, and why."""

    name: str
    reason: str


class ImportOut(Schema):
    """An import: checking, ready, refused, writing, written, failed, undoing or undone, with what was found."""

    id: int
    kind: str
    file_name: str
    state: str
    at: datetime
    rows: int | None
    created: int | None
    updated: int | None
    unchanged: int | None
    refused: int | None
    problems: list[ImportProblem]
    job_id: int | None
    written_at: datetime | None
    options: dict[str, Any]
    undone_at: datetime | None
    kept_count: int | None
    kept: list[ImportKept]

    @staticmethod
    def resolve_kept(row: Any) -> list[dict[str, str]]:
        return [{"name": name, "reason": say(reason)} for name, reason in row.kept]

    @staticmethod
    def resolve_problems(row: Any) -> list[dict[str, Any]]:
        return [
            {
                "place": p["place"],
                "message": say(p["message"], p["params"]),
                "code": p["code"],
                "warning": p.get("warning", False),
            }
            for p in row.problems
        ]


class ImportPage(Page):
    """A page of imports."""

    items: list[ImportOut]


def _allowed(request: Request, code: str) -> ImportKind:
    kind = get_kind(code)
    request.viewer.check(kind.right)
    return kind


def _run(request: Request, kind: str, run_id: int) -> Any:
    _allowed(request, kind)
    row = queries.get_run(request.viewer, run_id)
    if row.kind != kind:
        raise NotFound
    return row


@router.get("", response=list[ImportKindOut], summary="What can be imported by whom asks, with its columns")
def kinds(request: Request) -> Any:
    return [kind for kind in list_kinds() if request.viewer.can(kind.right)]


@router.get("/{slug:kind}", response=ImportPage, summary="Imports of a kind in sight, oldest first")
def list_imports(request: Request, kind: str, cursor: str | None = None, limit: int = 50) -> Any:
    _allowed(request, kind)
    return cut_page(queries.visible_runs(request.viewer, kind), order="id", cursor=cursor, limit=limit)


@router.post(
    "/{slug:kind}", response={202: ImportOut}, summary="Upload a CSV or XLSX file; its dry run starts"
)
def upload(request: Request, kind: str, file: File[UploadedFile]) -> Any:
    return Status(202, actions.receive_upload(kind=_allowed(request, kind), upload=file, by=request.user))


@router.get(
    "/{slug:kind}/template",
    response={200: Any},
    summary="An empty workbook with headings, notes and an example",
)
def template(request: Request, kind: str) -> Any:
    return HttpResponse(
        templates.workbook(_allowed(request, kind), request.viewer),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{kind}.xlsx"'},
    )


@router.get("/{slug:kind}/{int:run_id}", response=ImportOut, summary="One import and what its dry run found")
def get_import(request: Request, kind: str, run_id: int) -> Any:
    return _run(request, kind, run_id)


@router.post(
    "/{slug:kind}/{int:run_id}/commit",
    response={202: ImportOut},
    summary="Write a checked import: all or nothing",
)
def commit(request: Request, kind: str, run_id: int) -> Any:
    _run(request, kind, run_id)
    return Status(202, actions.start_commit(run_id=run_id, by=request.user))


@router.post(
    "/{slug:kind}/{int:run_id}/columns",
    response={202: ImportOut},
    summary="Check an upload anew with other columns, another key or mode",
)
def choose(request: Request, kind: str, run_id: int, body: ImportChoices) -> Any:
    _run(request, kind, run_id)
    found = get_kind(kind)
    options = read_options(found, body.dict(), request.viewer)
    check_columns(options, fields_of(found, request.viewer))
    return Status(202, actions.check_again(run_id=run_id, options=options, by=request.user))


@router.post(
    "/{slug:kind}/{int:run_id}/undo",
    response={202: ImportOut},
    summary="Take a whole import back, but for records changed or used since",
)
def undo(request: Request, kind: str, run_id: int) -> Any:
    _run(request, kind, run_id)
    return Status(202, actions.start_undo(run_id=run_id, by=request.user))


@router.get(
    "/{slug:kind}/{int:run_id}/errors",
    response={200: Any},
    summary="The refused rows with what is wrong, as a file",
)
def error_file(request: Request, kind: str, run_id: int) -> Any:
    path = actions.error_file_of(_run(request, kind, run_id))
    if not path.exists():
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{kind}-{path.name}")
