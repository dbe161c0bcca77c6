"""Customers in the API: the same scope, the same actions as the pages."""

from typing import Any, Literal

from django.shortcuts import redirect
from ninja import Field, Router, Schema, Status

from qiao.customers import access, actions, policy, queries
from qiao.customers.core.place import stored_place
from qiao.customers.importing import DATUMS
from qiao.kernel.errors import NotAllowed, NotFound
from qiao.org import queries as org
from qiao.runtime.audit.api import EventOut
from qiao.runtime.audit.queries import as_seen
from qiao.runtime.contributions import timeline_of
from qiao.runtime.paging import cut_page
from qiao.runtime.protection import check_not_withheld
from qiao.runtime.records import queries as marks
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id, Line

from . import depth_api, duplicates_api, personal_api, pool_api
from . import schemas as s
from .duplicates import alike_on_entry, as_stored, telling_of

router = Router()
router.add_router("", depth_api.router)
router.add_router("", duplicates_api.router)
router.add_router("", personal_api.router)
router.add_router("", pool_api.router)


@router.get("", response=s.CustomerPage, summary="Customers in scope, by number")
def list_customers(
    request: Request, q: Line = "", unit_id: Id | None = None, tier: Line = "", segment: Line = "",
    activity: Literal["", "active", "new", "silent", "lost"] = "", missing: Literal["", "primary", "deputy"] = "", tag_id: Id | None = None,
    cursor: str | None = None, limit: int = 50,
) -> Any:  # fmt: skip
    viewer = request.viewer
    viewer.check("customers.view")
    rows = access.search(access.visible(viewer), q, viewer)
    if unit_id is not None:
        rows = rows.filter(home_unit_id__in=org.get_tree().descendants(unit_id))
    chosen = {"current__tier": tier, "segment": segment, "current__activity": activity}
    rows = rows.filter(**{field: value for field, value in chosen.items() if value})
    if missing:
        rows = queries.without_server(rows, missing)
    if tag_id is not None:
        rows = marks.tagged_with(rows, tag_id)
    return cut_page(rows, order="code", cursor=cursor, limit=limit)


@router.post("", response={201: s.CustomerFile}, summary="Open a customer's file")
def open_file(request: Request, body: s.CustomerIn) -> Any:
    viewer = request.viewer
    viewer.check("customers.edit")
    unit_id = _unit_in_reach(request, body.home_unit_id, "customers.edit")
    values = body.dict(exclude={"home_unit_id"})
    alike = as_stored(alike_on_entry(request, values))
    row = actions.open_file(home_unit=org.get_unit(unit_id), by=request.user, alike=alike, **values)
    return Status(201, access.get_visible(viewer, row.pk))


def _unit_in_reach(request: Request, unit_id: int, right: str) -> int:
    if not request.viewer.scope(right).allows(unit_id=unit_id):
        raise NotAllowed(right)
    return unit_id


@router.get("/map", response=list[s.PointOut], summary="Main sites of customers in scope, for a map")
def list_points(request: Request, q: Line = "") -> Any:
    request.viewer.check("customers.view")
    return queries.list_map_points(access.search(access.visible(request.viewer), q, request.viewer))


@router.post("/assign", response=s.Changed, summary="Change who serves customers")
def assign(request: Request, body: s.AssignIn) -> Any:
    viewer = request.viewer
    viewer.check("assignments.change")
    ids = _picked(request, body)
    scope = viewer.scope("assignments.change")
    person = None
    if body.person_id is not None:
        people = org.list_serving_people(None if scope.everything else scope.unit_ids)
        person = org.get_person(body.person_id, people)
    changed = actions.assign(
        customer_ids=ids, role=body.role, person=person, on=body.on, reason=body.reason, by=request.user,
        policy=policy.deputy_policy(body.on),
    )  # fmt: skip
    return {"changed": changed}


