"""Which customers a person may see or change."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from qiao.kernel.errors import NotAllowed, NotFound
from qiao.org.access import Viewer
from qiao.work.access import get_notice

from . import queries
from .models import Customer


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


def followed(viewer: Viewer) -> QuerySet[Customer]:
    """Customers whose notices the viewer follows: a manager those he serves, others all in reach."""
    viewer.check("customers.view")
    rows = visible(viewer)
    return queries.served_by(rows, viewer.person_id) if viewer.profile == "manager" else rows


def notice_customers(viewer: Viewer, notice_id: int) -> QuerySet[Customer]:
    """Customers a notice for customers concerns, in the viewer's reach. Raises NotFound."""
    if not get_notice(viewer, notice_id).for_customers:
        raise NotFound
    return followed(viewer)


def check_all_among(rows: QuerySet[Customer], ids: Iterable[int]) -> None:
    """Refuse when one of the customers is not among these. Raises NotFound."""
    wanted = set(ids)
    if not wanted or rows.filter(pk__in=wanted).count() != len(wanted):
        raise NotFound


def list_parts(viewer: Viewer, person_id: int, on: date) -> list[tuple[str, str]]:
    """Customers of a person who leaves that the viewer may give to whom he chooses: key and name."""
    rows = queries.served_on(visible(viewer, "assignments.change"), person_id, on).order_by("code")
    return [(f"customer:{pk}", f"{code} {name}") for pk, code, name in rows.values_list("pk", "code", "name")]
