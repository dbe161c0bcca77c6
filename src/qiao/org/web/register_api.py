"""The register of staff in the API."""

from datetime import date
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import NotFound
from qiao.org import access, actions, queries
from qiao.org.core.register import DESCRIBING, LISTS, TALENT
from qiao.runtime import clock
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Day, Filled, Id, Line

from .schemas import Dated

router = Router()


class WordOut(Schema):
    """A word of a list."""

    id: int
    list: str
    code: str
    name_zh: str
    name_en: str
    rank: int
    notice_days: int
    in_use: bool


class WordIn(Schema):
    """A word as it is to stand in its list."""

    code: Filled = Field(max_length=40)
    name_zh: Filled = Field(max_length=80)
    name_en: Line = Field("", max_length=80)
    rank: int = Field(0, ge=0, le=32000)
    notice_days: int = Field(60, ge=0, le=3650)
    in_use: bool = True


class AttributeOut(Schema):
    """What a person is described by; ``word`` is its code in ``list``."""

    id: int
    list: str
    word: str = Field(alias="word.code")
    starts_on: date
    ends_before: date | None
    reason: str


class DescribeIn(Schema):
    """A word from a day on. Of employment and education the former one ends."""

    list: Line = Field(max_length=20)
    word: Filled = Field(max_length=80, description="Code or name.")
    on: Day
    reason: Line = Field("", max_length=200)


class QualificationOut(Schema):
    """A certificate."""

    id: int
    kind: str = Field(alias="kind.code")
    level: str
    number: str
    issued_on: date
    valid_before: date | None


class QualificationIn(Schema):
    """A certificate as it is to stand there."""

    kind: Filled = Field(max_length=80, description="Code or name of the kind.")
    level: Line = Field("", max_length=60)
    number: Line = Field("", max_length=60)
    issued_on: Day
    valid_before: Day | None = None


class StaffFile(Schema):
    """A person's file. ``born_on`` is null also where the caller may not know it."""

    attributes: list[AttributeOut]
    qualifications: list[QualificationOut]
    personal_shown: bool
    born_on: date | None


class StaffPersonalIn(Schema):
    """What is shown only under a right of its own."""

    born_on: Day | None


class StaffOut(Schema):
    """A line of the register, with what held on the day asked for."""

    id: int
    code: str
    name: str
    unit_id: int | None = Field(alias="post__unit_id")
    role: str | None = Field(alias="post__role_type__code")
    employment: str | None = Field(alias="employment__word__code")
    education: str | None = Field(alias="education__word__code")
    grade: str | None = Field(alias="grade_then__grade")
    starts_on: date


class StaffPage(Page):
    """A page of the register."""

    items: list[StaffOut]


class TalentOut(Schema):
    """Talents of one type at a unit with those below; ``planned`` null without a plan."""

    unit_id: int
    word: str
    planned: int | None
    there: int


class TalentIn(Schema):
    """How many from a day on; null ends the plan."""

    unit_id: Id
    word: Filled = Field(max_length=80)
    number: int | None = Field(None, ge=0, le=100_000)
    on: Day


@router.get("/register", response=StaffPage, summary="People in service on a day, with what held then")
def register(
    request: Request, on: Day | None = None, q: Line = "", cursor: str | None = None, limit: int = 50
) -> Any:
    rows = access.visible_staff(request.viewer, on or clock.today())
    rows = access.search_people(rows, q, request.viewer) if q else rows
    page = cut_page(rows, order="code", cursor=cursor, limit=limit)
    return {**page, "items": queries.register_lines(rows, [row.pk for row in page["items"]])}


@router.get("/people/{int:person_id}/file", response=StaffFile, summary="A person's file in the register")
def staff_file(request: Request, person_id: int) -> Any:
    row = access.get_visible_person(request.viewer, person_id)
    shown = access.sees_personal(request.viewer, row)
    personal = queries.find_personal(person_id) if shown else None
    return {
        "attributes": queries.list_attributes(person_id),
        "qualifications": queries.list_qualifications(person_id),
        "personal_shown": shown,
        "born_on": personal.born_on if personal else None,
    }


@router.post(
    "/people/{int:person_id}/attributes",
    response={201: list[AttributeOut]},
    summary="Describe a person by a word from a day on",
)
def describe(request: Request, person_id: int, body: DescribeIn) -> Any:
    row = access.get_editable_person(request.viewer, person_id)
    if body.list not in DESCRIBING:
        raise NotFound
    word = queries.named_word(body.list, body.word)
    actions.describe(person=row, word=word, on=body.on, reason=body.reason, by=request.user)
    return Status(201, queries.list_attributes(person_id))


