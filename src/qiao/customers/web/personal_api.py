"""Personal data of contacts in the API."""

from typing import Any

from ninja import Router, Status

from qiao.customers import access, actions, policy, queries
from qiao.runtime import clock
from qiao.runtime.paging import cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id

from . import personal_schemas as s

router = Router()
OF = "/{int:customer_id}/contacts/{int:contact_id}/personal"


@router.get(OF, response=s.PersonalOut, summary="What is kept of a person under his consent; noted as a read")
def get_personal(request: Request, customer_id: Id, contact_id: Id) -> Any:
    _customer, contact = access.get_personal(request.viewer, customer_id, contact_id)
    actions.note_read(contact=contact, user=request.user, how="api")
    return {
        "occupation": contact.occupation,
        "native_place": contact.native_place,
        "consents": queries.list_consents(contact.pk),
    }


@router.put(OF, response={204: None}, summary="Keep personal data of a person who agreed")
def put_personal(request: Request, customer_id: Id, contact_id: Id, body: s.PersonalIn) -> Any:
    _customer, contact = access.get_personal(request.viewer, customer_id, contact_id)
    article = policy.personal_policy(clock.today())
    actions.put_personal(contact=contact, values=body.dict(), policy=article, by=request.user)
    return Status(204, None)


@router.post(f"{OF}/consents", response={201: s.ConsentOut}, summary="Note a person's consent")
def add_consent(request: Request, customer_id: Id, contact_id: Id, body: s.ConsentIn) -> Any:
    _customer, contact = access.get_personal(request.viewer, customer_id, contact_id)
    made = actions.note_consent(
        contact=contact, person_id=request.viewer.person_id, by=request.user, **body.dict()
    )
    return Status(201, made)


@router.post(
    f"{OF}/consents/{{int:consent_id}}/withdraw",
    response=s.ConsentOut,
    summary="A person withdraws a consent",
)
def withdraw(request: Request, customer_id: Id, contact_id: Id, consent_id: Id) -> Any:
    _customer, contact = access.get_personal(request.viewer, customer_id, contact_id)
    return actions.withdraw_consent(consent=queries.get_consent(contact.pk, consent_id), by=request.user)


@router.post(f"{OF}/all", response=s.AllKept, summary="All that is kept of a person; noted as a read")
def take_out(request: Request, customer_id: Id, contact_id: Id) -> Any:
    _customer, contact = access.get_personal(request.viewer, customer_id, contact_id)
    actions.note_read(contact=contact, user=request.user, how="export")
    return queries.all_kept_of(contact)


@router.post(f"{OF}/erase", response={204: None}, summary="Erase a person")
def erase(request: Request, customer_id: Id, contact_id: Id, body: s.ReasonIn) -> Any:
    _customer, contact = access.get_personal(request.viewer, customer_id, contact_id)
    actions.erase_contact(contact=contact, reason=body.reason, by=request.user)
    return Status(204, None)


@router.get(
    "/personal-reads", response=s.ReadPage, summary="Who read personal data, oldest first; for auditors"
)
def list_reads(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    return cut_page(access.personal_reads(request.viewer), order="id", cursor=cursor, limit=limit)
