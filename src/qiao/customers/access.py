"""Which customers a person may see or change."""

from typing import Any

from django.db.models import QuerySet

from qiao.kernel.errors import NotAllowed, NotFound
from qiao.org.access import Viewer

from . import queries


def visible(viewer: Viewer, right: str = "customers.view") -> QuerySet[Any]:
    """Customers a person may see under a right: today's home unit and today's assignment decide."""
    return queries.all_customers().filter(viewer.scope(right).as_q())


def get_visible(viewer: Viewer, customer_id: int, right: str = "customers.view") -> Any:
    """One customer in scope.

    Raises:
        NotFound: There is none, or it is out of scope: the two look the same.
    """
    customer = queries.find_customer(visible(viewer, right), customer_id)
    if customer is None:
        raise NotFound
    return customer


def get_changeable(viewer: Viewer, customer_id: int, right: str = "customers.edit") -> Any:
    """One customer the person may change.

    Raises:
        NotFound: It is out of sight.
        NotAllowed: It is in sight, but the right is not held or does not reach it.
    """
    customer = get_visible(viewer, customer_id)
    if not can_change(viewer, customer, right):
        raise NotAllowed(right)
    return customer


def can_change(viewer: Viewer, customer: Any, right: str = "customers.edit") -> bool:
    """Whether the right reaches this customer."""
    return viewer.scope(right).allows(
        unit_id=customer.home_unit_id, person_ids=(customer.primary_id, customer.deputy_id)
    )