@router.post("/move", response=s.Changed, summary="Give customers another home unit")
def move(request: Request, body: s.HomeMove) -> Any:
    request.viewer.check("assignments.change")
    ids = _picked(request, body)
    unit = org.get_unit(_unit_in_reach(request, body.unit_id, "assignments.change"))
    moved = actions.move_home(customer_ids=ids, unit=unit, on=body.on, reason=body.reason, by=request.user)
    return {"changed": moved}


def _picked(request: Request, body: s.Picked) -> list[int]:
    """The customers named, each within reach. Raises NotFound when one is not."""
    ids = sorted(set(body.customer_ids))
    if access.visible(request.viewer, "assignments.change").filter(pk__in=ids).count() != len(ids):
        raise NotFound
    return ids


@router.get("/{int:customer_id}", response=s.CustomerFile, summary="One customer")
def get_customer(request: Request, customer_id: int) -> Any:
    try:
        return _visible(request, customer_id)
    except NotFound:  # a merged record leads to who stands for it
        return redirect(f"../customers/{access.visible_survivor(request.viewer, customer_id)}")


def _visible(request: Request, customer_id: int) -> Any:
    request.viewer.check("customers.view")
    return access.get_visible(request.viewer, customer_id)


@router.patch("/{int:customer_id}", response=s.CustomerFile, summary="Change a customer's file")
def change_file(request: Request, customer_id: int, body: s.FileChange) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    anyway = given.pop("anyway", "")
    check_not_withheld(request.viewer, access.PROTECTED_FIELDS, given)
    alike = as_stored(alike_on_entry(request, {**telling_of(row), **given}, row))
    actions.change_file(customer=row, changes=given, by=request.user, alike=alike, anyway=anyway)
    return access.get_visible(request.viewer, customer_id)


@router.get(
    "/{int:customer_id}/assignments",
    response=list[s.AssignmentOut],
    summary="Who serves and served a customer",
)
def list_assignments(request: Request, customer_id: int) -> Any:
    return queries.list_assignments(_visible(request, customer_id).pk)


@router.get(
    "/{int:customer_id}/home-units",
    response=list[s.HomeUnitOut],
    summary="Units a customer belongs and belonged to",
)
def list_home_units(request: Request, customer_id: int) -> Any:
    return queries.list_home_units(_visible(request, customer_id).pk)


@router.get(
    "/{int:customer_id}/subsidiaries",
    response=list[s.CustomerOut],
    summary="Customers of the same group below, in scope",
)
def list_subsidiaries(request: Request, customer_id: int) -> Any:
    row = _visible(request, customer_id)
    return queries.list_subsidiaries(access.visible(request.viewer), row.pk)


@router.get(
    "/{int:customer_id}/timeline",
    response=list[s.EntryOut],
    summary="What happened with a customer, newest first",
)
def timeline(request: Request, customer_id: int) -> Any:
    return timeline_of("customer", request.viewer, _visible(request, customer_id).pk)


@router.get(
    "/{int:customer_id}/history", response=list[EventOut], summary="Every change to a customer's file"
)
def history(request: Request, customer_id: int) -> Any:
    return as_seen(request.viewer, queries.list_changes(_visible(request, customer_id).pk))


@router.get("/{int:customer_id}/contacts", response=list[s.ContactOut], summary="People at a customer")
def list_contacts(request: Request, customer_id: int) -> Any:
    return queries.list_contacts(_visible(request, customer_id).pk)


