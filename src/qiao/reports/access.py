"""Whose figures a viewer gets first."""

from qiao.kernel.errors import NotFound
from qiao.ledger import access as ledger
from qiao.org import queries as org
from qiao.org.access import Viewer


def find_holder(viewer: Viewer) -> tuple[str, int]:
    """The holder of a viewer's own figures: the top unit, his unit or himself, by the reach of his right.

    Raises:
        NotAllowed: He may not see figures.
        NotFound: Nothing is in his reach.
    """
    viewer.check(ledger.VIEW)
    scope = viewer.scope(ledger.VIEW)
    if scope.everything and (roots := org.get_tree().roots):
        holder = ("unit", roots[0])
    elif viewer.unit_id is not None and viewer.unit_id in scope.unit_ids:
        holder = ("unit", viewer.unit_id)
    else:
        holder = ("person", viewer.person_id or 0)
    ledger.check_holder(viewer, *holder)
    return holder


def find_unit(viewer: Viewer) -> int:
    """The unit whose parts a viewer compares.

    Raises:
        NotAllowed: He may not see figures.
        NotFound: He leads no unit.
    """
    kind, holder_id = find_holder(viewer)
    if kind != "unit":
        raise NotFound
    return holder_id
