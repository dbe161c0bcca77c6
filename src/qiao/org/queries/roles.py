"""Reads of role types: who holds which."""

from datetime import date

from django.db.models import Count, Q

from qiao.runtime import clock
from qiao.runtime.spans import in_force

from ..models import Posting


def count_holders() -> dict[int, int]:
    """How many people hold each role type today, by id."""
    today = clock.today()
    rows = Posting.objects.filter(in_force(today), in_force(today, "person__")).order_by()
    return dict(rows.values_list("role_type_id").annotate(people=Count("person_id", distinct=True)))


def is_held_everywhere(right: str, on: date) -> bool:
    """Whether somebody in service with a log-in holds a right that reaches the whole enterprise."""
    posts = Posting.objects.filter(
        in_force(on),
        in_force(on, "person__"),
        person__user__is_active=True,
        role_type__rights__contains=right,
    )
    everywhere = Q(scope_kind="all") | Q(scope_kind="", role_type__scope_kind="all")
    return posts.filter(everywhere).exists()
