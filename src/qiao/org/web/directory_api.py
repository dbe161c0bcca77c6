"""Directories in the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import NotFound
from qiao.org import access, actions, queries
from qiao.org.clients import CLIENTS, count_departments, is_set_up
from qiao.org.core.directory import words
from qiao.runtime.i18n import say
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.protection import shown
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id, Line

from .directory_listings import PROTECTED

router = Router()

KEY = Literal["number", "phone", "email"]
TAKEN = Literal["name", "phone", "email"]


class DirectorySetupIn(Schema):
    """By which rules a directory is compared; the user id there always goes first."""

    keys: list[KEY] = Field(max_length=3)
    fields: list[TAKEN] = Field(max_length=3)
    number_attribute: Line = Field("", max_length=40)
    number_is_account: bool = False
    joiner_role_id: Id | None = None
    leavers_share: Decimal = Field(Decimal("0.05"), ge=0, le=1, decimal_places=3)
    leavers_always: int = Field(3, ge=0, le=10_000)
    nightly: Literal["off", "dry_run", "apply"] = "off"


class DirectorySetupOut(Schema):
    """By which rules a directory is compared, and whether its channel is set up. What it is asked with is never told."""

    directory: str
    is_set_up: bool
    keys: list[str]
    fields: list[str]
    number_attribute: str
    number_is_account: bool
    joiner_role_id: int | None
    leavers_share: Decimal
    leavers_always: int
    nightly: str

    @staticmethod
    def resolve_is_set_up(row: Any) -> bool:
        return is_set_up(row.directory)


class DirectoryAnswer(Schema):
    """How many departments the directory shows."""

    departments: int


class DepartmentOut(Schema):
    """A department there, and what is done with its members; an empty treatment: nobody has said."""

    id: int
    department: str
    name: str
    above: str
    treatment: str
    unit_id: int | None


class DepartmentPage(Page):
    """A page of departments."""

    items: list[DepartmentOut]


class DepartmentIn(Schema):
    """Where a department belongs; ``unit_id`` with ``unit`` alone."""

    treatment: Literal["", "unit", "above", "out"]
    unit_id: Id | None = None


class PlacedOut(Schema):
    """How many departments were placed."""

    placed: int


class DirectoryRunOut(Schema):
    """A comparison. ``counts``: rows by kind, and same, out, waiting, never_seen, known."""

    id: int
    directory: str
    state: str
    at: datetime
    on: date
    night: date | None
    counts: dict[str, int]
    trouble: str
    override: str
    applied_at: datetime | None
    job_id: int | None

    @staticmethod
    def resolve_state(row: Any) -> str:
        return str(row.standing)

    @staticmethod
    def resolve_trouble(row: Any) -> str:
        return say(row.trouble["message"], row.trouble["params"]) if row.trouble else ""


class DirectoryRunPage(Page):
    """A page of comparisons."""

    items: list[DirectoryRunOut]


class DifferenceOut(Schema):
    """A particular here and there, masked where the caller may not read it."""

    field: str
    here: str
    there: str


class DirectoryRowOut(Schema):
    """One thing a comparison found; ``reason`` for programs, ``why`` in words."""

    id: int
    kind: str
    member: str
    name: str
    person_id: int | None
    reason: str
    why: str
    differences: list[DifferenceOut]
    unit_from_id: int | None
    unit_to_id: int | None

    @staticmethod
    def resolve_why(row: Any) -> str:
        return say(words.REASONS[row.reason], {"about": row.about})

    @staticmethod
    def resolve_differences(row: Any, context: Any) -> list[dict[str, str]]:
        viewer = context["request"].viewer

        def seen(name: str, value: str) -> str:
            return str(shown(viewer, PROTECTED[name], value)) if name in PROTECTED else value

        return [
            {"field": name, "here": seen(name, here), "there": seen(name, there)}
            for name, (here, there) in row.values.items()
        ]


class DirectoryRowPage(Page):
    """A page of what a comparison found."""

    items: list[DirectoryRowOut]


class ApplyIn(Schema):
    """Why more people leave than the settings let pass; needed only then."""

    override: Line = Field("", max_length=200)


def _known(request: Request, directory: str) -> None:
    access.check_directory(request.viewer)
    if directory not in CLIENTS:
        raise NotFound


@router.get("/directories", response=list[DirectorySetupOut], summary="Directories and how each is compared")
def directories(request: Request) -> Any:
    access.check_directory(request.viewer)
    return [queries.find_setup(code) for code in CLIENTS]


@router.put("/directories/{directory}", response=DirectorySetupOut, summary="Say how a directory is compared")
def put_setup(request: Request, directory: str, body: DirectorySetupIn) -> Any:
    _known(request, directory)
    values = body.dict()
    role_id = values.pop("joiner_role_id")
    role = queries.get_role_type(role_id) if role_id else None
    if role is not None:
        access.check_may_grant(request.viewer, role.rights, role.scope_kind)
    return actions.put_directory_setup(directory=directory, joiner_role=role, by=request.user, **values)


@router.post(
    "/directories/{directory}/check", response=DirectoryAnswer, summary="Try whether a directory answers"
)
def check(request: Request, directory: str) -> Any:
    _known(request, directory)
    return {"departments": count_departments(directory)}


@router.get(
    "/directories/{directory}/departments",
    response=DepartmentPage,
    summary="Departments there and their units here",
)
def departments(request: Request, directory: str, cursor: str | None = None, limit: int = 50) -> Any:
    _known(request, directory)
    return cut_page(queries.list_departments(directory), order="id", cursor=cursor, limit=limit)


@router.put(
    "/directories/{directory}/departments/{int:department_id}", response=DepartmentOut,
    summary="Say where a department belongs",
)  # fmt: skip
def place(request: Request, directory: str, department_id: int, body: DepartmentIn) -> Any:
    _known(request, directory)
    row = queries.get_department(directory, department_id)
    unit = queries.get_unit(body.unit_id) if body.unit_id else None
    return actions.place_department(row=row, treatment=body.treatment, unit=unit, by=request.user)


@router.post(
    "/directories/{directory}/departments/by-name", response=PlacedOut,
    summary="Place departments by the name of the one unit called the same",
)  # fmt: skip
def by_name(request: Request, directory: str) -> Any:
    _known(request, directory)
    return {"placed": actions.place_by_name(directory=directory, by=request.user)}


@router.post(
    "/directories/{directory}/runs", response={201: DirectoryRunOut}, summary="Start a dry run of a directory"
)
def start(request: Request, directory: str) -> Any:
    _known(request, directory)
    return Status(201, actions.start_directory_run(directory=directory, by=request.user))


@router.get("/directory-runs", response=DirectoryRunPage, summary="Comparisons of directories, oldest first")
def runs(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    access.check_directory(request.viewer)
    return cut_page(queries.all_runs(), order="id", cursor=cursor, limit=limit)


@router.get("/directory-runs/{int:run_id}", response=DirectoryRunOut, summary="One comparison")
def run(request: Request, run_id: int) -> Any:
    access.check_directory(request.viewer)
    return queries.get_run(run_id)


@router.get("/directory-runs/{int:run_id}/rows", response=DirectoryRowPage, summary="What a comparison found")
def rows(request: Request, run_id: int, cursor: str | None = None, limit: int = 50) -> Any:
    access.check_directory(request.viewer)
    queries.get_run(run_id)
    return cut_page(queries.list_rows(run_id), order="id", cursor=cursor, limit=limit)


@router.post(
    "/directory-runs/{int:run_id}/apply", response=DirectoryRunOut, summary="Apply a dry run as a whole"
)
def apply(request: Request, run_id: int, body: ApplyIn) -> Any:
    access.check_directory(request.viewer)
    found = queries.get_run(run_id)
    role = queries.find_setup(found.directory).joiner_role
    if role is not None and found.counts.get("join"):
        access.check_may_grant(request.viewer, role.rights, role.scope_kind)
    return actions.start_applying(run_id=run_id, override=body.override, by=request.user)
