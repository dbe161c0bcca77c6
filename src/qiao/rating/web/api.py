"""What rating decided, in the API: tiers with their reasoning, the core, movers, loads."""

from decimal import Decimal
from typing import Annotated, Any

from ninja import Query, Router, Schema

from qiao.customers import queries as customers
from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.kernel.period import Month
from qiao.kernel.trace import from_json
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.trace_api import StepOut, reason_of
from qiao.runtime.typed import Id, Line

from .. import access, queries
from . import showing

router = Router()
Limit = Annotated[int, Query(ge=1, le=500, description="How many, the largest first.")]


class TierMonth(Schema):
    """The tier of a month; ``missing`` says why there is none."""

    month: str
    tier: str
    missing: str | None


class ArticleOut(Schema):
    """The version that decided."""

    code: str
    version: int
    title_zh: str
    title_en: str
    document_number: str


class TierOut(TierMonth):
    """A customer's tier with the article, the row hit, the reasoning and the months before."""

    title: str
    article: ArticleOut | None
    place: str
    reasoning: StepOut | None
    history: list[TierMonth]


class CurveOut(Schema):
    """The core by one measure at the newest close; ``curve`` is (customers, their share, share they bring)."""

    month: str
    measure: str
    code: str
    version: int
    members: int | None
    brought_share: Decimal | None
    meets_expectation: bool | None
    curve: list[tuple[int, Decimal, Decimal]]
    missing: str | None
    reasoning: StepOut | None

    @staticmethod
    def resolve_month(row: Any) -> str:
        return str(Month.containing(row.month))

    @staticmethod
    def resolve_missing(row: Any) -> str | None:
        return reason_of(row.incomplete)

    @staticmethod
    def resolve_reasoning(row: Any) -> Any:
        return from_json(row.trace) if row.trace else None


class MemberOut(Schema):
    """A customer of the core by one measure only."""

    id: int
    code: str
    name: str


class CoreOut(Schema):
    """Both curves, and the customers in sight on which they disagree."""

    curves: list[CurveOut]
    only_business: list[MemberOut]
    only_profit: list[MemberOut]


class MoverOut(Schema):
    """A customer whose tier changed with the newest close."""

    id: int
    code: str
    name: str
    before: str
    after: str
    rose: bool


class LoadOut(Schema):
    """How full a manager was at the newest close; 1 is exactly full by the ratios in force."""

    id: int
    month: str
    person_id: int
    unit_id: int | None
    load: Decimal
    is_over: bool
    accounts: int
    unread: int

    @staticmethod
    def resolve_month(row: Any) -> str:
        return str(Month.containing(row.month))


class LoadPage(Page):
    """A page of loads."""

    items: list[LoadOut]


class LoadWhy(LoadOut):
    """A load with its reasoning."""

    code: str
    version: int
    reasoning: StepOut

    @staticmethod
    def resolve_reasoning(row: Any) -> Any:
        return from_json(row.trace)


@router.get(
    "/customers/{int:customer_id}/tier",
    response=TierOut,
    summary="A customer's tier with rule, figures and row hit",
)
def tier(request: Request, customer_id: int, month: Line = "") -> Any:
    """``month`` as 2021-12; without it the newest month closed."""
    access.get_visible(request.viewer, customer_id)
    rows = queries.list_tier_history(customer_id)
    wanted = _month(month) if month else None
    standing = next((r for r in rows if wanted is None or Month.containing(r.month) == wanted), None)
    if standing is None:
        raise NotFound
    found = queries.explain_tier(standing)
    article = found.policy.article if found.policy else None
    return {
        "month": str(found.month),
        "tier": found.tier,
        "title": showing.title_of(queries.tier_titles(found.month.last_day), found.tier),
        "missing": say_error(found.incomplete) if found.incomplete else None,
        "article": {
            "code": article.code, "version": found.policy.version, "title_zh": article.title.zh,
            "title_en": article.title.en, "document_number": article.document_number,
        } if article and found.policy else None,
        "place": found.place,
        "reasoning": found.step,
        "history": [
            {"month": str(Month.containing(r.month)), "tier": r.value, "missing": reason_of(r.incomplete)} for r in rows
        ],
    }  # fmt: skip


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise RuleBroken(N_("Write a month as 2021-12."), code="month", field="month") from None


@router.get("/core", response=CoreOut, summary="The core by business and by profit, and where they disagree")
def core(request: Request, limit: Limit = 50) -> Any:
    visible = access.visible_customers(request.viewer)
    curves = queries.list_curves()
    run_id = curves[0].run_id if curves else 0

    def only(value: str) -> Any:
        return queries.list_core_members(visible, run_id, value, limit) if len(curves) > 1 else []

    return {"curves": curves, "only_business": only("business"), "only_profit": only("profit")}


@router.get(
    "/movers", response=list[MoverOut], summary="Customers in sight whose tier changed with the newest close"
)
def movers(request: Request, limit: Limit = 50) -> Any:
    rows = customers.list_movers(access.visible_customers(request.viewer), limit)
    return [
        {"id": line["customer"].pk, "code": line["customer"].code, "name": line["customer"].name,
         "before": line["before"], "after": line["after"], "rose": line["rose"]}
        for line in showing.movers(rows, clock.today())
    ]  # fmt: skip


@router.get("/loads", response=LoadPage, summary="How full the managers in sight are, at the newest close")
def loads(
    request: Request,
    unit_id: Id | None = None,
    over: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    scope = access.check_view(request.viewer)
    rows = queries.list_loads(scope, queries.find_loads_run(), unit_id=unit_id)
    if over is not None:
        rows = rows.filter(is_over=over)
    return cut_page(rows, order="id", cursor=cursor, limit=limit)


@router.get("/loads/{int:load_id}", response=LoadWhy, summary="A manager's load with its reasoning")
def load(request: Request, load_id: int) -> Any:
    row = queries.get_load(access.check_view(request.viewer), load_id)
    if row is None:
        raise NotFound
    return row
