"""The organisation in the API."""

from datetime import date
from typing import Any

from ninja import Router, Schema

from qiao.org import access, queries
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request

router = Router()


class UnitOut(Schema):
    """A unit as it stands on a day."""

    id: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    parent_id: int | None


class PersonOut(Schema):
    """A member of staff."""

    id: int
    code: str
    name: str
    phone: str
    email: str
    employment_kind: str
    starts_on: date
    ends_before: date | None


class PersonPage(Page):
    """A page of people."""

    items: list[PersonOut]


@router.get("/units", response=list[UnitOut], summary="Units in scope as of a day")
def units(request: Request, on: date | None = None) -> Any:
    viewer = request.viewer
    viewer.check("org.view")
    tree = queries.get_tree(on)
    seen = access.visible_unit_ids(viewer, tree)
    return [tree.nodes[unit] for unit, _depth in tree.walk() if unit in seen]


@router.get("/people", response=PersonPage, summary="People in scope, by staff number")
def people(request: Request, q: str = "", cursor: str | None = None, limit: int = 50) -> Any:
    viewer = request.viewer
    viewer.check("org.view")
    rows = access.visible_people(viewer)
    if q:
        rows = queries.search_people(rows, q)
    items, following = cut_page(rows, order="code", cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.get("/me", summary="Who the token or session is, and what it may do")
def me(request: Request) -> dict[str, Any]:
    viewer = request.viewer
    return {
        "name": viewer.name,
        "profile": viewer.profile,
        "rights": sorted(viewer.rights),
        "unit_id": viewer.unit_id,
    }
