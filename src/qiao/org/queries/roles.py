"""Reads of role types: who holds which."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from qiao.kernel.errors import NotFound
from qiao.runtime import clock
from qiao.runtime.contributions import Right, list_registered
from qiao.runtime.spans import in_force

from ..core.shipped import Proposed, propose_rights
from ..models import Posting, RightDecision, RoleType


def count_holders() -> dict[int, int]:
    """How many people hold each role type today, by id."""
    today = clock.today()
    rows = Posting.objects.filter(in_force(today), in_force(today, "person__")).order_by()
    return dict(rows.values_list("role_type_id").annotate(people=Count("person_id", distinct=True)))


def is_held_everywhere(right: str, on: date) -> bool:
    """Whether somebody in service with a log-in holds a right that reaches the whole enterprise."""
    return _held_everywhere(right, on).exists()


def _held_everywhere(right: str, on: date) -> QuerySet[Posting]:
    posts = Posting.objects.filter(
        in_force(on),
        in_force(on, "person__"),
        person__user__is_active=True,
        role_type__rights__contains=right,
    )
    return posts.filter(Q(scope_kind="all") | Q(scope_kind="", role_type__scope_kind="all"))


def proposed_rights() -> list[Proposed]:
    """Rights this version's role types start with and the enterprise's lack, but for those decided about."""
    decided = set(RightDecision.objects.values_list("role_type_id", "right"))
    roles = RoleType.objects.order_by("name_zh", "id").values_list("id", "code", "rights")
    return propose_rights(roles, decided, {right.code for right in list_registered(Right)})


def list_right_decisions() -> QuerySet[RightDecision]:
    """Decisions on proposed rights, newest first."""
    return RightDecision.objects.select_related("role_type", "by").order_by("-at", "-id")


def get_right_decision(pk: int) -> RightDecision:
    """One. Raises NotFound."""
    row = RightDecision.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def users_with_right_everywhere(right: str, on: date) -> list[int]:
    """Log-ins of people in service who hold a right that reaches the whole enterprise."""
    rows = _held_everywhere(right, on).values_list("person__user_id", flat=True)
    return sorted(set(rows))
