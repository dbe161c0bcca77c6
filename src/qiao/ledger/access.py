"""Who sees figures and lines, who imports and closes."""

from typing import Any

from qiao.customers import access as customers
from qiao.customers import queries as customer_reads
from qiao.kernel.errors import NotFound
from qiao.org import queries as org
from qiao.org.access import Viewer

VIEW, IMPORT, CLOSE = "ledger.view", "ledger.import", "ledger.close"


def check_holder(viewer: Viewer, kind: str, holder_id: int) -> None:
    """Refuse figures of somebody out of reach: a person sees his own and those of the units he reaches.

    Raises:
        NotFound: There is no such holder, or it is out of scope: the two look the same.
    """
    if not can_see_holder(viewer, kind, holder_id):
        raise NotFound


def can_see_holder(viewer: Viewer, kind: str, holder_id: int) -> bool:
    """Whether figures of a manager or unit are in reach."""
    scope = viewer.scope(VIEW)
    if scope.everything:
        return True
    if kind == "unit":
        return holder_id in scope.unit_ids
    if viewer.person_id == holder_id and viewer.can(VIEW):
        return True
    return bool(scope.unit_ids) and org.list_people(unit_ids=scope.unit_ids).filter(pk=holder_id).exists()


def get_customer(viewer: Viewer, customer_id: int) -> Any:
    """A customer whose ledger the person may see.

    Raises:
        NotFound: There is none, or it is out of scope.
    """
    viewer.check(VIEW)
    return customers.get_visible(viewer, customer_id, VIEW)


def visible_customers(viewer: Viewer) -> Any:
    """Customers whose lines the person may see today."""
    return customers.visible(viewer, VIEW)


def scope_rows(viewer: Viewer) -> Any:
    """What a lake predicate needs of the customers in reach."""
    return customer_reads.list_scope_rows(visible_customers(viewer))
