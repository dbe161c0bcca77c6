"""Who sees figures and lines, who imports and closes."""

from typing import Any

from qiao.customers import access as customers
from qiao.customers import queries as customer_reads
from qiao.kernel.errors import NotFound
from qiao.ledger import queries
from qiao.ledger.core.analysis import Analysis
from qiao.ledger.models import SavedAnalysis
from qiao.ledger.queries.pivoting import Reach
from qiao.org import queries as org
from qiao.org.access import Viewer

VIEW, IMPORT, CLOSE, EXPORT = "ledger.view", "ledger.import", "ledger.close", "ledger.export"
SHARE = "lists.share"


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


def analysis_reach(viewer: Viewer, asked: Analysis) -> Reach:
    """The rows a person may see in analysis: his units' months, his own figures, and the customers he serves today.

    Where managers are told apart, also the figures of those of his units, which need not lie in his units' months.

    Raises:
        NotAllowed: He may not see figures.
    """
    viewer.check(VIEW)
    scope = viewer.scope(VIEW)
    if scope.everything:
        return Reach(everything=True)
    people = {viewer.person_id} if viewer.person_id else set()
    if scope.unit_ids and "manager" in asked.dimensions:
        people |= set(org.list_people(unit_ids=scope.unit_ids).values_list("pk", flat=True))
    served: list[int] = []
    if scope.person_id is not None:
        served = customer_reads.list_served_ids(visible_customers(viewer), scope.person_id)
    return Reach(False, frozenset(scope.unit_ids), frozenset(people), frozenset(served))


def check_export(viewer: Viewer) -> None:
    """Refuse who may not take figures away as a file.

    Raises:
        NotAllowed: Names the right.
    """
    viewer.check(VIEW)
    viewer.check(EXPORT)


def get_saved(viewer: Viewer, saved_id: int) -> SavedAnalysis:
    """A saved analysis of his own, or a shared one.

    Raises:
        NotAllowed: He may not see figures.
        NotFound: There is none, or it is somebody else's.
    """
    viewer.check(VIEW)
    row = queries.list_saved_for(viewer.user_id).filter(pk=saved_id).first()
    if row is None:
        raise NotFound
    return row


def get_own(viewer: Viewer, saved_id: int) -> SavedAnalysis:
    """A saved analysis of his own, to change or remove.

    Raises:
        NotFound: There is none, or it is not his.
    """
    row = get_saved(viewer, saved_id)
    if row.owner_id != viewer.user_id:
        raise NotFound
    return row
