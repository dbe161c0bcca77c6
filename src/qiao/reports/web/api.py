"""The figures of the home pages in the API. Drafts, closes, imports and log-ins stand with their own contexts."""

from decimal import Decimal
from typing import Annotated, Any

from ninja import Query, Router, Schema

from qiao.customers import access as customers
from qiao.kernel.errors import Incomplete
from qiao.ledger import queries as ledger
from qiao.runtime.i18n import say_error
from qiao.runtime.requests import Request

from .. import access, queries
from . import showing
from .boards_api import router as boards
from .bulletins_api import router as bulletins
from .staffing_api import router as staffing

router = Router()
router.add_router("", staffing)
router.add_router("", boards)
router.add_router("", bulletins)
Limit = Annotated[int, Query(ge=1, le=200, description="How many, the largest first.")]


class AmountOut(Schema):
    """A figure; ``missing`` says why there is none, never 0."""

    value: Decimal | None
    missing: str | None


class HeadlineOut(AmountOut):
    """A figure of the home page, with the change against last year where it has one."""

    label: str
    change_share: Decimal | None


class TrendOut(AmountOut):
    """A month of the trend, beside the same customers a year before."""

    month: str
    a_year_before: Decimal | None


class FiguresOut(Schema):
    """The viewer's own figures, or his unit's."""

    holder_kind: str
    holder_id: int
    month: str | None
    headlines: list[HeadlineOut]
    trend: list[TrendOut]


class MovedOut(Schema):
    """A customer and its movement: newest three months against the same a year before."""

    id: int
    code: str
    name: str
    activity: str
    change_share: Decimal | None
    revenue_12_yuan: Decimal | None

    @staticmethod
    def resolve_activity(row: Any) -> str:
        return row.current.activity if hasattr(row, "current") else ""

    @staticmethod
    def resolve_change_share(row: Any) -> Decimal | None:
        return row.current.change_share if hasattr(row, "current") else None

    @staticmethod
    def resolve_revenue_12_yuan(row: Any) -> Decimal | None:
        return row.current.revenue_12_yuan if hasattr(row, "current") else None


class MovedLists(Schema):
    """Customers in sight that grew and fell most."""

    risers: list[MovedOut]
    fallers: list[MovedOut]


class StaleOut(Schema):
    """Customers in sight that stopped ordering."""

    silent: int
    lost: int
    customers: list[MovedOut]


class UnservedOut(Schema):
    """Customers in sight without account manager or deputy; those without manager are listed."""

    all: int
    without_primary: int
    without_deputy: int
    customers: list[MovedOut]


class RankOut(AmountOut):
    """A part of one's unit by the month's revenue; ``rank`` null where the figure is missing."""

    holder_kind: str
    holder_id: int
    name: str
    rank: int | None
    rank_before: int | None
    change_share: Decimal | None
    lat: float | None
    lon: float | None


class RankingOut(Schema):
    """Parts of one's unit compared: the units below, or the managers where there is none below."""

    month: str | None
    rows: list[RankOut]


def _amount(value: Any) -> dict[str, Any]:
    if isinstance(value, Incomplete):
        return {"value": None, "missing": say_error(value)}
    return {"value": value, "missing": None}


def _known(value: Any) -> Any:
    return None if isinstance(value, Incomplete) else value


@router.get("/figures", response=FiguresOut, summary="One's own figures, or one's unit's, against last year")
def figures(request: Request) -> Any:
    kind, holder_id = access.find_holder(request.viewer)
    run = ledger.find_current_run()
    windows = ledger.list_windows_of(run, kind, holder_id) if run else {}
    return {
        "holder_kind": kind,
        "holder_id": holder_id,
        "month": run.month if run else None,
        "headlines": [
            {"label": item["label"], "change_share": _known(item["change"]), **_amount(item["value"])}
            for item in (showing.headlines(windows, "") if windows else [])
        ],
        "trend": [
            {"month": month, "a_year_before": _known(before), **_amount(value)}
            for month, value, before in showing.months_of(kind, holder_id)
        ],
    }


@router.get("/moved", response=MovedLists, summary="Customers in sight that grew and fell most")
def moved(request: Request, limit: Limit = 20) -> Any:
    visible = _visible(request)
    return {"risers": queries.list_risers(visible, limit), "fallers": queries.list_fallers(visible, limit)}


def _visible(request: Request) -> Any:
    request.viewer.check("customers.view")
    return customers.visible(request.viewer)


@router.get("/silent", response=StaleOut, summary="Customers in sight that stopped ordering")
def silent(request: Request, limit: Limit = 20) -> Any:
    visible = _visible(request)
    return queries.count_stale(visible) | {"customers": queries.list_stale(visible, limit)}


@router.get("/unserved", response=UnservedOut, summary="Customers in sight without account manager or deputy")
def unserved(request: Request, limit: Limit = 20) -> Any:
    visible = _visible(request)
    counts = queries.count_unserved(visible)
    return {
        "all": counts["all"],
        "without_primary": counts["primary"],
        "without_deputy": counts["deputy"],
        "customers": queries.list_unserved(visible, limit),
    }


@router.get(
    "/ranking", response=RankingOut, summary="Parts of one's unit compared, with their place on the map"
)
def ranking(request: Request) -> Any:
    unit_id = access.find_unit(request.viewer)
    run = ledger.find_current_run()
    if run is None:
        return {"month": None, "rows": []}
    compared = showing.compare(unit_id, run)
    places = showing.places_of(compared)
    return {
        "month": run.month,
        "rows": [
            {"holder_kind": compared.kind, "holder_id": row.key, "name": row.name, "rank": row.rank, "rank_before": row.rank_before,
             "change_share": _known(row.change), "lat": places.get(row.key, {}).get("lat"),
             "lon": places.get(row.key, {}).get("lon"), **_amount(row.value)}
            for row in compared.rows
        ],
    }  # fmt: skip
