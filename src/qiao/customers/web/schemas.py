"""What the API of customers takes and gives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from qiao.runtime.paging import Page
from qiao.runtime.protection import protect
from qiao.runtime.typed import Day, Email, Filled, Id, Line, Prose

Stage = Literal[
    "lead", "development", "filing", "credit", "service", "warning", "retention", "won_back", "lost"
]
ContactRole = Literal["", "liaison", "communications", "finance", "leader"]
DecisionRole = Literal["", "initiator", "user", "influencer", "gatekeeper", "decider", "approver"]
Score = Annotated[int, Field(ge=1, le=5)]
Attitude = Annotated[int, Field(ge=-2, le=2)]
Role = Literal["primary", "deputy"]
MOST_PICKED = 5000


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
    activity: str = ""
    revenue_12_yuan: Decimal | None = None

    @staticmethod
    def resolve_tier(row: Any) -> str:
        return row.current.tier if hasattr(row, "current") else ""

    @staticmethod
    def resolve_activity(row: Any) -> str:
        return row.current.activity if hasattr(row, "current") else ""

    @staticmethod
    def resolve_revenue_12_yuan(row: Any) -> Decimal | None:
        return row.current.revenue_12_yuan if hasattr(row, "current") else None


class CustomerPage(Page):
    """A page of customers."""

    items: list[CustomerOut]


class CustomerFile(CustomerOut):
    """A customer's file."""

    phone: str
    tax_number: str
    traits: list[str]
    ends_before: date | None

    resolve_phone = protect("customer.phone", "phone")
    resolve_tax_number = protect("customer.tax_number", "tax_number")


class FileIn(Schema):
    """Fields every file has."""

    short_name: Line = Field("", max_length=80)
    kind: Line = Field("", max_length=40)
    segment: Line = Field("", max_length=60)
    industry: Line = Field("", max_length=60)
    stage: Stage = "service"
    phone: Line = Field("", max_length=40)
    tax_number: Line = Field("", max_length=40)


class CustomerIn(FileIn):
    """A new customer. ``anyway``: why it is another customer although some look like it."""

    address: Line = Field("", max_length=300)
    anyway: Line = Field("", max_length=200)
    code: Filled = Field(max_length=60)
    name: Filled = Field(max_length=200)
    home_unit_id: Id
    starts_on: Day


class FileChange(Schema):
    """Fields of a file to change; those left out stay. ``anyway``: as for a new one."""

    anyway: Line = Field("", max_length=200)

    name: Filled | None = Field(None, max_length=200)
    short_name: Line | None = Field(None, max_length=80)
    kind: Line | None = Field(None, max_length=40)
    segment: Line | None = Field(None, max_length=60)
    industry: Line | None = Field(None, max_length=60)
    phone: Line | None = Field(None, max_length=40)
    tax_number: Line | None = Field(None, max_length=40)


class Picked(Schema):
    """Customers to change, on a day, with a reason: all change or none."""

    customer_ids: list[Id] = Field(min_length=1, max_length=MOST_PICKED)
    on: Day
    reason: Filled = Field(max_length=200)


class AssignIn(Picked):
    """A change of who serves; ``person_id`` null ends the present assignment."""

    role: Role
    person_id: Id | None


class HomeMove(Picked):
    """Another home unit."""

    unit_id: Id


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


class HomeUnitOut(Schema):
    """Which unit a customer belongs or belonged to."""

    unit_id: int
    starts_on: date
    ends_before: date | None
    reason: str


class ContactIn(Schema):
    """A person at the customer."""

    name: Filled = Field(max_length=80)
    role: ContactRole = ""
    title: Line = Field("", max_length=80)
    phone: Line = Field("", max_length=40)
    email: Email = Field("", max_length=254)
    note: Line = Field("", max_length=300)
    decision_role: DecisionRole = ""
    influence: Score | None = None
    attitude: Attitude | None = None
    strength: Score | None = None
    reports_to_id: Id | None = None


class ContactOut(Schema):
    """A person at the customer."""

    id: int
    name: str
    role: str
    title: str
    phone: str
    email: str
    note: str
    decision_role: str
    influence: int | None
    attitude: int | None
    strength: int | None
    reports_to_id: int | None

    resolve_phone = protect("contact.phone", "phone")
    resolve_email = protect("contact.email", "email")


class ContactNoteIn(Schema):
    """Something learnt of a person, on a day."""

    on: Day
    text: Prose = Field(min_length=1, max_length=2000)


class ContactNoteOut(Schema):
    """A note on a person at the customer."""

    id: int
    on: date
    text: str
    person_id: int | None


class SiteIn(Schema):
    """A place. Coordinates in the datum they were read in; WGS-84 is stored."""

    name: Line = Field("", max_length=120)
    address: Line = Field("", max_length=300)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    datum: Literal["WGS-84", "GCJ-02", "BD-09"] = "WGS-84"


class SiteOut(Schema):
    """A place of the customer, in WGS-84."""

    id: int
    name: str
    address: str
    lat: float | None
    lon: float | None
    source_datum: str
    is_main: bool


class PointOut(Schema):
    """A main site for a map, in WGS-84."""

    id: int
    name: str
    lat: float
    lon: float
    tier: str


class EntryOut(Schema):
    """A line of a customer's time line."""

    at: datetime
    title: str
    text: str
    source: str


class ContractIn(Schema):
    """A contract with a customer."""

    number: Filled = Field(max_length=60)
    title: Filled = Field(max_length=200)
    kind: Line = Field("", max_length=60)
    amount_yuan: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=2)
    starts_on: Day
    ends_before: Day | None = None
    notice_days: int = Field(60, ge=0, le=3650)
    terms: Prose = Field("", max_length=10_000)


class ContractOut(Schema):
    """A contract as of today; ``state`` is future, running, ending or ended."""

    id: int
    customer_id: int
    number: str
    title: str
    kind: str
    amount_yuan: Decimal | None
    starts_on: date
    ends_before: date | None
    notice_days: int
    terms: str
    state: str


class ContractPage(Page):
    """A page of contracts."""

    items: list[ContractOut]


class AgreementEnd(Schema):
    """The first day without it."""

    on: Day


class BusinessLineIn(Schema):
    """A product or service in use."""

    product: Filled = Field(max_length=120)
    number: Line = Field("", max_length=80)
    monthly_yuan: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=2)
    starts_on: Day
    ends_before: Day | None = None


class BusinessLineOut(Schema):
    """A product or service a customer uses or used."""

    id: int
    product: str
    number: str
    monthly_yuan: Decimal | None
    starts_on: date
    ends_before: date | None


class StageIn(Schema):
    """A stage a customer enters, on a day, with a reason."""

    stage: Stage
    on: Day
    reason: Filled = Field(max_length=200)


class StageOut(Schema):
    """A stage a customer entered."""

    stage: str
    on: date
    reason: str
    person_id: int | None


class PoolOut(Schema):
    """A customer of the public pool; ``served_until``: since when it has no account manager."""

    id: int
    code: str
    name: str
    segment: str
    home_unit_id: int | None
    served_until: date | None


class PoolPage(Page):
    """A page of the public pool."""

    items: list[PoolOut]


class ClaimOut(Schema):
    """A claim."""

    id: int
    customer_id: int
    person_id: int
    on: date


class BeforeVisitOut(Schema):
    """What to know and ask before a visit: open contact roles, contracts in force, business in use, questions."""

    open_roles: list[str]
    contracts: list[ContractOut]
    business: list[BusinessLineOut]
    questions: list[str]
