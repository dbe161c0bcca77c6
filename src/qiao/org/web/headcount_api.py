"""Headcount in the API."""

from datetime import date
from typing import Any, Literal

from ninja import Router, Schema

from qiao.runtime import clock
from qiao.runtime.requests import Request
from qiao.runtime.typed import Day, Id

from . import headcount as page

router = Router()


class Counted(Schema):
    """People with one value; ``value`` is an id or a grade, null for what is not noted."""

    value: int | str | None
    name: str
    people: int


class HeadcountPart(Schema):
    """A unit below with all below it, or (``itself``) the unit's own posts."""

    unit_id: int
    name: str
    itself: bool
    values: list[Counted]


class HeadcountOut(Schema):
    """Staff of a unit counted."""

    unit_id: int
    on: date
    by: str
    values: list[Counted]
    parts: list[HeadcountPart]


class StaffMonth(Schema):
    """A month: who joined, who left, headcount on its last day."""

    month: str
    joined: int
    left: int
    headcount: int


@router.get("/headcount", response=HeadcountOut, summary="Staff of a unit and those below it, counted")
def headcount(
    request: Request,
    unit_id: Id | None = None,
    by: Literal["employment", "education", "role", "age", "grade"] = "employment",
    on: Day | None = None,
) -> Any:
    unit = page.find_unit(request.viewer, str(unit_id or ""))
    found = page.count(request.viewer, unit_id=unit, by=by, on=on or clock.today())

    def counted(number: Any) -> list[dict[str, Any]]:
        return [{"value": value, "name": name, "people": number(value)} for value, name in found.values]

    return {
        "unit_id": unit, "on": found.on, "by": by, "values": counted(found.total),
        "parts": [
            {"unit_id": p.unit_id, "name": p.name, "itself": p.itself, "values": counted(lambda v, p=p: found.count(p, v))}
            for p in found.parts
        ],
    }  # fmt: skip


@router.get("/headcount/months", response=list[StaffMonth], summary="Joiners, leavers and headcount by month")
def months(request: Request, unit_id: Id | None = None, until: Day | None = None) -> Any:
    unit = page.find_unit(request.viewer, str(unit_id or ""))
    rows = page.months_of(request.viewer, unit, until or clock.today())
    return [
        {"month": str(r.month), "joined": r.joined, "left": r.left, "headcount": r.headcount} for r in rows
    ]