@router.post(
    "/{int:customer_id}/contacts", response={201: s.ContactOut}, summary="Enter a person at a customer"
)
def add_contact(request: Request, customer_id: int, body: s.ContactIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    return Status(201, actions.put_contact(customer=row, by=request.user, **body.dict()))


@router.put(
    "/{int:customer_id}/contacts/{int:contact_id}",
    response=s.ContactOut,
    summary="Change a person at a customer",
)
def change_contact(request: Request, customer_id: int, contact_id: int, body: s.ContactIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    found = queries.get_contact(row.pk, contact_id)
    given = body.dict()
    check_not_withheld(request.viewer, access.PROTECTED_OF_CONTACT, given)
    return actions.put_contact(customer=row, contact=found, by=request.user, **given)


@router.delete(
    "/{int:customer_id}/contacts/{int:contact_id}", response={204: None}, summary="Take a person off the file"
)
def remove_contact(request: Request, customer_id: int, contact_id: int) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    actions.remove_contact(contact=queries.get_contact(row.pk, contact_id), by=request.user)
    return Status(204, None)


@router.get(
    "/{int:customer_id}/contacts/{int:contact_id}/notes",
    response=list[s.ContactNoteOut],
    summary="Notes on a person at a customer, newest first",
)
def list_contact_notes(request: Request, customer_id: int, contact_id: int) -> Any:
    found = queries.get_contact(_visible(request, customer_id).pk, contact_id)
    return queries.list_contact_notes(found.pk)


@router.post(
    "/{int:customer_id}/contacts/{int:contact_id}/notes",
    response={201: s.ContactNoteOut},
    summary="Note something of a person at a customer",
)
def add_contact_note(request: Request, customer_id: int, contact_id: int, body: s.ContactNoteIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    found = queries.get_contact(row.pk, contact_id)
    note = actions.add_contact_note(
        contact=found, person_id=request.viewer.person_id, by=request.user, **body.dict()
    )
    return Status(201, note)


@router.get(
    "/{int:customer_id}/sites", response=list[s.SiteOut], summary="Places of a customer, the main one first"
)
def list_sites(request: Request, customer_id: int) -> Any:
    return queries.list_sites(_visible(request, customer_id).pk)


@router.post("/{int:customer_id}/sites", response={201: s.SiteOut}, summary="Enter a place of a customer")
def add_site(request: Request, customer_id: int, body: s.SiteIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    return Status(201, actions.put_site(customer=row, by=request.user, **_place(body)))


@router.put(
    "/{int:customer_id}/sites/{int:site_id}", response=s.SiteOut, summary="Change a place of a customer"
)
def change_site(request: Request, customer_id: int, site_id: int, body: s.SiteIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    found = queries.get_site(row.pk, site_id)
    return actions.put_site(customer=row, site=found, by=request.user, **_place(body))


def _place(body: s.SiteIn) -> dict[str, Any]:
    """A place as stored: WGS-84 with the source's datum beside."""
    datum = DATUMS[body.datum]
    lat, lon = stored_place(body.lat, body.lon, datum)
    return {"name": body.name, "address": body.address, "lat": lat, "lon": lon, "source_datum": datum.value}


class ToldIn(Schema):
    """Customers told of a notice; ``acknowledged``: they said they will act by it."""

    customer_ids: list[Id] = Field(min_length=1, max_length=500)
    acknowledged: bool = False


class ToldOut(Schema):
    """How many of the customers in reach were told of a notice and have acknowledged it."""

    customers: int
    told: int
    acknowledged: int


@router.get("/notices/{int:notice_id}", response=ToldOut, summary="A notice among one's customers")
def notice(request: Request, notice_id: Id) -> Any:
    rows = access.notice_customers(request.viewer, notice_id)
    total, told, acknowledged = queries.count_told(rows, notice_id)
    return {"customers": total, "told": told, "acknowledged": acknowledged}


@router.post(
    "/notices/{int:notice_id}/told", response=dict[str, int], summary="Note customers as told of a notice"
)
def note_told(request: Request, notice_id: Id, body: ToldIn) -> Any:
    rows = access.notice_customers(request.viewer, notice_id)
    access.check_all_among(rows, body.customer_ids)
    count = actions.note_told(
        notice_id=notice_id, customer_ids=body.customer_ids, person_id=request.viewer.person_id,
        acknowledged=body.acknowledged, by=request.user,
    )  # fmt: skip
    return {"count": count}
