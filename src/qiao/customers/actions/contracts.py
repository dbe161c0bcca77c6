"""Writes about what is agreed with a customer and what it uses."""

from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, RuleBroken

from ..models import BusinessLine, Contract, Customer


@transaction.atomic
def put_contract(*, customer: Customer, by: Any, contract: Contract | None = None, **values: Any) -> Contract:
    """Enter or change a contract.

    Raises:
        RuleBroken: It would end before it starts, or the customer has another contract of this number.
    """
    # Two of one number entered at once wait for each other here.
    Customer.objects.select_for_update().get(pk=customer.pk)
    row = contract or Contract(customer=customer)
    for name, value in values.items():
        setattr(row, name, value)
    _check_days(row)
    if Contract.objects.filter(customer=customer, number=row.number).exclude(pk=row.pk).exists():
        raise RuleBroken(
            N_("The customer has another contract of this number."), code="contract_number", field="number"
        )
    row.save()
    return row


@transaction.atomic
def put_business_line(
    *, customer: Customer, by: Any, line: BusinessLine | None = None, **values: Any
) -> BusinessLine:
    """Enter or change a product or service in use.

    Raises:
        RuleBroken: It would end before it starts.
    """
    row = line or BusinessLine(customer=customer)
    for name, value in values.items():
        setattr(row, name, value)
    _check_days(row)
    row.save()
    return row


def _check_days(row: Contract | BusinessLine) -> None:
    if row.ends_before is not None and row.ends_before <= row.starts_on:
        raise RuleBroken(N_("The end must lie after the start."), code="ends_later", field="ends_before")
