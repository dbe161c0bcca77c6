"""Who sees and does what of the work of others. Deny by default."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from qiao.kernel.errors import N_, NotAllowed, NotFound
from qiao.org import queries as org
from qiao.org.access import visible_people
from qiao.runtime import clock

from . import queries
from .models import Approval, HookDelivery, Notice, Task, Webhook

VIEW = "work.view"
GIVE = "work.give"
ANNOUNCE = "work.announce"
CHANNELS = "work.channels"
AUDIT = "audit.view"


def visible_tasks(viewer: Any) -> QuerySet[Task]:
    """Tasks in reach: one's own, those one gave, and with the right those of one's units."""
    if viewer.person_id is None:
        return queries.list_tasks().none()
    if viewer.scope(VIEW).everything:
        return queries.list_tasks()
    own = Q(owner_id=viewer.person_id) | Q(made_by_id=viewer.user_id)
    return queries.list_tasks().filter(own | viewer.scope(VIEW).as_q(unit="unit_id", persons=("owner_id",)))


def get_task(viewer: Any, task_id: int) -> Task:
    """A task in reach. Raises NotFound."""
    task = queries.find_task(visible_tasks(viewer), task_id)
    if task is None:
        raise NotFound
    return task


def can_work_on(viewer: Any, task: Task) -> bool:
    """Whether the viewer may end a task or hand it on: its owner, who gave it, or who may give work to its unit."""
    if viewer.person_id is None:
        return False
    mine = task.owner_id == viewer.person_id or (
        task.made_by_id is not None and task.made_by_id == viewer.user_id
    )
    scope = viewer.scope(GIVE)
    return mine or bool(viewer.can(GIVE) and scope.allows(unit_id=task.unit_id))


def check_work_on(viewer: Any, task: Task) -> None:
    """Refuse who may not. Raises NotAllowed."""
    if not can_work_on(viewer, task):
        raise NotAllowed(GIVE)


def refused_edits(viewer: Any, ids: Sequence[int]) -> dict[int, str]:
    """Tasks the viewer may not end or hand on from a list, each with the reason."""
    rows = {row.pk: row for row in visible_tasks(viewer).filter(pk__in=list(ids))}
    refused: dict[int, str] = {}
    for pk in ids:
        if pk not in rows or not can_work_on(viewer, rows[pk]):
            refused[pk] = N_("This task is neither yours nor in your hands.")
        elif rows[pk].state != Task.State.OPEN:
            refused[pk] = N_("This task has ended already.")
    return refused


def visible_approvals(viewer: Any) -> QuerySet[Approval]:
    """Approvals one takes part in; auditors see all."""
    rows = queries.list_approvals()
    if viewer.can(AUDIT) and viewer.scope(AUDIT).everything:
        return rows
    if viewer.person_id is None:
        return rows.none()
    return rows.filter(queries.seen_by(viewer.person_id, clock.today()))


def get_approval(viewer: Any, approval_id: int) -> Approval:
    """An approval in reach. Raises NotFound."""
    row = visible_approvals(viewer).filter(pk=approval_id).first()
    if row is None:
        raise NotFound
    return row


def may_decide(viewer: Any, approval: Approval) -> bool:
    """Whether the viewer is asked now."""
    if viewer.person_id is None:
        return False
    return queries.is_asked(approval, viewer.person_id)


def person_of(viewer: Any) -> int:
    """The person at the keyboard; work belongs to people, not to log-ins. Raises NotAllowed."""
    if viewer.person_id is None:
        raise NotAllowed(VIEW)
    person: int = viewer.person_id
    return person


def people_for_tasks(viewer: Any) -> Any:
    """People the viewer may give tasks to: himself, and with the right those of his units."""
    everybody = org.list_in_service(clock.today())
    if not viewer.can(GIVE):
        return everybody.filter(pk=viewer.person_id)
    reach = visible_people(viewer, GIVE).values("pk")
    return everybody.filter(Q(pk__in=reach) | Q(pk=viewer.person_id))


def check_may_give(viewer: Any, owner_id: int) -> None:
    """Refuse tasks for people out of reach. Raises NotAllowed."""
    if not people_for_tasks(viewer).filter(pk=owner_id).exists():
        raise NotAllowed(GIVE)


def own_delegations(viewer: Any) -> Any:
    """Delegations the viewer gave that have not ended."""
    return queries.list_delegations(person_of(viewer), clock.today())


def visible_notices(viewer: Any) -> QuerySet[Notice]:
    """Notices for the viewer, those he wrote, and with the right those that went down from his units."""
    rows = queries.list_notices()
    if viewer.person_id is None:
        return rows.none()
    scope = viewer.scope(ANNOUNCE)
    if scope.everything:
        return rows
    return rows.filter(queries.notices_for(viewer.person_id) | Q(unit_id__in=scope.unit_ids))


def get_notice(viewer: Any, notice_id: int) -> Notice:
    """A notice in reach. Raises NotFound."""
    row = visible_notices(viewer).filter(pk=notice_id).first()
    if row is None:
        raise NotFound
    return row


def reading_scope(viewer: Any, notice: Notice) -> frozenset[int] | None:
    """Units whose readers the viewer may look at: None for all, empty for none."""
    if notice.author_id == viewer.person_id:
        return None
    scope = viewer.scope(ANNOUNCE)
    return None if scope.everything else frozenset(scope.unit_ids)


def units_to_announce(viewer: Any) -> frozenset[int]:
    """Units the viewer may announce to."""
    tree, scope = org.get_tree(), viewer.scope(ANNOUNCE)
    return frozenset(unit for unit in tree.nodes if scope.allows(unit_id=unit))


def units_below(viewer: Any, unit_id: int) -> frozenset[int]:
    """A unit the viewer may announce to, and all below. Raises NotAllowed."""
    if unit_id not in units_to_announce(viewer):
        raise NotAllowed(ANNOUNCE)
    return frozenset(org.get_tree().descendants(unit_id))


def check_author(viewer: Any, notice: Notice) -> None:
    """Refuse who did not write the notice. Raises NotAllowed."""
    if notice.author_id != viewer.person_id:
        raise NotAllowed(ANNOUNCE)


def telling_of(viewer: Any) -> dict[str, Any]:
    """How the viewer is told."""
    person = person_of(viewer)
    hours = queries.find_quiet_hours(person)
    return {
        "modes": queries.list_preferences(person),
        "begins": hours.begins if hours else None,
        "ends": hours.ends if hours else None,
        "digest_at": hours.digest_at if hours else None,
    }


def get_webhook(viewer: Any, hook_id: int) -> Webhook:
    """A system that is told, for who sets channels up. Raises NotAllowed, NotFound."""
    viewer.check(CHANNELS)
    hook = queries.find_webhook(hook_id)
    if hook is None:
        raise NotFound
    return hook


def get_hook_delivery(viewer: Any, hook_id: int, delivery_id: int) -> HookDelivery:
    """An event on its way to a system. Raises NotAllowed, NotFound."""
    row = queries.find_hook_delivery(get_webhook(viewer, hook_id).pk, delivery_id)
    if row is None:
        raise NotFound
    return row
