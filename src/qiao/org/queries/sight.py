"""Reads of who sees what: posts and grants whose reach holds a record; looks as somebody else."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from qiao.runtime.contributions import GrantLimit, Reach, list_registered
from qiao.runtime.i18n import pick, say
from qiao.runtime.spans import in_force

from ..core.sight import UNTIL_DECIDED_DAYS, Reaching
from ..models import AccessRequest, Grant, Look, Posting
from .organisation import get_tree, unit_name


def gather_grants(person_id: int, on: date) -> Sequence[Grant]:
    """Rights granted to a person that are in force on a day."""
    return list(Grant.objects.filter(in_force(on), person_id=person_id))


def list_grants(unit_ids: Any = None, on: date | None = None) -> QuerySet[Grant]:
    """Granted rights of people with a post at the units (everybody's when None), in force on a day or at any time."""
    rows = Grant.objects.select_related("person", "unit", "granted_by")
    if on is not None:
        rows = rows.filter(in_force(on))
    if unit_ids is not None:
        there = Posting.objects.filter(unit_id__in=list(unit_ids)).values("person_id")
        rows = rows.filter(person_id__in=there)
    return rows


def list_reaching(reach: Reach, right: str, on: date) -> list[Reaching]:
    """Everybody in service with a log-in who sees a record under a right, with the reason; several reasons may hold.

    Args:
        reach: Where the record stands: its units, its own people.
        right: The right asked about.
        on: The day.
    """
    tree = get_tree(on)
    units = [unit for unit in reach.unit_ids if unit in tree.nodes]
    above = {unit for start in units for unit in tree.ancestors(start)}
    parts = {person: say(label) for label, person in reach.people}
    here = Q(person__user__is_active=True) & in_force(on) & in_force(on, "person__")
    posts = (
        Posting.objects.filter(here, role_type__rights__contains=[right])
        .annotate(reach=Case(When(scope_kind="", then=F("role_type__scope_kind")), default=F("scope_kind")))
        .filter(
            Q(reach="all")
            | Q(reach="unit", unit_id__in=units)
            | Q(reach="unit_and_below", unit_id__in=above)
            | Q(reach="chosen", chosen_units__unit_id__in=above)
            | Q(person_id__in=parts)
        )
        .select_related("person", "role_type", "unit")
        .order_by("person__pinyin", "person_id", "id")
        .distinct()
    )
    found = [_of_post(post, units, above, parts) for post in posts]
    grants = Grant.objects.filter(here, right=right).filter(
        Q(scope_kind="all")
        | Q(scope_kind="unit", unit_id__in=units)
        | Q(scope_kind="unit_and_below", unit_id__in=above)
        | Q(person_id__in=parts)
    )
    for grant in grants.select_related("person").order_by("person__pinyin", "id"):
        where = unit_name(tree, grant.unit_id) if grant.unit_id else ""
        until = grant.ends_before - timedelta(days=1)
        found.append(
            Reaching(
                grant.person_id,
                grant.person.name,
                "",
                where,
                "grant",
                parts.get(grant.person_id, ""),
                until=until,
            )
        )
    return found


def _of_post(post: Any, units: Sequence[int], above: set[int], parts: Mapping[int, str]) -> Reaching:
    by_reach = (
        post.reach == "all"
        or (post.reach == "unit" and post.unit_id in units)
        or (post.reach == "unit_and_below" and post.unit_id in above)
        or (post.reach == "chosen" and post.person_id not in parts)
    )
    return Reaching(
        post.person_id,
        post.person.name,
        pick(post.role_type.name_zh, post.role_type.name_en),
        pick(post.unit.name_zh, post.unit.name_en),
        post.reach if by_reach else "serves",
        parts.get(post.person_id, ""),
    )


def role_sights(person_ids: Sequence[int], on: date) -> dict[int, list[dict[str, str]]]:
    """What the role types of people say of protected fields, by person."""
    found: dict[int, list[dict[str, str]]] = {}
    rows = Posting.objects.filter(in_force(on), person_id__in=list(person_ids))
    for person_id, sights in rows.values_list("person_id", "role_type__sights"):
        found.setdefault(person_id, []).append(sights)
    return found


def find_look(look_id: int, user_id: int) -> Look | None:
    """A look somebody has begun and not ended."""
    rows = Look.objects.filter(pk=look_id, by_id=user_id, ended_at__isnull=True)
    return rows.select_related("person__user").first()


def list_looks() -> QuerySet[Look]:
    """Every look as somebody else."""
    return Look.objects.select_related("by", "person")


def find_access_request(request_id: int) -> AccessRequest | None:
    """One request for access."""
    return AccessRequest.objects.select_related("person", "unit", "grant").filter(pk=request_id).first()


def log_ins_with_right(right: str, on: date) -> list[tuple[int, Any]]:
    """People in service whose post carries a right, each with his log-in in use."""
    posts = Posting.objects.filter(
        in_force(on),
        in_force(on, "person__"),
        role_type__rights__contains=[right],
        person__user__is_active=True,
    )
    found = {post.person_id: post.person.user for post in posts.select_related("person__user")}
    return sorted(found.items())


def longest_grant_days(on: date) -> int:
    """For how many days a right may be granted, as policy of the day says; a year where it says nothing."""
    said = [days for one in list_registered(GrantLimit) if (days := one.longest_days(on)) is not None]
    return min(said, default=UNTIL_DECIDED_DAYS)
