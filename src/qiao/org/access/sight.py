"""Who sees a record, who looks as somebody else, who grants a right for a time."""

from collections.abc import Callable
from typing import Any

from qiao.kernel.errors import N_, NotAllowed, NotFound
from qiao.runtime import clock
from qiao.runtime.contributions import Reach, RecordKind, find_registered
from qiao.runtime.scope import Scope

from .. import queries
from .viewer import LOOK, Viewer, posting_scope, viewer_of
from .visible import ROLES, check_everything, get_visible_person, person_of

WHO_SEES = "org.who_sees"
GRANT = "org.grant"
# Protected fields of a colleague: name of the field → code.
PROTECTED_FIELDS = {"phone": "person.phone", "email": "person.email"}


def read_of_person(name: str) -> Callable[[Viewer, int], str]:
    """A function that reads one field of a colleague in sight, for who opens it."""

    def read(viewer: Viewer, person_id: int) -> str:
        return str(getattr(get_visible_person(viewer, person_id), name))

    return read


def reach_of_person(person_id: int) -> Reach:
    """Where a colleague stands: the units of his posts, and himself. Raises NotFound."""
    row: Any = queries.get_person(person_id, queries.list_people())
    units = tuple(dict.fromkeys(post.unit_id for post in row.current_postings))
    return Reach("org.view", "org.edit", units, ((N_("Himself"), row.pk),))


def get_explained(viewer: Viewer, kind: str, pk: int) -> Reach:
    """Where a record in sight stands, for who may know who sees it.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is no such record in sight, or nothing is said of its kind.
    """
    viewer.check(WHO_SEES)
    found = find_registered(RecordKind, kind)
    if found is None or found.reach_of is None or found.find_label(viewer, pk) is None:
        raise NotFound
    return found.reach_of(pk)


def get_to_look_as(viewer: Viewer, person_id: int) -> Any:
    """A colleague one may look as: everybody with a log-in in use but oneself.

    Raises:
        NotAllowed: The right is missing or does not reach the whole enterprise.
        NotFound: There is none, or he cannot log in.
    """
    check_everything(viewer, LOOK)
    row = get_visible_person(viewer, person_id)
    if row.pk == viewer.person_id or row.user is None or not row.user.is_active:
        raise NotFound
    return row


def can_look_as(viewer: Viewer, person: Any) -> bool:
    """Whether :func:`get_to_look_as` would find this person."""
    try:
        return bool(get_to_look_as(viewer, person.pk))
    except (NotAllowed, NotFound):
        return False


def check_may_give(viewer: Viewer, right: str, scope: Scope) -> None:
    """Refuse to grant more than one holds: the right itself, as far as it is given. Who may change role types may give
    any right: he could write it into a role type.

    Raises:
        NotAllowed: The right to grant, or the right given, is not held that far.
    """
    viewer.check(GRANT)
    if viewer.scope(ROLES).everything:
        return
    own = viewer.scope(right)
    if not viewer.can(right):
        raise NotAllowed(right)
    if not own.everything and (scope.everything or scope.unit_ids - own.unit_ids):
        raise NotAllowed(right)


def visible_grants(viewer: Viewer) -> Any:
    """Rights granted for a time to people the right to grant reaches.

    Raises:
        NotAllowed: The right is missing.
    """
    viewer.check(GRANT)
    scope = viewer.scope(GRANT)
    return queries.list_grants(None if scope.everything else scope.unit_ids)


def visible_looks(viewer: Viewer) -> Any:
    """Looks as somebody else: all for auditors.

    Raises:
        NotAllowed: The right is missing.
    """
    viewer.check("audit.view")
    return queries.list_looks()


def list_granters(viewer: Viewer, right: str, scope: Scope) -> list[int]:
    """People who may grant a right so far to the person at the keyboard: his unit is in their reach.

    Args:
        viewer: Who asks.
        right: What he asks for.
        scope: How far.
    """
    found = []
    for person_id, user in queries.log_ins_with_right(GRANT, clock.today()):
        other = viewer_of(user)
        if person_id == viewer.person_id or not other.scope(GRANT).allows(unit_id=viewer.unit_id):
            continue
        try:
            check_may_give(other, right, scope)
        except NotAllowed:
            continue
        found.append(person_id)
    return found


def scope_asked(viewer: Viewer, scope_kind: str) -> Scope:
    """How far a right asked for with a reach would go, from the unit of one's main post."""
    return posting_scope(
        scope_kind,
        unit_id=viewer.unit_id or 0,
        person_id=person_of(viewer),
        chosen=(),
        tree=queries.get_tree(),
    )
