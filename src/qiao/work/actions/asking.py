"""Asking for a right one lacks: whoever may grant it so far decides, any one of them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from qiao.kernel.errors import N_, RuleBroken
from qiao.org import access as org_access
from qiao.org import actions as org_actions
from qiao.org import queries as org
from qiao.org.core.sight import OF_A_UNIT
from qiao.runtime.contributions import ApprovalKind, Right, find_registered
from qiao.runtime.i18n import say

from ..core.route import ANY, Stage
from ..models import Approval
from .approvals import ask

KIND = "access"


@transaction.atomic
def ask_for_access(
    *, viewer: Any, right: str, scope_kind: str, ends_before: date, reason: str, by: Any, page: str = ""
) -> Approval:
    """Ask whoever may grant a right for it, for a time.

    Args:
        viewer: Who asks; a reach that starts at a unit starts at that of his main post.
        right: Code of the right.
        scope_kind: self, unit, unit_and_below or all.
        ends_before: First day it would be gone again.
        reason: What it is needed for.
        by: The log-in.
        page: Address of the page that refused him.

    Raises:
        RuleBroken: The right is unknown, the days are none, or nobody may grant it so far.
        NotAllowed: Nobody in service is at the keyboard.
    """
    scope = org_access.scope_asked(viewer, scope_kind)
    unit = org.get_unit(viewer.unit_id) if scope_kind in OF_A_UNIT and viewer.unit_id else None
    row = org_actions.ask_for_access(
        person=org.get_person(viewer.person_id, org.list_people()), right=right, scope_kind=scope_kind, unit=unit,
        ends_before=ends_before, reason=reason, page=page, by=by,
    )  # fmt: skip
    granters = org_access.list_granters(viewer, right, scope)
    if not granters:
        raise RuleBroken(
            N_("Nobody in service may grant this right so far; an administrator changes role types."),
            code="nobody_grants", field="scope_kind",
        )  # fmt: skip
    known = find_registered(Right, right)
    label = say(known.label) if known else right
    return ask(
        kind=KIND, subject_id=row.pk, title=say(N_("Access: %(right)s"), {"right": label}),
        author_id=viewer.person_id, route=[Stage(say(N_("Who may grant it")), ANY, tuple(granters))], by=by, text=reason,
    )  # fmt: skip


def _agreed(*, subject_id: int, by: Any) -> None:
    org_actions.grant_asked(request_id=subject_id, by=by)


ACCESS = ApprovalKind(
    KIND,
    N_("Access"),
    lambda pk: reverse("work:access_request", args=[pk]),
    on_agreed=_agreed,
)
