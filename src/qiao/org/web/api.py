"""The organisation in the API: the same scope, the same actions as the pages."""

from typing import Any

from ninja import Router, Status

from qiao.org import access, actions, queries
from qiao.org.core.register import EMPLOYMENT
from qiao.runtime.audit.api import EventOut
from qiao.runtime.audit.queries import as_seen
from qiao.runtime.paging import cut_page
from qiao.runtime.protection import check_not_withheld
from qiao.runtime.requests import Request
from qiao.runtime.typed import Day, Id, Line

from . import schemas as s
from .calendar_api import router as calendar
from .costs_api import router as costs
from .directory_api import router as directory
from .gate_api import router as gate
from .headcount_api import router as headcount
from .leaving_api import router as leaving
from .posts_api import router as posts
from .register_api import router as register
from .sight_api import router as sight
from .structure_api import router as structure

router = Router()
router.add_router("", calendar)
router.add_router("", leaving)
router.add_router("", costs)
router.add_router("", directory)
router.add_router("", gate)
router.add_router("", headcount)
router.add_router("", posts)
router.add_router("", register)
router.add_router("", sight)
router.add_router("", structure)


@router.get("/units", response=list[s.UnitOut], summary="Units in scope as of a day")
def units(request: Request, on: Day | None = None) -> Any:
    viewer = request.viewer
    viewer.check("org.view")
    tree = queries.get_tree(on)
    seen = access.visible_unit_ids(viewer, tree)
    return [tree.nodes[unit] for unit, _depth in tree.walk() if unit in seen]


@router.post("/units", response={201: s.UnitFile}, summary="Open a unit below another")
def open_unit(request: Request, body: s.UnitIn) -> Any:
    parent = _editable_unit(request, body.parent_id)
    return Status(
        201, actions.create_unit(parent=parent, by=request.user, **body.dict(exclude={"parent_id"}))
    )


@router.get("/units/{int:unit_id}", response=s.UnitFile, summary="One unit with the places it stood at")
def unit(request: Request, unit_id: int) -> Any:
    return access.get_visible_unit(request.viewer, unit_id)


@router.patch("/units/{int:unit_id}", response=s.UnitFile, summary="Rename a unit or place it on the map")
def rename_unit(request: Request, unit_id: int, body: s.UnitChange) -> Any:
    row = _editable_unit(request, unit_id)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    return actions.rename_unit(code=row.code, by=request.user, **given)


@router.post(
    "/units/{int:unit_id}/move", response=s.UnitFile, summary="Place a unit below another from a day on"
)
def move_unit(request: Request, unit_id: int, body: s.UnitMove) -> Any:
    row, parent = _editable_unit(request, unit_id), _editable_unit(request, body.parent_id)
    actions.move_unit(unit=row, parent=parent, on=body.on, reason=body.reason, by=request.user)
    return queries.get_unit(unit_id)


@router.post(
    "/units/{int:unit_id}/close",
    response=s.UnitFile,
    summary="Close a unit on a day, or merge it into another",
)
def close_unit(request: Request, unit_id: int, body: s.UnitClose) -> Any:
    row = _editable_unit(request, unit_id)
    target = _editable_unit(request, body.merge_into_id) if body.merge_into_id else None
    actions.close_unit(unit=row, on=body.on, reason=body.reason, merge_into=target, by=request.user)
    return queries.get_unit(unit_id)


@router.get(
    "/units/{int:unit_id}/history", response=list[EventOut], summary="Every change to a unit and its place"
)
def unit_history(request: Request, unit_id: int) -> Any:
    access.get_visible_unit(request.viewer, unit_id)
    return queries.list_unit_changes(unit_id)


def _editable_unit(request: Request, unit_id: int) -> Any:
    row = access.get_visible_unit(request.viewer, unit_id)
    access.check_unit_in_scope(request.viewer, "org.edit", unit_id)
    return row


@router.get("/people", response=s.PersonPage, summary="People in scope, by staff number")
def people(
    request: Request, q: Line = "", unit_id: Id | None = None, cursor: str | None = None, limit: int = 50
) -> Any:
    viewer = request.viewer
    viewer.check("org.view")
    rows = access.visible_people(viewer)
    if q:
        rows = access.search_people(rows, q, viewer)
    if unit_id is not None:
        rows = rows.filter(pk__in=queries.people_at(unit_id))
    return cut_page(rows, order="code", cursor=cursor, limit=limit)


@router.post("/people", response={201: s.PersonOut}, summary="Enter a member of staff")
def register_person(request: Request, body: s.PersonIn) -> Any:
    request.viewer.check("org.edit")
    values = body.dict()
    values["employment"] = queries.find_word(EMPLOYMENT, values.pop("employment_kind"))
    return Status(201, actions.register_person(by=request.user, **values))


@router.get("/people/{int:person_id}", response=s.PersonOut, summary="One person; oneself without any right")
def person(request: Request, person_id: int) -> Any:
    return access.get_visible_person(request.viewer, person_id)


@router.patch("/people/{int:person_id}", response=s.PersonOut, summary="Change a person's particulars")
def change_person(request: Request, person_id: int, body: s.PersonChange) -> Any:
    row = access.get_editable_person(request.viewer, person_id)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    check_not_withheld(request.viewer, access.PROTECTED_FIELDS, given)
    return actions.change_person(person=row, by=request.user, **given)


