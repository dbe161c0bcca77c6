"""Departures in the API."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import N_, RuleBroken
from qiao.org import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id, Line

from .schemas import Dated

router = Router()


class InHand(Schema):
    """One line of the check-list."""

    label: str
    number: int


class PartInHand(Schema):
    """Something that may go to a person of its own."""

    key: str
    name: str


class HandOverOut(Schema):
    """What a person has in hand today."""

    checklist: list[InHand]
    parts: list[PartInHand]


class PartTo(Schema):
    """A part and who takes it over."""

    key: Line = Field(max_length=80)
    person_id: Id


class LeaveIn(Dated):
    """The first day away, who takes over, who signs (null: who takes over), and what goes to others."""

    successor_id: Id
    signer_id: Id | None = None
    parts: list[PartTo] = Field([], max_length=5000)


class DepartureOut(Schema):
    """A departure."""

    id: int
    person_id: int
    unit_id: int | None
    on: date
    successor_id: int
    signer_id: int
    reason: str
    checklist: list[InHand]
    made_at: datetime
    undone_at: datetime | None

    @staticmethod
    def resolve_checklist(row: Any) -> list[dict[str, Any]]:
        return [{"label": label, "number": number} for label, number in row.checklist]


class DeparturePage(Page):
    """A page of departures."""

    items: list[DepartureOut]


@router.get(
    "/people/{int:person_id}/hand-over", response=HandOverOut, summary="What a person who leaves has in hand"
)
def hand_over(request: Request, person_id: int) -> Any:
    access.get_editable_person(request.viewer, person_id)
    today = clock.today()
    return {
        "checklist": [{"label": a, "number": n} for a, n in queries.list_in_hand(person_id, today)],
        "parts": [{"key": k, "name": n} for k, n in access.list_parts(request.viewer, person_id, today)],
    }


@router.post(
    "/people/{int:person_id}/leave",
    response={201: DepartureOut},
    summary="A person leaves: hand over all he has in hand in one step",
)
def leave(request: Request, person_id: int, body: LeaveIn) -> Any:
    viewer = request.viewer
    row = access.get_editable_person(viewer, person_id)
    wanted = {body.successor_id, *(part.person_id for part in body.parts)}
    wanted |= {body.signer_id} if body.signer_id else set()
    people = access.successors(viewer, person_id).in_bulk(wanted)
    if wanted - set(people):
        raise RuleBroken(
            N_("Who takes over must be in service."), code="successor_left", field="successor_id"
        )
    known = (
        {key for key, _name in access.list_parts(viewer, person_id, clock.today())} if body.parts else set()
    )
    if any(part.key not in known for part in body.parts):
        raise RuleBroken(
            N_("He does not have one of these parts in hand."), code="part_unknown", field="parts"
        )
    made = actions.leave(
        person=row, on=body.on, successor=people[body.successor_id], reason=body.reason, by=request.user,
        signer=people[body.signer_id] if body.signer_id else None,
        parts={part.key: people[part.person_id] for part in body.parts},
    )  # fmt: skip
    return Status(201, made)


@router.get("/departures", response=DeparturePage, summary="Departures within reach")
def departures(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    rows = access.visible_departures(request.viewer)
    return cut_page(rows, order="id", cursor=cursor, limit=limit)


@router.get("/departures/{int:departure_id}", response=DepartureOut, summary="One departure")
def departure(request: Request, departure_id: int) -> Any:
    return access.get_departure(request.viewer, departure_id)


@router.post(
    "/departures/{int:departure_id}/undo",
    response=DepartureOut,
    summary="Take a departure back while nothing after it has changed",
)
def undo(request: Request, departure_id: int) -> Any:
    row = access.get_departure(request.viewer, departure_id)
    return actions.undo_departure(departure_id=row.pk, by=request.user)
