"""Units, people and what is kept of them, as far as a viewer reaches."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from qiao.kernel.errors import N_, NotAllowed, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import HandOver, list_registered

from .. import queries
from ..core.tree import UnitTree
from .viewer import LOOK, Viewer

PERSONAL = "org.personal"
LABOUR_COST = "org.labour_cost"
ROLES = "org.roles"
LOG_INS = "log_ins.edit"
DIRECTORY = "org.directory"


def visible_people(viewer: Viewer, right: str = "org.view") -> Any:
    """People the viewer may see: of his units, and always himself."""
    scope = viewer.scope(right)
    if scope.everything:
        return queries.list_people()
    people = queries.list_people(unit_ids=scope.unit_ids)
    if scope.person_id is not None:
        people = queries.list_people().filter(pk=scope.person_id) | people
    return people.distinct()


def search_people(rows: Any, text: str, viewer: Viewer) -> Any:
    """People who hold a typed text; a phone the viewer reads masked is found whole only, a hidden one not at all."""
    return queries.search_people(rows, text, viewer.sight("person.phone"))


def visible_unit_ids(viewer: Viewer, tree: UnitTree, right: str = "org.view") -> frozenset[int]:
    """Units the viewer may open: those in scope and, so that the tree reads, those above his own."""
    scope = viewer.scope(right)
    if scope.everything:
        return frozenset(tree.nodes)
    own = set(tree.ancestors(viewer.unit_id)) if viewer.unit_id else set()
    return frozenset(scope.unit_ids & set(tree.nodes)) | own


def get_visible_unit(viewer: Viewer, unit_id: int) -> Any:
    """One unit in scope, or above the viewer's own.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is none, or it is out of scope.
    """
    viewer.check("org.view")
    unit = queries.get_unit(unit_id)
    above = queries.get_tree().ancestors(viewer.unit_id) if viewer.unit_id else ()
    if not viewer.scope("org.view").allows(unit_id=unit_id) and unit_id not in above:
        raise NotFound
    return unit


def get_visible_person(viewer: Viewer, person_id: int) -> Any:
    """One person in scope; oneself without any right.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is none, or he is out of scope.
    """
    if person_id == viewer.person_id:
        return queries.get_person(person_id, queries.list_people())
    viewer.check("org.view")
    return queries.get_person(person_id, visible_people(viewer))


def can_edit_person(viewer: Viewer, person: Any) -> bool:
    """Whether changes reach a person: one of his posts today is within reach."""
    scope = viewer.scope("org.edit")
    return scope.everything or any(scope.allows(unit_id=p.unit_id) for p in person.current_postings)


def editable_among(viewer: Viewer, ids: Sequence[int]) -> set[int]:
    """Which of these people the viewer may change."""
    scope = viewer.scope("org.edit")
    people = queries.list_people() if scope.everything else queries.list_people(unit_ids=scope.unit_ids)
    if not viewer.can("org.edit"):
        return set()
    return set(people.order_by().filter(pk__in=list(ids)).values_list("pk", flat=True))


def refused_edits(viewer: Viewer, ids: Sequence[int]) -> dict[int, str]:
    """People the viewer may not change, each with the reason."""
    reached = editable_among(viewer, ids)
    return {
        pk: N_("Your right to change people does not reach this person.") for pk in ids if pk not in reached
    }


def get_editable_person(viewer: Viewer, person_id: int) -> Any:
    """One person the viewer may change.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is none, or he is out of reach.
    """
    person = get_visible_person(viewer, person_id)
    viewer.check("org.edit")
    if not can_edit_person(viewer, person):
        raise NotFound
    return person


def get_appointable_person(viewer: Viewer, person_id: int) -> Any:
    """One person the viewer may post. A new person has no post yet and is reached by whoever may edit.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is none, or he is out of reach.
    """
    viewer.check("org.edit")
    person = queries.find_person(person_id)
    if person is None:
        raise NotFound
    if queries.list_postings(person_id) and not can_edit_person(
        viewer, get_visible_person(viewer, person_id)
    ):
        raise NotFound
    return person


def check_unit_in_scope(viewer: Viewer, right: str, unit_id: int) -> None:
    """Refuse a change to a unit out of reach.

    Raises:
        NotAllowed: The right is not held, or does not reach this unit.
    """
    viewer.check(right)
    if not viewer.scope(right).allows(unit_id=unit_id):
        raise NotAllowed(right)


def check_may_grant(viewer: Viewer, rights: Iterable[str], scope_kind: str) -> None:
    """Refuse to hand out, by a posting, more than one's own reach: nobody raises himself or a friend.

    Raises:
        RuleBroken: The posting would see everything while the one who appoints does not.
    """
    if scope_kind == "all" and not viewer.scope("org.edit").everything:
        raise RuleBroken(
            N_("Only who reaches everything himself may give a post that does."),
            code="grant_reach",
            field="scope_kind",
        )
    if any(right in rights and not viewer.can(right) for right in (LOG_INS, ROLES, LOOK)):
        raise RuleBroken(
            N_("Only an administrator may make another administrator."),
            code="grant_rights",
            field="role_type",
        )


def person_of(viewer: Viewer) -> int:
    """The person at the keyboard.

    Raises:
        NotAllowed: The log-in has no post today.
    """
    if viewer.person_id is None:
        raise NotAllowed("org.view")
    return viewer.person_id


def check_everything(viewer: Viewer, right: str) -> None:
    """Refuse who does not reach the whole enterprise with this right.

    Raises:
        NotAllowed: Names the right.
    """
    viewer.check(right)
    if not viewer.scope(right).everything:
        raise NotAllowed(right)


def check_directory(viewer: Viewer) -> None:
    """Refuse who does not keep directories: it is a matter of the whole enterprise.

    Raises:
        NotAllowed: Names the right.
    """
    check_everything(viewer, DIRECTORY)


def visible_missed(viewer: Viewer) -> Any:
    """People missed in a directory whose hand-over waits, as far as the viewer may change people.

    Raises:
        NotAllowed: The right is missing.
    """
    viewer.check("org.edit")
    scope = viewer.scope("org.edit")
    return queries.list_missed(None if scope.everything else scope.unit_ids)


def people_for_absences(viewer: Viewer) -> Any:
    """People whose absence the viewer may note: himself, and with the right those of his units."""
    everybody = queries.list_in_service(clock.today())
    if not viewer.can("org.absences"):
        return everybody.filter(pk=person_of(viewer))
    if viewer.scope("org.absences").everything:
        return everybody
    return everybody.filter(pk__in=visible_people(viewer, "org.absences").values("pk"))


def visible_absences(viewer: Viewer) -> Any:
    """Absences the viewer may see and end: his own, and with the right those of his units."""
    return queries.list_absences(clock.today()).filter(person__in=people_for_absences(viewer).values("pk"))


def visible_departures(viewer: Viewer) -> Any:
    """Departures from the units the viewer may change."""
    viewer.check("org.edit")
    scope = viewer.scope("org.edit")
    return queries.list_departures(None if scope.everything else scope.unit_ids)


def get_departure(viewer: Viewer, departure_id: int) -> Any:
    """One departure within reach.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is none, or it is out of reach.
    """
    row = visible_departures(viewer).filter(pk=departure_id).first()
    if row is None:
        raise NotFound
    return row


def successors(viewer: Viewer, person_id: int) -> Any:
    """Who may take over from a person: those in service the viewer sees."""
    seen = visible_people(viewer).order_by().values("pk")
    return queries.list_in_service(clock.today()).filter(pk__in=seen).exclude(pk=person_id)


def list_parts(viewer: Viewer, person_id: int, on: date) -> list[tuple[str, str]]:
    """What a person who leaves has in hand that may go to different people, as far as the viewer may say: key, name."""
    sources = [item.list_parts for item in list_registered(HandOver) if item.list_parts is not None]
    return [part for source in sources for part in source(viewer, person_id, on)]


def visible_staff(viewer: Viewer, on: date) -> Any:
    """People in service on a day that the viewer may see: those with a post then at a unit in his reach, and himself.

    Raises:
        NotAllowed: The right is missing.
    """
    viewer.check("org.view")
    scope = viewer.scope("org.view")
    if scope.everything:
        return queries.list_staff(on)
    return queries.list_staff(on, unit_ids=scope.unit_ids, also=scope.person_id)


def sees_personal(viewer: Viewer, person: Any) -> bool:
    """Whether personal particulars of a person are shown: his own, or under a right that reaches one of his posts."""
    scope = viewer.scope(PERSONAL)
    return (
        person.pk == viewer.person_id
        or scope.everything
        or any(scope.allows(unit_id=post.unit_id) for post in person.current_postings)
    )


def get_personally_editable(viewer: Viewer, person_id: int) -> Any:
    """One person whose personal particulars the viewer may change.

    Raises:
        NotAllowed: A right is missing.
        NotFound: There is none, or he is out of reach.
    """
    person = get_editable_person(viewer, person_id)
    viewer.check(PERSONAL)
    if not sees_personal(viewer, person):
        raise NotFound
    return person


def check_age_bands(viewer: Viewer) -> None:
    """Refuse who may count ages but not know whose they are.

    Raises:
        NotAllowed: Personal particulars of everybody he sees are not within his reach.
    """
    viewer.check(PERSONAL)
    seen, personal = viewer.scope("org.view"), viewer.scope(PERSONAL)
    if not personal.everything and (seen.everything or seen.unit_ids - personal.unit_ids):
        raise NotAllowed(PERSONAL)


def may_know_ages(viewer: Viewer) -> bool:
    """Whether :func:`check_age_bands` lets through."""
    try:
        check_age_bands(viewer)
    except NotAllowed:
        return False
    return True


def visible_labour_costs(viewer: Viewer) -> Any:
    """Labour cost of the units the right reaches.

    Raises:
        NotAllowed: The right is missing.
    """
    viewer.check(LABOUR_COST)
    scope = viewer.scope(LABOUR_COST)
    return queries.list_labour_costs(None if scope.everything else scope.unit_ids)


def own_person(viewer: Viewer) -> Any:
    """The file of the person at the keyboard.

    Raises:
        NotAllowed: The log-in has no post today.
    """
    return queries.get_person(person_of(viewer), queries.list_people())


def visible_structure_made(viewer: Viewer) -> Any:
    """What was made of templates: one's own steps, everybody's with a reach over all."""
    if not viewer.can("org.edit"):
        return queries.list_structure_made().none()
    rows = queries.list_structure_made()
    return rows if viewer.scope("org.edit").everything else rows.filter(by_id=viewer.user_id)


def get_structure_made(viewer: Viewer, row_id: int) -> Any:
    """A step of making the viewer may take back.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is none, or it is another's.
    """
    viewer.check("org.edit")
    row = visible_structure_made(viewer).filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return row