@router.get(
    "/people/{int:person_id}/history",
    response=list[EventOut],
    summary="Every change to a person and his posts",
)
def person_history(request: Request, person_id: int) -> Any:
    request.viewer.check("org.view")
    access.get_visible_person(request.viewer, person_id)
    return as_seen(request.viewer, queries.list_person_changes(person_id))


@router.get(
    "/people/{int:person_id}/postings", response=list[s.PostingOut], summary="A person's posts, newest first"
)
def postings(request: Request, person_id: int) -> Any:
    access.get_visible_person(request.viewer, person_id)
    return queries.list_postings(person_id)


@router.post(
    "/people/{int:person_id}/postings", response={201: s.PostingOut}, summary="Post a person to a unit"
)
def appoint(request: Request, person_id: int, body: s.PostingIn) -> Any:
    viewer = request.viewer
    row = access.get_appointable_person(viewer, person_id)
    unit, role = _editable_unit(request, body.unit_id), queries.get_role_type(body.role_type_id)
    access.check_may_grant(viewer, role.rights, body.scope_kind or role.scope_kind)
    posting = actions.appoint(
        person=row, unit=unit, role_type=role, starts_on=body.starts_on, is_main=body.is_main,
        scope_kind=body.scope_kind, reason=body.reason, by=request.user,
        chosen_units=[_editable_unit(request, pk) for pk in sorted(set(body.chosen_unit_ids))],
    )  # fmt: skip
    return Status(201, posting)


@router.post(
    "/people/{int:person_id}/postings/{int:posting_id}/end",
    response=list[s.PostingOut],
    summary="End a post on a day",
)
def end_posting(request: Request, person_id: int, posting_id: int, body: s.Dated) -> Any:
    access.get_editable_person(request.viewer, person_id)
    posting = queries.get_posting(person_id, posting_id)
    actions.end_posting(posting=posting, on=body.on, reason=body.reason, by=request.user)
    return queries.list_postings(person_id)


@router.post(
    "/people/{int:person_id}/postings/{int:posting_id}/transfer",
    response=s.PostingOut,
    summary="Move a post to another unit from a day on",
)
def transfer_posting(request: Request, person_id: int, posting_id: int, body: s.TransferIn) -> Any:
    access.get_editable_person(request.viewer, person_id)
    posting, unit = queries.get_posting(person_id, posting_id), _editable_unit(request, body.unit_id)
    return actions.transfer_posting(
        posting=posting, unit=unit, on=body.on, reason=body.reason, by=request.user
    )


@router.get(
    "/people/{int:person_id}/grades", response=list[s.GradeOut], summary="A person's grades, newest first"
)
def grades(request: Request, person_id: int) -> Any:
    access.get_visible_person(request.viewer, person_id)
    return queries.list_grades(person_id)


@router.post("/people/{int:person_id}/grades", response={201: s.GradeOut}, summary="Put a grade in force")
def set_grade(request: Request, person_id: int, body: s.GradeIn) -> Any:
    row = access.get_editable_person(request.viewer, person_id)
    return Status(201, actions.set_grade(person=row, by=request.user, **body.dict()))


@router.get("/role-types", response=list[s.RoleTypeOut], summary="Role types with their rights and reach")
def role_types(request: Request) -> Any:
    request.viewer.check("org.view")
    return queries.list_role_types()


@router.post("/role-types", response={201: s.RoleTypeOut}, summary="Enter a role type")
def add_role_type(request: Request, body: s.RoleTypeIn) -> Any:
    access.check_everything(request.viewer, access.ROLES)
    return Status(201, actions.put_role_type(by=request.user, **body.dict()))


@router.get(
    "/role-types/proposed",
    response=list[s.ProposedRightsOut],
    summary="Rights this version's role types start with and the enterprise's lack",
)
def proposed_rights(request: Request) -> Any:
    access.check_everything(request.viewer, access.ROLES)
    return queries.proposed_rights()


@router.post(
    "/role-types/proposed", response=s.RightsDecided, summary="Give proposed rights, or decide against"
)
def decide_rights(request: Request, body: s.RightsDecisionIn) -> Any:
    access.check_everything(request.viewer, access.ROLES)
    picked = [(body.role_id, right) for right in body.rights]
    return {"decided": actions.decide_rights(picked=picked, accept=body.accept, by=request.user)}


@router.get(
    "/role-types/decisions",
    response=list[s.RightDecisionOut],
    summary="What was decided about proposed rights, newest first",
)
def right_decisions(request: Request) -> Any:
    access.check_everything(request.viewer, access.ROLES)
    return queries.list_right_decisions()[:500]


@router.delete(
    "/role-types/decisions/{int:decision_id}",
    response={204: None},
    summary="Propose a right again that was decided against",
)
def propose_again(request: Request, decision_id: int) -> Any:
    access.check_everything(request.viewer, access.ROLES)
    actions.propose_again(decision=queries.get_right_decision(decision_id), by=request.user)
    return Status(204, None)


@router.patch("/role-types/{int:role_type_id}", response=s.RoleTypeOut, summary="Change a role type")
def change_role_type(request: Request, role_type_id: int, body: s.RoleTypeChange) -> Any:
    access.check_everything(request.viewer, access.ROLES)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    return actions.put_role_type(role_type=queries.get_role_type(role_type_id), by=request.user, **given)


@router.get("/me", response=s.MeOut, summary="Who the token or session is, and what it may do")
def me(request: Request) -> dict[str, Any]:
    viewer = request.viewer
    return {
        "name": viewer.name,
        "profile": viewer.profile,
        "rights": sorted(viewer.rights),
        "unit_id": viewer.unit_id,
    }
