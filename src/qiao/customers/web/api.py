"""Customers in the API: the same scope, the same actions as the pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.customers import access, actions, policy, queries
from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.org import queries as org
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request

router = Router()


class CustomerOut(Schema):
    """A customer as lists show it."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    segment: str
    industry: str
    stage: str
    home_unit_id: int | None
    primary_id: int | None
    deputy_id: int | None
    group_id: int | None
    starts_on: date
    tier: str = ""
    revenue_12_yuan: Decimal | None = None

    @staticmethod
    def resolve_tier(row: Any) -> str:
        return row.current.tier if hasattr(row, "current") else ""

    @staticmethod
    def resolve_revenue_12_yuan(row: Any) -> Decimal | None:
        return row.current.revenue_12_yuan if hasattr(row, "current") else None


class CustomerPage(Page):
    """A page of customers."""

    items: list[CustomerOut]


class CustomerIn(Schema):
    """A new customer."""

    code: str = Field(max_length=60)
    name: str = Field(max_length=200)
    home_unit_id: int
    starts_on: date
    short_name: str = Field("", max_length=80)
    kind: str = Field("", max_length=40)
    segment: str = Field("", max_length=60)
    industry: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)


class FileChange(Schema):
    """Fields of a file to change; those left out stay."""

    name: str | None = Field(None, max_length=200)
    short_name: str | None = Field(None, max_length=80)
    kind: str | None = Field(None, max_length=40)
    segment: str | None = Field(None, max_length=60)
    industry: str | None = Field(None, max_length=60)
    phone: str | None = Field(None, max_length=40)


class AssignIn(Schema):
    """A change of who serves."""

    customer_ids: list[int] = Field(min_length=1, max_length=5000)
    role: str
    person_id: int | None
    on: date
    reason: str = Field(max_length=200)


class Changed(Schema):
    """How many rows changed."""

    changed: int


class AssignmentOut(Schema):
    """Who serves or served a customer."""

    person_id: int
    role: str
    starts_on: date
    ends_before: date | None
    reason: str


@router.get("", response=CustomerPage, summary="Customers in scope, by number")
def list_customers(
    request: Request, q: str = "", unit_id: int | None = None, cursor: str | None = None, limit: int = 50
) -> Any:
    viewer = request.viewer
    viewer.check("customers.view")
    rows = access.visible(viewer)
    if q:
        rows = queries.search(rows, q)
    if unit_id is not None:
        rows = rows.filter(home_unit_id__in=org.get_tree().descendants(unit_id))
    items, following = cut_page(rows, order="code", cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.get("/{int:customer_id}", response=CustomerOut, summary="One customer")
def get_customer(request: Request, customer_id: int) -> Any:
    viewer = request.viewer
    viewer.check("customers.view")
    return access.get_visible(viewer, customer_id)


@router.get(
    "/{int:customer_id}/assignments", response=list[AssignmentOut], summary="Who serves and served a customer"
)
def list_assignments(request: Request, customer_id: int) -> Any:
    viewer = request.viewer
    viewer.check("customers.view")
    access.get_visible(viewer, customer_id)
    return queries.list_assignments(customer_id)


@router.post("", response={201: CustomerOut}, summary="Open a customer's file")
def open_file(request: Request, body: CustomerIn) -> Any:
    viewer = request.viewer
    viewer.check("customers.edit")
    values = body.dict()
    unit_id = values.pop("home_unit_id")
    if not viewer.scope("customers.edit").allows(unit_id=unit_id):
        raise NotFound
    row = actions.open_file(home_unit=org.get_unit(unit_id), by=request.user, **values)
    return Status(201, access.get_visible(viewer, row.pk))


@router.patch("/{int:customer_id}", response=CustomerOut, summary="Change a customer's file")
def change_file(request: Request, customer_id: int, body: FileChange) -> Any:
    viewer = request.viewer
    row = access.get_changeable(viewer, customer_id)
    changes = {k: v for k, v in body.dict(exclude_unset=True).items() if v is not None}
    actions.change_file(customer=row, changes=changes, by=request.user)
    return access.get_visible(viewer, customer_id)


@router.post("/assign", response=Changed, summary="Change who serves customers")
def assign(request: Request, body: AssignIn) -> Any:
    viewer = request.viewer
    viewer.check("assignments.change")
    if body.role not in ("primary", "deputy"):
        raise RuleBroken(N_("The role is primary or deputy."), code="role", field="role")
    ids = set(body.customer_ids)
    if access.visible(viewer, "assignments.change").filter(pk__in=ids).count() != len(ids):
        raise NotFound
    scope = viewer.scope("assignments.change")
    person = None
    if body.person_id is not None:
        people = org.list_serving_people(None if scope.everything else scope.unit_ids)
        person = org.get_person(body.person_id, people)
    changed = actions.assign(
        customer_ids=sorted(ids), role=body.role, person=person, on=body.on, reason=body.reason, by=request.user,
        policy=policy.deputy_policy(body.on),
    )  # fmt: skip
    return {"changed": changed}
