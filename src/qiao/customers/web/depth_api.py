"""Contracts, business in use and stages of customers in the API."""

from typing import Annotated, Any, Literal

from ninja import Field, Router, Status

from qiao.customers import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.paging import cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Line

from . import schemas as s
from .visiting import gathered

router = Router()


def _visible(request: Request, customer_id: int) -> Any:
    request.viewer.check("customers.view")
    return access.get_visible(request.viewer, customer_id)


@router.get("/contracts", response=s.ContractPage, summary="Contracts of customers in scope")
def list_contracts(
    request: Request, q: Line = "", state: Literal["", "future", "running", "ending", "ended"] = "",
    within: Annotated[int, Field(ge=0, le=3650)] | None = None, cursor: str | None = None, limit: int = 50,
) -> Any:  # fmt: skip
    viewer, today = request.viewer, clock.today()
    viewer.check("customers.view")
    rows = access.search_contracts(queries.contracts_of(access.visible(viewer), today), q, viewer)
    if state:
        rows = rows.filter(state=state)
    if within is not None:
        rows = queries.ending_within(rows, within, today)
    return cut_page(rows, order="id", cursor=cursor, limit=limit)


@router.get("/{int:customer_id}/contracts", response=list[s.ContractOut], summary="Contracts of a customer")
def contracts_of_customer(request: Request, customer_id: int) -> Any:
    return queries.list_contracts(_visible(request, customer_id).pk)


@router.post("/{int:customer_id}/contracts", response={201: s.ContractOut}, summary="Enter a contract")
def add_contract(request: Request, customer_id: int, body: s.ContractIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    made = actions.put_contract(customer=row, by=request.user, **body.dict())
    return Status(201, _stated(row.pk, made.pk))


@router.put(
    "/{int:customer_id}/contracts/{int:contract_id}", response=s.ContractOut, summary="Change a contract"
)
def change_contract(request: Request, customer_id: int, contract_id: int, body: s.ContractIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    found = queries.get_contract(row.pk, contract_id)
    actions.put_contract(customer=row, contract=found, by=request.user, **body.dict())
    return _stated(row.pk, found.pk)


def _stated(customer_id: int, contract_id: int) -> Any:
    return next(row for row in queries.list_contracts(customer_id) if row.pk == contract_id)


@router.get(
    "/{int:customer_id}/business", response=list[s.BusinessLineOut], summary="What a customer uses and used"
)
def list_business_lines(request: Request, customer_id: int) -> Any:
    return queries.list_business_lines(_visible(request, customer_id).pk)


@router.post(
    "/{int:customer_id}/business",
    response={201: s.BusinessLineOut},
    summary="Enter a product or service in use",
)
def add_business_line(request: Request, customer_id: int, body: s.BusinessLineIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    return Status(201, actions.put_business_line(customer=row, by=request.user, **body.dict()))


@router.put(
    "/{int:customer_id}/business/{int:line_id}",
    response=s.BusinessLineOut,
    summary="Change a product or service in use",
)
def change_business_line(request: Request, customer_id: int, line_id: int, body: s.BusinessLineIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    found = queries.get_business_line(row.pk, line_id)
    return actions.put_business_line(customer=row, line=found, by=request.user, **body.dict())


@router.get("/{int:customer_id}/stages", response=list[s.StageOut], summary="Stages a customer passed")
def list_stages(request: Request, customer_id: int) -> Any:
    return queries.list_stage_changes(_visible(request, customer_id).pk)


@router.post("/{int:customer_id}/stages", response={201: s.StageOut}, summary="Let a customer enter a stage")
def change_stage(request: Request, customer_id: int, body: s.StageIn) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    made = actions.change_stage(
        customer=row, person_id=request.viewer.person_id, by=request.user, **body.dict()
    )
    return Status(201, made)


@router.get(
    "/{int:customer_id}/before-visit", response=s.BeforeVisitOut, summary="What to know before a visit"
)
def before_visit(request: Request, customer_id: int) -> Any:
    found = gathered(_visible(request, customer_id))
    return {
        "open_roles": found["gaps"],
        "contracts": found["contracts"],
        "business": found["lines"],
        "questions": found["questions"],
    }


@router.post(
    "/{int:customer_id}/contracts/{int:contract_id}/end",
    response=s.ContractOut,
    summary="End a contract on a day",
)
def end_contract(request: Request, customer_id: int, contract_id: int, body: s.AgreementEnd) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    found = queries.get_contract(row.pk, contract_id)
    actions.end_agreement(row=found, on=body.on, by=request.user)
    return _stated(row.pk, found.pk)


@router.delete(
    "/{int:customer_id}/contracts/{int:contract_id}",
    response={204: None},
    summary="Remove a contract entered by mistake",
)
def remove_contract(request: Request, customer_id: int, contract_id: int) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    actions.remove_agreement(row=queries.get_contract(row.pk, contract_id), by=request.user)
    return Status(204, None)


@router.post(
    "/{int:customer_id}/business/{int:line_id}/end",
    response=s.BusinessLineOut,
    summary="End business in use on a day",
)
def end_business_line(request: Request, customer_id: int, line_id: int, body: s.AgreementEnd) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    return actions.end_agreement(row=queries.get_business_line(row.pk, line_id), on=body.on, by=request.user)


@router.delete(
    "/{int:customer_id}/business/{int:line_id}",
    response={204: None},
    summary="Remove business entered by mistake",
)
def remove_business_line(request: Request, customer_id: int, line_id: int) -> Any:
    row = access.get_changeable(request.viewer, customer_id)
    actions.remove_agreement(row=queries.get_business_line(row.pk, line_id), by=request.user)
    return Status(204, None)
