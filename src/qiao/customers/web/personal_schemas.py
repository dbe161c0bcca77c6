"""What the API of personal data takes and gives."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from qiao.runtime.paging import Page
from qiao.runtime.typed import Day, Filled, Line

from .duplicates_schemas import ReasonIn

__all__ = ["AllKept", "ConsentIn", "ConsentOut", "PersonalIn", "PersonalOut", "ReadPage", "ReasonIn"]

PersonalFieldName = Literal["occupation", "native_place"]


class ConsentIn(Schema):
    """A person's consent that a field is kept of him."""

    field: PersonalFieldName
    given_on: Day
    means: Filled = Field(max_length=200)


class ConsentOut(Schema):
    """A consent; ``withdrawn_on`` null while it stands."""

    id: int
    field: str
    given_on: date
    means: str
    withdrawn_on: date | None


class PersonalIn(Schema):
    """What is kept of a person under his consent."""

    occupation: Line = Field("", max_length=80)
    native_place: Line = Field("", max_length=80)


class PersonalOut(Schema):
    """What is kept of a person under his consent, and the consents."""

    occupation: str
    native_place: str
    consents: list[ConsentOut]


class KeptNote(Schema):
    """A note on a person."""

    on: date
    text: str


class KeptConsent(Schema):
    """A consent, in the file for the person."""

    field: str
    given_on: date
    means: str
    withdrawn_on: date | None


class AllKept(Schema):
    """All that is kept of a person."""

    customer: str
    name: str
    role: str
    title: str
    phone: str
    email: str
    note: str
    occupation: str
    native_place: str
    notes: list[KeptNote]
    consents: list[KeptConsent]


class ReadOut(Schema):
    """A read of personal data: page, api or export."""

    id: int
    at: datetime
    user: str
    customer_id: int
    contact_id: int
    fields: list[str]
    how: str

    @staticmethod
    def resolve_user(row: Any) -> Any:
        return row.user.username


class ReadPage(Page):
    """A page of reads."""

    items: list[ReadOut]
