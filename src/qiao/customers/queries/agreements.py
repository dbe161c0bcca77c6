"""Reads of contracts, business in use and stages."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DurationField, ExpressionWrapper, F, Q, QuerySet, Value, When

from qiao.kernel.errors import NotFound
from qiao.runtime import clock
from qiao.runtime.protection import Sight
from qiao.runtime.protection.searching import search_as_seen

from ..models import BusinessLine, Contract, Customer, StageChange


def list_contracts(customer_id: int) -> Sequence[Contract]:
    """Contracts of a customer with their state today, newest first."""
    rows = with_state(Contract.objects.filter(customer_id=customer_id), clock.today())
    return list(rows.order_by("-starts_on", "-id"))


def get_contract(customer_id: int, contract_id: int) -> Contract:
    """One contract of a customer. Raises NotFound."""
    found = Contract.objects.filter(customer_id=customer_id, pk=contract_id).first()
    if found is None:
        raise NotFound
    return found


def contracts_by_id(customers: QuerySet[Customer], ids: Iterable[int]) -> list[Any]:
    """Contracts of a scoped set of customers with their state today, by id."""
    rows = contracts_of(customers, clock.today()).filter(pk__in=list(ids))
    return list(rows.select_related("customer"))


def customer_of_contract(contract_id: int) -> int | None:
    """Whose contract it is."""
    return Contract.objects.filter(pk=contract_id).values_list("customer_id", flat=True).first()


def list_business_lines(customer_id: int) -> Sequence[BusinessLine]:
    """What a customer uses and used, newest first."""
    return list(BusinessLine.objects.filter(customer_id=customer_id).order_by("-starts_on", "-id"))


def get_business_line(customer_id: int, line_id: int) -> BusinessLine:
    """One product or service in use. Raises NotFound."""
    found = BusinessLine.objects.filter(customer_id=customer_id, pk=line_id).first()
    if found is None:
        raise NotFound
    return found


def contracts_of(customers: QuerySet[Customer], on: date) -> QuerySet[Any]:
    """Contracts of a scoped set of customers with their ``state`` on a day."""
    return with_state(Contract.objects.filter(customer__in=customers.order_by().values("pk")), on)


def with_state(contracts: QuerySet[Contract], on: date) -> QuerySet[Any]:
    """The contracts with ``state``, as :func:`core.contract.state_of` decides them."""
    left = ExpressionWrapper(F("ends_before") - Value(on), output_field=DurationField())
    notice = ExpressionWrapper(F("notice_days") * Value(timedelta(days=1)), output_field=DurationField())
    return contracts.annotate(left=left, notice=notice).annotate(
        state=Case(
            When(ends_before__lte=on, then=Value("ended")),
            When(starts_on__gt=on, then=Value("future")),
            When(left__lte=F("notice"), then=Value("ending")),
            default=Value("running"),
        )
    )


def ending_within(contracts: QuerySet[Contract], days: int, on: date) -> QuerySet[Any]:
    """Contracts not over on a day that end within so many days."""
    return contracts.filter(ends_before__gt=on, ends_before__lte=on + timedelta(days=days))


def search_contracts(contracts: QuerySet[Any], text: str, phones: Sight) -> QuerySet[Any]:
    """Contracts whose number, title or customer holds the text. ``phones``: how far the searcher reads them."""
    if not text.strip():
        return contracts
    return contracts.filter(
        Q(number__icontains=text.strip())
        | Q(title__icontains=text.strip())
        | Q(customer__in=search_as_seen(Customer.objects.all(), text, phones).values("pk"))
    )


def list_stage_changes(customer_id: int) -> Sequence[StageChange]:
    """Stages a customer entered, newest first."""
    rows = StageChange.objects.filter(customer_id=customer_id).select_related("person")
    return list(rows.order_by("-on", "-id"))


def entered_stage_on(customer: Customer) -> date | None:
    """The day a customer entered the stage of its file; None when it is not noted."""
    last = StageChange.objects.filter(customer=customer).order_by("-on", "-id").first()
    return last.on if last and last.stage == customer.stage else None
