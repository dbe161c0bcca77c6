"""The rulebook for programs."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from qiao.org.access import get_viewer
from qiao.runtime import clock

from .. import access, actions, queries

router = Router()


class VersionHead(Schema):
    """A version without its text."""

    code: str
    version: int
    kind: str
    scope_key: str
    title_zh: str
    title_en: str
    document_number: str
    starts_on: date
    ends_before: date | None
    standing: str
    digest: str
    pack: str
    approved_at: datetime | None

    @staticmethod
    def resolve_standing(row: Any) -> str:
        return queries.standing_on(row, clock.today())


class VersionText(VersionHead):
    """A version with its text in the stored form."""

    text: str


class DraftIn(Schema):
    """An article in its stored form."""

    text: str


class EndIn(Schema):
    """The first day without the article, and why."""

    on: date
    reason: str


@router.get(
    "/articles", response=list[VersionHead], summary="Articles, each by the version in force or its newest"
)
def list_articles(request: HttpRequest, on: date | None = None) -> Any:
    access.check_view(get_viewer(request))
    return queries.list_current(on or clock.today())


@router.get(
    "/articles/{code}", response=list[VersionHead], summary="Every version of an article, newest first"
)
def list_versions(request: HttpRequest, code: str) -> Any:
    access.check_view(get_viewer(request))
    return list(queries.list_versions(code))


@router.get("/articles/{code}/{version}", response=VersionText, summary="One version with its text")
def get_version(request: HttpRequest, code: str, version: int) -> Any:
    access.check_view(get_viewer(request))
    return queries.get_version(code, version)


@router.post(
    "/drafts", response={201: VersionText}, summary="Draft the next version of an article, or a new one"
)
def create_draft(request: HttpRequest, draft: DraftIn) -> Any:
    access.check_draft(get_viewer(request))
    return Status(201, actions.draft(text=draft.text, by=request.user))


@router.post(
    "/articles/{code}/{version}/approve", response=VersionHead, summary="Approve a draft of another person"
)
def approve(request: HttpRequest, code: str, version: int) -> Any:
    row = queries.get_version(code, version)
    access.check_approve(get_viewer(request), row)
    return actions.approve(row=row, by=request.user)


@router.post(
    "/articles/{code}/{version}/end", response=VersionHead, summary="End an approved version on a day"
)
def end(request: HttpRequest, code: str, version: int, ending: EndIn) -> Any:
    get_viewer(request).check("rulebook.approve")
    return actions.end(
        row=queries.get_version(code, version), on=ending.on, reason=ending.reason, by=request.user
    )


@router.delete("/articles/{code}/{version}", response={204: None}, summary="Throw a draft away")
def discard(request: HttpRequest, code: str, version: int) -> Any:
    access.check_draft(get_viewer(request))
    actions.discard(row=queries.get_version(code, version), by=request.user)
    return Status(204, None)