@router.post(
    "/people/{int:person_id}/attributes/{int:attribute_id}/end",
    response=list[AttributeOut],
    summary="End what a person is described by",
)
def end_attribute(request: Request, person_id: int, attribute_id: int, body: Dated) -> Any:
    access.get_editable_person(request.viewer, person_id)
    found = queries.get_attribute(person_id, attribute_id)
    actions.end_attribute(attribute=found, on=body.on, reason=body.reason, by=request.user)
    return queries.list_attributes(person_id)


@router.post(
    "/people/{int:person_id}/qualifications",
    response={201: QualificationOut},
    summary="Enter a certificate",
)
def add_qualification(request: Request, person_id: int, body: QualificationIn) -> Any:
    return Status(201, _put_qualification(request, person_id, None, body))


@router.put(
    "/people/{int:person_id}/qualifications/{int:qualification_id}",
    response=QualificationOut,
    summary="Change a certificate",
)
def change_qualification(
    request: Request, person_id: int, qualification_id: int, body: QualificationIn
) -> Any:
    return _put_qualification(request, person_id, qualification_id, body)


def _put_qualification(request: Request, person_id: int, found: int | None, body: QualificationIn) -> Any:
    row = access.get_editable_person(request.viewer, person_id)
    values = body.dict()
    return actions.put_qualification(
        person=row,
        kind=queries.named_word("qualification", values.pop("kind")),
        qualification=queries.get_qualification(person_id, found) if found is not None else None,
        by=request.user,
        **values,
    )


@router.delete(
    "/people/{int:person_id}/qualifications/{int:qualification_id}",
    response={204: None},
    summary="Take out a certificate entered by mistake",
)
def withdraw_qualification(request: Request, person_id: int, qualification_id: int) -> Any:
    access.get_editable_person(request.viewer, person_id)
    found = queries.get_qualification(person_id, qualification_id)
    actions.withdraw_qualification(qualification=found, by=request.user)
    return Status(204, None)


@router.put(
    "/people/{int:person_id}/personal", response=StaffPersonalIn, summary="Change personal particulars"
)
def personal(request: Request, person_id: int, body: StaffPersonalIn) -> Any:
    row = access.get_personally_editable(request.viewer, person_id)
    return actions.put_personal(person=row, born_on=body.born_on, by=request.user)


@router.get("/words", response=list[WordOut], summary="Words of every list people are described by")
def words(request: Request) -> Any:
    request.viewer.check("org.view")
    return [word for code in LISTS for word in queries.list_words(code, all_of_them=True)]


@router.put("/words/{int:word_id}", response=WordOut, summary="Change a word of a list")
def change_word(request: Request, word_id: int, body: WordIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    word = queries.get_word(word_id)
    return actions.put_word(list_code=word.list, word=word, by=request.user, **body.dict())


@router.post("/words/{list_code}", response={201: WordOut}, summary="Enter a word into a list")
def new_word(request: Request, list_code: str, body: WordIn) -> Any:
    access.check_everything(request.viewer, "org.edit")
    return Status(201, actions.put_word(list_code=list_code, by=request.user, **body.dict()))


@router.get("/talents", response=list[TalentOut], summary="Talents planned and there, by unit and type")
def talents(request: Request, unit_id: Id | None = None) -> Any:
    viewer = request.viewer
    viewer.check("org.view")
    tree, scope = queries.get_tree(), viewer.scope("org.view")
    seen = [u for u, _depth in tree.walk() if scope.allows(unit_id=u)]
    codes = {word.pk: word.code for word in queries.list_words(TALENT)}
    return [
        {"unit_id": unit, "word": codes[word], **numbers}
        for (unit, word), numbers in queries.compare_talents(seen, clock.today()).items()
        if unit_id in (None, unit) and (numbers["planned"] is not None or numbers["there"])
    ]


@router.put("/talents", response={204: None}, summary="Plan how many of a talent type a unit is to have")
def plan_talents(request: Request, body: TalentIn) -> Any:
    access.check_unit_in_scope(request.viewer, "org.edit", body.unit_id)
    actions.plan_talents(
        unit=queries.get_unit(body.unit_id), word=queries.named_word(TALENT, body.word), number=body.number,
        on=body.on, by=request.user,
    )  # fmt: skip
    return Status(204, None)
