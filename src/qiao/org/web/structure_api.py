"""Template structures in the API."""

from datetime import date
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.org import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.i18n import say
from qiao.runtime.requests import Request
from qiao.runtime.typed import Filled, Id, Line

from .structure import reach_of, wanted_units

router = Router()


class WantedPlace(Schema):
    """A unit a template asks for; ``unit_id`` null when it is missing, ``code`` what it carries or would get."""

    template_id: int
    name_zh: str
    name_en: str
    kind: str
    unit_id: int | None
    code: str


class PostAskedOut(Schema):
    """A post a template asks for; ``unit_id`` null when its unit is missing."""

    post_id: int
    unit_id: int | None
    number: int
    held: int
    set_up: int


class ComparedOut(Schema):
    """A unit against the template of its kind."""

    unit_id: int
    places: list[WantedPlace]
    posts: list[PostAskedOut]


class TemplateUnitIn(Schema):
    """A unit of a template."""

    code: Filled = Field(max_length=20, pattern=r"^[-a-zA-Z0-9_]+$")
    for_kind: Filled = Field(max_length=40)
    above_id: Id | None = None
    kind: Filled = Field(max_length=40)
    name_zh: Filled = Field(max_length=60)
    name_en: Line = Field("", max_length=60)
    place: int = Field(0, ge=0, le=32000)


class TemplateUnitOut(Schema):
    """A unit of a template."""

    id: int
    code: str
    for_kind: str
    above_id: int | None
    kind: str
    name_zh: str
    name_en: str
    place: int


class TemplatePostIn(Schema):
    """People asked for in a post; ``within_id`` null: at the unit itself."""

    for_kind: Filled = Field(max_length=40)
    within_id: Id | None = None
    post_id: Id
    number: int = Field(1, ge=1, le=1000)


class TemplatePostOut(Schema):
    """A post of a template."""

    id: int
    for_kind: str
    within_id: int | None
    post_id: int
    number: int


class TemplatesOut(Schema):
    """All templates."""

    units: list[TemplateUnitOut]
    posts: list[TemplatePostOut]


class MissingIn(Schema):
    """At which unit; null: everywhere the caller may change units. What is made: units, posts or both."""

    unit_id: Id | None = None
    units: bool = True
    posts: bool = True


class StructureMadeOut(Schema):
    """What one step made of templates; ``id`` takes it back, null where nothing was missing."""

    id: int | None
    made: int
    posts: int


class StructureUndone(Schema):
    """Units left as they are, with the reason."""

    kept: list[tuple[str, str]]


class EstablishmentIn(Schema):
    """For how many a post is set up from a day on; 0 closes it."""

    post_id: Id
    number: int = Field(ge=0, le=1000)
    on: date


class Made(Schema):
    """How many were made."""

    made: int


def _compared(one: Any) -> dict[str, Any]:
    return {
        "unit_id": one.unit_id,
        "places": [
            {
                "template_id": p.wanted.id, "name_zh": p.wanted.name_zh, "name_en": p.wanted.name_en,
                "kind": p.wanted.kind, "unit_id": p.unit_id, "code": p.code,
            }
            for p in one.places
        ],
        "posts": [
            {"post_id": p.post.post_id, "unit_id": p.unit_id, "number": p.post.number, "held": p.held, "set_up": p.set_up}
            for p in one.posts
        ],
    }  # fmt: skip


@router.get("/structure", response=list[ComparedOut], summary="Units against the templates of their kinds")
def structure(request: Request, unit_id: Id | None = None) -> Any:
    units = [u for u in reach_of(request.viewer) if unit_id in (None, u)]
    return [_compared(one) for one in queries.compare_structure(units, clock.today())]


@router.post(
    "/structure/missing",
    response=StructureMadeOut,
    summary="Make the units and posts templates ask for and that are missing",
)
def create_missing(request: Request, body: MissingIn) -> Any:
    units = wanted_units(request.viewer, str(body.unit_id or ""))
    made = actions.make_missing(
        unit_ids=units, on=clock.today(), by=request.user, units=body.units, posts=body.posts
    )
    return {
        "id": made.pk if made else None,
        "made": made.units if made else 0,
        "posts": made.posts if made else 0,
    }


@router.post(
    "/structure/made/{int:row_id}/undo", response=StructureUndone, summary="Take back what one step made"
)
def undo_made(request: Request, row_id: int) -> Any:
    row = access.get_structure_made(request.viewer, row_id)
    row = actions.undo_made(made=row, by=request.user)
    return {"kept": [(name, say(why)) for name, why in row.kept]}


@router.put(
    "/units/{int:unit_id}/establishments",
    response={204: None},
    summary="Set a post up at a unit for so many people",
)
def set_up_post(request: Request, unit_id: Id, body: EstablishmentIn) -> Any:
    unit = access.get_visible_unit(request.viewer, unit_id)
    access.check_unit_in_scope(request.viewer, "org.edit", unit_id)
    actions.put_establishment(
        unit=unit,
        post=queries.get_post(body.post_id, clock.today()),
        number=body.number,
        on=body.on,
        by=request.user,
    )
    return Status(204, None)


@router.get("/structure/templates", response=TemplatesOut, summary="Units and posts templates ask for")
def templates(request: Request) -> Any:
    access.check_everything(request.viewer, "org.edit")
    return {"units": queries.list_template_units(), "posts": queries.list_template_posts()}


@router.post("/structure/templates/usual", response=Made, summary="Begin with the usual centres and rooms")
def enter_usual_structure(request: Request) -> Any:
    access.check_everything(request.viewer, "org.edit")
    return {"made": actions.enter_usual_structure(by=request.user)}


@router.post("/structure/templates/units", response={201: TemplateUnitOut}, summary="Ask for a unit")
def new_template_unit(request: Request, body: TemplateUnitIn) -> Any:
    return Status(201, _put_unit(request, None, body))


@router.put(
    "/structure/templates/units/{int:row_id}", response=TemplateUnitOut, summary="Change a unit asked for"
)
def change_template_unit(request: Request, row_id: int, body: TemplateUnitIn) -> Any:
    return _put_unit(request, row_id, body)


def _put_unit(request: Request, row_id: int | None, body: TemplateUnitIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    values = body.dict()
    above = values.pop("above_id")
    return actions.put_template_unit(
        row=queries.get_template_unit(row_id) if row_id is not None else None,
        above=queries.get_template_unit(above) if above else None, by=request.user, **values,
    )  # fmt: skip


@router.delete(
    "/structure/templates/units/{int:row_id}", response={204: None}, summary="Ask for it no longer"
)
def drop_template_unit(request: Request, row_id: int) -> Any:
    access.check_everything(request.viewer, "org.edit")
    actions.drop_from_template(row=queries.get_template_unit(row_id), by=request.user)
    return Status(204, None)


@router.put("/structure/templates/posts", response=TemplatePostOut, summary="Ask for people in a post")
def put_template_post(request: Request, body: TemplatePostIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    return actions.put_template_post(
        for_kind=body.for_kind, within=queries.get_template_unit(body.within_id) if body.within_id else None,
        post=queries.get_post(body.post_id, clock.today()), number=body.number, by=request.user,
    )  # fmt: skip


@router.delete(
    "/structure/templates/posts/{int:row_id}", response={204: None}, summary="Ask for the post no longer"
)
def drop_template_post(request: Request, row_id: int) -> Any:
    access.check_everything(request.viewer, "org.edit")
    actions.drop_from_template(row=queries.get_template_post(row_id), by=request.user)
    return Status(204, None)
