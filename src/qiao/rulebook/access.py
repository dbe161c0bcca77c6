"""Who may read, draft and approve articles. Policy binds everybody, so reading has no data scope."""

from qiao.kernel.errors import N_, RuleBroken
from qiao.org.access import Viewer

from .core.states import DRAFT
from .models import Version


def check_view(viewer: Viewer) -> None:
    """Refuse who may not read the rulebook."""
    viewer.check("rulebook.view")


def check_draft(viewer: Viewer) -> None:
    """Refuse who may not draft."""
    viewer.check("rulebook.draft")


def check_approve(viewer: Viewer, row: Version) -> None:
    """Refuse who may not approve this version.

    Raises:
        NotAllowed: The right is missing.
        RuleBroken: He drafted it himself, or it is no draft.
    """
    viewer.check("rulebook.approve")
    check_second_person(viewer.user_id, row)


def check_second_person(user_id: int | None, row: Version) -> None:
    """Refuse the author, and whatever is no draft.

    Raises:
        RuleBroken: Who drafted cannot approve; only drafts are approved.
    """
    if row.state != DRAFT:
        raise RuleBroken(N_("This version is approved already."), code="not_a_draft")
    if user_id is None or row.drafted_by_id == user_id:
        raise RuleBroken(
            N_("Who drafted an article cannot approve it; a second person does."), code="second_person"
        )


def can_approve(viewer: Viewer, row: Version) -> bool:
    """Whether :func:`check_approve` would let him."""
    return viewer.can("rulebook.approve") and row.state == DRAFT and row.drafted_by_id != viewer.user_id
