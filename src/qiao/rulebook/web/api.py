"""The rulebook for programs."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from qiao.engines.policy.nodes import to_json
from qiao.kernel.errors import BadInput
from qiao.org.access import get_viewer
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.typed import Day, Filled, Prose

from .. import access, actions, queries
from ..core.policies import exact, read_policy_text, work_out
from ..core.stored import LONGEST_TEXT, problems_of
from . import showing
from .trying import MOST_VALUES, as_book

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


class ArticleKindOut(Schema):
    """A kind of article and what it decides."""

    code: str
    name: str
    decides: str


class FaultOut(Schema):
    """What stands against an article: the place inside it, the line of its text, and why."""

    place: str
    line: int | None
    message: str


class ReviewOut(Schema):
    """What a version changes against the one before, in words, and what keeps it from being approved."""

    compared_with: int | None
    changes: list[str]
    faults: list[FaultOut]


class DraftIn(Schema):
    """An article in its stored form."""

    text: Prose = Field(max_length=LONGEST_TEXT)


class EndIn(Schema):
    """The first day without the article, and why."""

    on: Day
    reason: Filled = Field(max_length=200)


class PolicyIn(Schema):
    """A policy's text."""

    policy: Prose = Field(max_length=LONGEST_TEXT)


class PolicyRunIn(PolicyIn):
    """A policy's text and the facts to work it out on: scenarios with their tables, as the manual describes."""

    facts: list[dict[str, Any]] = Field(max_length=1000)
    trace: bool = False


class PolicyRowOut(Schema):
    """One result; ``ERROR`` with a reason where there is no value."""

    person: str
    period: str
    item: str
    value: str
    reason: str | None = None
    trace: dict[str, Any] | None = None


class PolicyTrialOut(Schema):
    """What a policy gives on one scenario."""

    scenario: str
    rows: list[PolicyRowOut]


@router.post("/policies/check", response=list[FaultOut], summary="Everything wrong with a policy's text")
def check_policy(request: HttpRequest, data: PolicyIn) -> Any:
    access.check_draft(get_viewer(request))
    try:
        read_policy_text(data.policy)
    except BadInput as refusal:
        return [
            {"place": problem.place.column, "line": problem.place.row, "message": say_error(problem)}
            for problem in refusal.problems
        ]
    return []


@router.post("/policies/run", response=list[PolicyTrialOut], summary="Work a policy out on facts")
def run_policy(request: HttpRequest, data: PolicyRunIn) -> Any:
    """Nothing is kept. Larger facts than a page takes go by the command line."""
    access.check_draft(get_viewer(request))
    trials = work_out(read_policy_text(data.policy), exact(data.facts), most=MOST_VALUES)
    return [
        {
            "scenario": trial.scenario,
            "rows": [
                {
                    "person": row.person,
                    "period": row.period,
                    "item": row.item,
                    "value": row.value,
                    "reason": say_error(row.reason) if row.reason is not None else None,
                    "trace": to_json(row.node) if data.trace else None,
                }
                for row in trial.rows
            ],
        }
        for trial in trials
    ]


@router.post(
    "/policies/book", summary="A policy's results as a workbook of live formulas", response={200: None}
)
def policy_book(request: HttpRequest, data: PolicyRunIn) -> Any:
    """An xlsx file in which every figure is a formula over the facts."""
    access.check_draft(get_viewer(request))
    policy = read_policy_text(data.policy)
    return as_book(policy, work_out(policy, exact(data.facts), most=MOST_VALUES))


@router.get("/kinds", response=list[ArticleKindOut], summary="Kinds of article and what each decides")
def list_kinds(request: HttpRequest) -> Any:
    access.check_view(get_viewer(request))
    return [{"code": code, "name": name, "decides": about} for code, name, about in showing.list_kinds()]


@router.get(
    "/articles", response=list[VersionHead], summary="Articles, each by the version in force or its newest"
)
def list_articles(request: HttpRequest, on: Day | None = None) -> Any:
    access.check_view(get_viewer(request))
    return queries.list_current(on or clock.today())


@router.get(
    "/articles/{code}", response=list[VersionHead], summary="Every version of an article, newest first"
)
def list_versions(request: HttpRequest, code: str) -> Any:
    access.check_view(get_viewer(request))
    return list(queries.list_versions(code))


@router.get("/articles/{code}/{int:version}", response=VersionText, summary="One version with its text")
def get_version(request: HttpRequest, code: str, version: int) -> Any:
    access.check_view(get_viewer(request))
    return queries.get_version(code, version)


@router.get(
    "/articles/{code}/{int:version}/review", response=ReviewOut,
    summary="What a version changes, in words, and what stands against it",
)  # fmt: skip
def review(request: HttpRequest, code: str, version: int) -> Any:
    access.check_view(get_viewer(request))
    row = queries.get_version(code, version)
    return _review(queries.policy_of(row).article, queries.find_approved_before(row), row.text)


@router.post(
    "/check",
    response=ReviewOut,
    summary="Check a text without keeping it: what it changes, what stands against it",
)
def check(request: HttpRequest, draft: DraftIn) -> Any:
    access.check_draft(get_viewer(request))
    article = queries.read_text(draft.text)
    return _review(article, queries.find_newest_approved(article.code), draft.text)


def _review(article: Any, before: Any, text: str) -> dict[str, Any]:
    faults = problems_of(showing.list_faults(article), text)
    return {
        "compared_with": before.version if before else None,
        "changes": showing.list_sentences(before, article) if before else [],
        "faults": [{"place": p.place.column, "line": p.place.row, "message": say_error(p)} for p in faults],
    }


@router.post(
    "/drafts", response={201: VersionText}, summary="Draft the next version of an article, or a new one"
)
def create_draft(request: HttpRequest, draft: DraftIn) -> Any:
    access.check_draft(get_viewer(request))
    return Status(201, actions.draft(text=draft.text, by=request.user))


@router.post(
    "/articles/{code}/{int:version}/approve",
    response=VersionHead,
    summary="Approve a draft of another person",
)
def approve(request: HttpRequest, code: str, version: int) -> Any:
    row = queries.get_version(code, version)
    access.check_approve(get_viewer(request), row)
    return actions.approve(row=row, by=request.user)


@router.post(
    "/articles/{code}/{int:version}/end", response=VersionHead, summary="End an approved version on a day"
)
def end(request: HttpRequest, code: str, version: int, ending: EndIn) -> Any:
    get_viewer(request).check("rulebook.approve")
    return actions.end(
        row=queries.get_version(code, version), on=ending.on, reason=ending.reason, by=request.user
    )


@router.delete("/articles/{code}/{int:version}", response={204: None}, summary="Throw a draft away")
def discard(request: HttpRequest, code: str, version: int) -> Any:
    access.check_draft(get_viewer(request))
    actions.discard(row=queries.get_version(code, version), by=request.user)
    return Status(204, None)
