"""Posts in the API."""

from datetime import date
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.org import access, actions, queries
from qiao.org.core.register import FAMILY
from qiao.runtime import clock
from qiao.runtime.requests import Request
from qiao.runtime.typed import Day, Filled, Id, Line, Prose

router = Router()


class MustKnowOut(Schema):
    """One thing to know; ``known_since`` only in one's own posts."""

    id: int
    text_zh: str
    text_en: str
    known_since: date | None = None


class PostOut(Schema):
    """A post with the description in force; ``starts_on`` null without one."""

    id: int
    code: str
    family: str
    role_type_id: int | None
    level: str
    name_zh: str
    name_en: str
    starts_on: date | None
    duties_zh: list[str]
    duties_en: list[str]
    must_knows: list[MustKnowOut]


class PostIn(Schema):
    """A new post."""

    code: Filled = Field(max_length=40)
    family: Filled = Field(max_length=80, description="Code or name of a post family.")
    name_zh: Filled = Field(max_length=80)
    name_en: Line = Field("", max_length=80)
    role_type_id: Id | None = None
    level: Line = Field("", max_length=40)


class DescriptionIn(Schema):
    """A version of a description; one thing a line."""

    on: Day
    reason: Line = Field("", max_length=200)
    duties_zh: Prose = Field(max_length=10_000)
    duties_en: Prose = Field("", max_length=10_000)
    must_zh: Prose = Field("", max_length=10_000)
    must_en: Prose = Field("", max_length=10_000)


class KnownIn(Schema):
    """Whether it is known."""

    known: bool


class Entered(Schema):
    """How many posts were entered."""

    entered: int


def _out(post: Any, since: dict[int, date] | None = None) -> dict[str, Any]:
    now = post.description_now[0] if post.description_now else None
    names = ("id", "code", "role_type_id", "level", "name_zh", "name_en")
    return {
        **{name: getattr(post, name) for name in names},
        "family": post.family.code,
        "starts_on": now.starts_on if now else None,
        "duties_zh": now.duties_zh.splitlines() if now else [],
        "duties_en": now.duties_en.splitlines() if now else [],
        "must_knows": [
            {"id": f.pk, "text_zh": f.text_zh, "text_en": f.text_en, "known_since": (since or {}).get(f.pk)}
            for f in (now.must_knows.all() if now else ())
        ],
    }


@router.get("/posts", response=list[PostOut], summary="Posts with the descriptions in force")
def posts(request: Request) -> Any:
    request.viewer.check("org.view")
    return [_out(row) for row in queries.list_posts(clock.today())]


@router.post("/posts", response={201: PostOut}, summary="Enter a post")
def new_post(request: Request, body: PostIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    values = body.dict()
    role = values.pop("role_type_id")
    values["family"] = queries.named_word(FAMILY, values["family"])
    values["role_type"] = queries.get_role_type(role) if role else None
    made = actions.create_post(by=request.user, **values)
    return Status(201, _out(queries.get_post(made.pk, clock.today())))


@router.post(
    "/posts/usual", response=Entered, summary="Begin with the posts of a marketing and a service centre"
)
def enter_usual_posts(request: Request) -> Any:
    access.check_everything(request.viewer, "org.edit")
    return {"entered": actions.enter_usual_posts(by=request.user)}


@router.get("/posts/{int:post_id}", response=PostOut, summary="One post")
def post(request: Request, post_id: int) -> Any:
    request.viewer.check("org.view")
    return _out(queries.get_post(post_id, clock.today()))


@router.post(
    "/posts/{int:post_id}/versions", response={201: PostOut}, summary="A new version of a description"
)
def describe_post(request: Request, post_id: int, body: DescriptionIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    actions.describe_post(
        post=queries.get_post(post_id, clock.today()), duties=(body.duties_zh, body.duties_en),
        must_knows=(body.must_zh, body.must_en), on=body.on, reason=body.reason, by=request.user,
    )  # fmt: skip
    return Status(201, _out(queries.get_post(post_id, max(body.on, clock.today()))))


@router.get("/my-post", response=list[PostOut], summary="One's own posts, with what one knows since when")
def my_post(request: Request) -> Any:
    person = access.person_of(request.viewer)
    since = queries.known_since(person)
    return [_out(row, since) for row in queries.list_posts_of(person, clock.today())]


@router.put(
    "/my-post/{int:must_know_id}", response={204: None}, summary="Say that one knows something, or not"
)
def say_known(request: Request, must_know_id: int, body: KnownIn) -> Any:
    person = access.own_person(request.viewer)
    actions.say_known(person=person, must_know_id=must_know_id, known=body.known, by=request.user)
    return Status(204, None)
