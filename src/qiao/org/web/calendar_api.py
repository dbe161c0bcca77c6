"""The working calendar and absences in the API: the same scope, the same actions as the pages."""

from datetime import date
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import NotFound
from qiao.org import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.requests import Request
from qiao.runtime.typed import Clock, Day, Id, Line

router = Router()


class CalendarDayOut(Schema):
    """A day that differs from the usual week."""

    on: date
    works: bool
    note: str


class HoursOut(Schema):
    """Usual working days (Monday is 0) and hours from a day on."""

    starts_on: date
    weekdays: list[int]
    spans: list[list[str]]


class CalendarOut(Schema):
    """Usual hours, newest first, and the special days of a year."""

    hours: list[HoursOut]
    days: list[CalendarDayOut]


class SpanIn(Schema):
    """Hours of a working day."""

    begins: Clock
    ends: Clock


class HoursIn(Schema):
    """Usual working days and hours from a day on."""

    starts_on: Day
    weekdays: list[int] = Field(max_length=7)
    spans: list[SpanIn] = Field(max_length=10)


class CalendarDayIn(Schema):
    """Whether a day is worked; null lets the usual week decide again."""

    works: bool | None
    note: Line = Field("", max_length=80)


class AbsenceOut(Schema):
    """A person is away."""

    id: int
    person_id: int
    substitute_id: int | None
    starts_on: date
    ends_before: date
    reason: str


class AbsenceIn(Schema):
    """A person who is away, and who acts for him."""

    person_id: Id
    substitute_id: Id | None = None
    starts_on: Day
    ends_before: Day
    reason: Line = Field("", max_length=200)


@router.get("/calendar", response=CalendarOut, summary="Working hours and the special days of a year")
def calendar(request: Request, year: int | None = None) -> Any:
    access.person_of(request.viewer)
    chosen = year if year is not None and 1900 <= year <= 2999 else clock.today().year
    return {"hours": queries.list_working_hours(), "days": queries.list_special_days(chosen)}


@router.post("/calendar/hours", response=HoursOut, summary="Usual working days and hours from a day on")
def set_hours(request: Request, hours: HoursIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    spans = [(span.begins, span.ends) for span in hours.spans]
    return actions.set_working_hours(
        starts_on=hours.starts_on, weekdays=hours.weekdays, spans=spans, by=request.user
    )


@router.put("/calendar/days/{day}", response={204: None}, summary="Make a day a day off or a working day")
def set_day(request: Request, day: Day, special: CalendarDayIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    if special.works is None:
        actions.clear_day(on=day, by=request.user)
    else:
        actions.set_day(on=day, works=special.works, note=special.note, by=request.user)
    return Status(204, None)


@router.post(
    "/calendar/holidays/{int:year}", response=dict[str, int], summary="Enter a year's public holidays"
)
def seed_holidays(request: Request, year: int) -> Any:
    access.check_everything(request.viewer, "org.edit")
    return {"count": actions.seed_holidays(year=year, by=request.user)}


@router.get("/absences", response=list[AbsenceOut], summary="Who is away or will be, in reach")
def absences(request: Request) -> Any:
    access.person_of(request.viewer)
    return access.visible_absences(request.viewer).order_by("starts_on", "id")[:500]


@router.post("/absences", response={201: AbsenceOut}, summary="Note that a person is away")
def note_absence(request: Request, absence: AbsenceIn) -> Any:
    access.person_of(request.viewer)
    person = access.people_for_absences(request.viewer).filter(pk=absence.person_id).first()
    if person is None:
        raise NotFound
    substitute = None
    if absence.substitute_id is not None:
        substitute = queries.list_in_service(clock.today()).filter(pk=absence.substitute_id).first()
        if substitute is None:
            raise NotFound
    made = actions.note_absence(
        person=person, substitute=substitute, starts_on=absence.starts_on, ends_before=absence.ends_before,
        reason=absence.reason, by=request.user,
    )  # fmt: skip
    return Status(201, made)


@router.post("/absences/{int:absence_id}/end", response={204: None}, summary="The person is back today")
def end_absence(request: Request, absence_id: Id) -> Any:
    access.person_of(request.viewer)
    row = access.visible_absences(request.viewer).filter(pk=absence_id).first()
    if row is None:
        raise NotFound
    actions.end_absence(absence=row, on=clock.today(), by=request.user)
    return Status(204, None)
