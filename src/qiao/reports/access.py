"""Whose figures a viewer gets first."""

from typing import Any

from qiao.kernel.errors import NotAllowed, NotFound
from qiao.ledger import access as ledger
from qiao.org import queries as org
from qiao.org.access import Viewer, check_everything
from qiao.work import access as work

from .queries import boards, bulletins

BOARDS = "boards.edit"
STAFFING = "staffing.view"
PAY = "staffing.pay"


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


def staffing_reach(viewer: Viewer) -> frozenset[int] | None:
    """Units whose staffing a viewer may see; None for all of them.

    Raises:
        NotAllowed: The right is missing, or reaches no unit.
    """
    viewer.check(STAFFING)
    scope = viewer.scope(STAFFING)
    if scope.everything:
        return None
    if not scope.unit_ids:
        raise NotAllowed(STAFFING)
    return scope.unit_ids


def check_staffing_of(viewer: Viewer, unit_id: int) -> None:
    """Refuse a unit out of reach, as if it were not there.

    Raises:
        NotAllowed: The right is missing.
        NotFound: Out of reach.
    """
    reach = staffing_reach(viewer)
    if reach is not None and unit_id not in reach:
        raise NotFound


def check_pay(viewer: Viewer) -> None:
    """Refuse comparisons of pay to who does not reach the whole enterprise with the right of its own.

    Raises:
        NotAllowed: Names the right.
    """
    check_everything(viewer, PAY)


def visible_boards(viewer: Viewer) -> Any:
    """Boards of the viewer's role profile; all of them for who arranges boards.

    Raises:
        NotAllowed: He may not see figures.
    """
    viewer.check(ledger.VIEW)
    return boards.list_boards() if viewer.can(BOARDS) else boards.boards_for(viewer.profile)


def get_board(viewer: Viewer, board_id: int) -> Any:
    """A board for the viewer.

    Raises:
        NotAllowed: He may not see figures.
        NotFound: It is for other roles, or not there.
    """
    board = visible_boards(viewer).filter(pk=board_id).first()
    if board is None:
        raise NotFound
    return board


def get_card(viewer: Viewer, board_id: int, card_id: int) -> Any:
    """A card of a board for the viewer. Raises NotAllowed, NotFound."""
    card = boards.find_card(get_board(viewer, board_id), card_id)
    if card is None:
        raise NotFound
    return card


def check_boards(viewer: Viewer) -> None:
    """Refuse who may not arrange boards. Raises NotAllowed."""
    viewer.check(ledger.VIEW)
    viewer.check(BOARDS)


def draft_units(viewer: Viewer) -> frozenset[int]:
    """Units whose drafts and plans of bulletins a viewer keeps: those he may announce in and see figures of."""
    if not (viewer.can(work.ANNOUNCE) and viewer.can(ledger.VIEW)):
        return frozenset()
    return frozenset(work.units_to_announce(viewer))


def visible_bulletins(viewer: Viewer) -> Any:
    """Published ones the viewer's notices carry, and the drafts he keeps."""
    return bulletins.list_bulletins(work.visible_notices(viewer), draft_units(viewer))


def get_bulletin(viewer: Viewer, bulletin_id: int) -> Any:
    """A bulletin for the viewer. Raises NotFound."""
    row = visible_bulletins(viewer).filter(pk=bulletin_id).first()
    if row is None:
        raise NotFound
    return row


def get_draft(viewer: Viewer, bulletin_id: int) -> Any:
    """A bulletin the viewer may write over and publish while it is a draft.

    Raises:
        NotAllowed: He may not publish.
        NotFound: It is elsewhere.
    """
    check_bulletins(viewer)
    row = get_bulletin(viewer, bulletin_id)
    if row.unit_id not in draft_units(viewer):
        raise NotFound
    return row


def check_bulletins(viewer: Viewer) -> None:
    """Refuse who may not prepare bulletins. Raises NotAllowed."""
    viewer.check(work.ANNOUNCE)
    viewer.check(ledger.VIEW)


def visible_plans(viewer: Viewer) -> Any:
    """Plans of bulletins the viewer keeps."""
    return bulletins.list_plans(draft_units(viewer))


def get_plan(viewer: Viewer, plan_id: int) -> Any:
    """A plan for a unit the viewer may announce in. Raises NotAllowed, NotFound."""
    check_bulletins(viewer)
    row = visible_plans(viewer).filter(pk=plan_id).first()
    if row is None:
        raise NotFound
    return row
