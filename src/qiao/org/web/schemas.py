"""What the API of the organisation takes and gives."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from qiao.org import queries
from qiao.org.core.register import EMPLOYMENT
from qiao.runtime.i18n import pick
from qiao.runtime.paging import Page
from qiao.runtime.protection import protect
from qiao.runtime.typed import Day, Email, Filled, Id, Line, Prose

ScopeKind = Literal["", "self", "unit", "unit_and_below", "chosen", "all"]


class UnitOut(Schema):
    """A unit as it stands on a day."""

    id: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    parent_id: int | None


class PlacementOut(Schema):
    """Below which unit a unit stood; ``parent_id`` null at the top."""

    parent_id: int | None
    starts_on: date
    ends_before: date | None
    reason: str


class UnitFile(Schema):
    """A unit with its span and every place it stood at, newest first."""

    id: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    starts_on: date
    ends_before: date | None
    merged_into_id: int | None
    lat: float | None
    lon: float | None
    placements: list[PlacementOut]

    @staticmethod
    def resolve_placements(row: Any) -> Any:
        return queries.list_placements(row.pk)


class UnitIn(Schema):
    """A new unit below another."""

    code: Filled = Field(max_length=40)
    name_zh: Filled = Field(max_length=120)
    name_en: Line = Field("", max_length=120)
    kind: Filled = Field(max_length=40)
    parent_id: Id
    starts_on: Day


class UnitChange(Schema):
    """What to change of a unit; what is left out stays."""

    name_zh: Filled | None = Field(None, max_length=120)
    name_en: Line | None = Field(None, max_length=120)
    kind: Filled | None = Field(None, max_length=40)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)


class Dated(Schema):
    """The day a change takes effect, and why."""

    on: Day
    reason: Filled = Field(max_length=200)


class UnitMove(Dated):
    """The unit above, from a day on."""

    parent_id: Id


class UnitClose(Dated):
    """The first day without the unit, and which unit takes over what is in it."""

    merge_into_id: Id | None = None


class PostingOut(Schema):
    """A post. ``scope_kind`` empty: as the role type says."""

    id: int
    unit_id: int
    role: str
    is_main: bool
    scope_kind: str
    chosen_unit_ids: list[int]
    starts_on: date
    ends_before: date | None
    reason: str

    @staticmethod
    def resolve_role(row: Any) -> str:
        return str(row.role_type.code)

    @staticmethod
    def resolve_chosen_unit_ids(row: Any) -> list[int]:
        return [chosen.unit_id for chosen in row.chosen_units.all()]


class GradeOut(Schema):
    """A grade in force."""

    grade: str
    starts_on: date
    ends_before: date | None
    reason: str


class PersonOut(Schema):
    """A member of staff."""

    id: int
    code: str
    name: str
    name_en: str
    phone: str
    email: str
    employment_kind: str = Field(description="Code of the word in force today, empty where none is noted.")
    starts_on: date
    ends_before: date | None

    resolve_phone = protect("person.phone", "phone")
    resolve_email = protect("person.email", "email")

    @staticmethod
    def resolve_employment_kind(row: Any) -> str:
        rows = getattr(row, "current_employment", None)
        if rows is None:  # just entered, not read through a list
            return queries.attributes_now([row.pk], codes=True).get(row.pk, {}).get(EMPLOYMENT, "")
        return rows[0].word.code if rows else ""


class PersonPage(Page):
    """A page of people."""

    items: list[PersonOut]


class PersonIn(Schema):
    """A new member of staff; a post is given apart."""

    code: Filled = Field(max_length=40)
    name: Filled = Field(max_length=80)
    name_en: Line = Field("", max_length=80)
    phone: Line = Field("", max_length=40)
    email: Email = Field("", max_length=254)
    employment_kind: Line = Field("", max_length=40, description="Code or name of a word of the list.")
    starts_on: Day


class PersonChange(Schema):
    """Particulars to change; those left out stay."""

    name: Filled | None = Field(None, max_length=80)
    name_en: Line | None = Field(None, max_length=80)
    phone: Line | None = Field(None, max_length=40)
    email: Email | None = Field(None, max_length=254)


class PostingIn(Schema):
    """A new post. ``role_type_id`` as listed under role types."""

    unit_id: Id
    role_type_id: Id
    starts_on: Day
    is_main: bool = True
    scope_kind: ScopeKind = ""
    chosen_unit_ids: list[Id] = Field([], max_length=500)
    reason: Line = Field("", max_length=200)


class TransferIn(Dated):
    """Another unit for a post, from a day on."""

    unit_id: Id


class GradeIn(Dated):
    """A grade from a day on."""

    grade: Filled = Field(max_length=40)


class LogInIn(Schema):
    """A log-in for a person."""

    username: Filled = Field(max_length=150)
    password: Line = Field(max_length=200)


class LogInMade(Schema):
    """The log-in made."""

    username: str


class RoleTypeOut(Schema):
    """A kind of post: what it may do and how far that reaches."""

    id: int
    code: str
    name: str
    duties: str
    profile: str
    scope_kind: str
    rights: list[str]
    sights: dict[str, str]
    serves_customers: bool
    asks_second_factor: bool

    @staticmethod
    def resolve_name(row: Any) -> str:
        return pick(row.name_zh, row.name_en)

    @staticmethod
    def resolve_duties(row: Any) -> str:
        return pick(row.duties_zh, row.duties_en)


Profile = Literal["manager", "supervisor", "executive", "hr", "back_office", "auditor", "administrator"]
Reach = Literal["self", "unit", "unit_and_below", "chosen", "all"]


class RoleTypeChange(Schema):
    """What of a role type changes; what is left out stays.

    ``sights``: code of a protected field → hidden, masked, on_request or open; those not named follow the field's default.
    """

    name_zh: Filled | None = Field(None, max_length=80)
    name_en: Line | None = Field(None, max_length=80)
    duties_zh: Prose | None = None
    duties_en: Prose | None = None
    profile: Profile | None = None
    scope_kind: Reach | None = None
    serves_customers: bool | None = None
    asks_second_factor: bool | None = None
    rights: list[Line] | None = None
    sights: dict[str, str] | None = None


class RoleTypeIn(Schema):
    """A new role type."""

    code: Filled = Field(max_length=40)
    name_zh: Filled = Field(max_length=80)
    name_en: Line = Field("", max_length=80)
    duties_zh: Prose = ""
    duties_en: Prose = ""
    profile: Profile
    scope_kind: Reach
    serves_customers: bool = False
    asks_second_factor: bool = False
    rights: list[Line] = []
    sights: dict[str, str] = {}


class MeOut(Schema):
    """Who asks."""

    name: str
    profile: str
    rights: list[str]
    unit_id: int | None


class ProposedRightsOut(Schema):
    """Rights proposed to a role type."""

    role_id: int
    code: str
    rights: list[str]


class RightsDecisionIn(Schema):
    """Proposed rights of a role type: given, or decided against."""

    role_id: Id
    rights: list[Line] = Field(max_length=200)
    accept: bool


class RightsDecided(Schema):
    """How many were decided about."""

    decided: int


class RightDecisionOut(Schema):
    """A decision on a right proposed to a role type."""

    id: int
    role_type_id: int
    right: str
    accepted: bool
    at: datetime
