"""Writes about what is agreed with a customer and what it uses."""

from datetime import date
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


@transaction.atomic
def end_agreement(*, row: Contract | BusinessLine, on: date, by: Any) -> Contract | BusinessLine:
    """A contract, or business in use, ends: ``on`` is the first day without it.

    Raises:
        RuleBroken: It would end before it starts, or has ended earlier.
    """
    kept = type(row).objects.select_for_update().get(pk=row.pk)
    if kept.ends_before is not None and kept.ends_before < on:
        raise RuleBroken(N_("It ends earlier already."), code="ends_earlier", field="on")
    kept.ends_before = on
    if on <= kept.starts_on:
        raise RuleBroken(N_("The end must lie after the start."), code="ends_later", field="on")
    kept.save(update_fields=["ends_before"])
    return kept


@transaction.atomic
def remove_agreement(*, row: Contract | BusinessLine, by: Any) -> None:
    """Take off what was entered by mistake; the audit keeps that it was there."""
    row.delete()
