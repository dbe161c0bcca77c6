"""One's own exports in the API: ordered like the page's, seen, fetched."""

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request

from . import queries, views

router = Router()


class OwnExportOut(Schema):
    """A list taken as a file: streamed, or waiting, ready or failed where a job writes it."""

    id: int
    at: datetime
    listing: str
    title: str
    narrowed: str
    kind: str
    state: str
    rows: int | None
    size: int | None = Field(description="Bytes of the file a job wrote.")
    expires_at: datetime | None
    job_id: int | None


class OwnExportPage(Page):
    """A page of exports."""

    items: list[OwnExportOut]


@router.get("/exports", response=OwnExportPage, summary="One's own exports, oldest first")
def list_exports(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    return cut_page(queries.list_own(request.viewer), order="id", cursor=cursor, limit=limit)


@router.get("/exports/{int:export_id}", response=OwnExportOut, summary="One export a job writes")
def get_export(request: Request, export_id: int) -> Any:
    return queries.get_own(request.viewer, export_id)


@router.get(
    "/exports/{int:export_id}/file",
    response={200: Any},
    summary="The file, for its owner, as long as it is kept",
)
def fetch(request: Request, export_id: int) -> Any:
    return views.fetch(request, export_id)
