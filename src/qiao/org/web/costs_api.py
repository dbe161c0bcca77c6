"""Labour cost of units in the API."""

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Field, Router, Schema

from qiao.org import access, actions, queries
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Day, Id

router = Router()


class CostOut(Schema):
    """What a unit itself spent on its staff in a month; ``month`` is its first day."""

    id: int
    unit_id: int
    month: date
    yuan: Decimal


class CostPage(Page):
    """A page of costs."""

    items: list[CostOut]


class CostIn(Schema):
    """A cost as it is to stand; ``month`` is any of its days."""

    unit_id: Id
    month: Day
    yuan: Decimal = Field(ge=0, max_digits=16, decimal_places=2)


@router.get("/labour-costs", response=CostPage, summary="Labour cost of the units in reach")
def labour_costs(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    return cut_page(access.visible_labour_costs(request.viewer), order="id", cursor=cursor, limit=limit)


@router.put("/labour-costs", response=CostOut, summary="Enter or correct a unit's labour cost of a month")
def put_labour_cost(request: Request, body: CostIn) -> Any:
    access.check_unit_in_scope(request.viewer, access.LABOUR_COST, body.unit_id)
    unit = queries.get_unit(body.unit_id)
    return actions.put_labour_cost(unit=unit, month=body.month, yuan=body.yuan, by=request.user)
