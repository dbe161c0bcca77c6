"""Who a log-in is, what it may do, and how far each right reaches. Requirement 14.5."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import HttpRequest

from qiao.kernel.errors import NotAllowed
from qiao.runtime import clock
from qiao.runtime.i18n import is_chinese, pick
from qiao.runtime.protection import Sight, sights_of
from qiao.runtime.scope import EVERYTHING, NOTHING, Scope
from qiao.runtime.stamps import kept

from .. import queries
from ..core.tree import UnitTree

LOOKING = "looking"  # in the session: the look under way
LOOK = "org.look"
# Which profile leads when a person holds several posts without a main one: the widest view first.
PROFILE_ORDER = ("executive", "supervisor", "hr", "back_office", "manager", "administrator", "auditor")


@dataclass(frozen=True)
class Viewer:
    """A person at a keyboard.

    Attributes:
        user_id: Log-in, None for anonymous.
        person_id: The person behind it, None for a log-in without a posting in force.
        name: What the page greets.
        profile: Decides navigation and home page; empty without a posting.
        unit_id: Unit of the main posting.
        scopes: Reach of each right held.
        needs_second_factor: One of the posts asks for a second factor at log-in.
        sights: How far each protected field is seen.
        looked_at_by: Name of the person really at the keyboard when he looks as somebody else; empty otherwise.
    """

    user_id: int | None = None
    person_id: int | None = None
    name: str = ""
    profile: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    role_name: str = ""
    language: str = ""
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    needs_second_factor: bool = False
    sights: Mapping[str, Sight] = field(default_factory=dict)
    looked_at_by: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anybody is logged in."""
        return self.user_id is not None

    @property
    def rights(self) -> frozenset[str]:
        """Codes of all rights held."""
        return frozenset(self.scopes)

    def can(self, right: str) -> bool:
        """Whether the right is held at all. The empty right belongs to everybody logged in."""
        return self.is_known if right == "" else right in self.scopes

    def check(self, right: str) -> None:
        """Refuse who lacks the right.

        Raises:
            NotAllowed: Names the right.
        """
        if not self.can(right):
            raise NotAllowed(right)

    def scope(self, right: str) -> Scope:
        """How far a right reaches; nothing when it is not held."""
        return self.scopes.get(right, NOTHING)

    def sight(self, code: str) -> Sight:
        """How far a protected field is seen; hidden when nothing says otherwise."""
        return self.sights.get(code, Sight.HIDDEN)

    def as_looked_at(self, looker: "Viewer") -> "Viewer":
        """The same person looked at by somebody else: nothing is taken out, what is protected stays masked, and the
        second factor asked for is the looker's."""
        scopes = {right: scope for right, scope in self.scopes.items() if not right.endswith(".export")}
        sights = {code: min(sight, Sight.MASKED) for code, sight in self.sights.items()}
        return replace(
            self,
            scopes=scopes,
            sights=sights,
            looked_at_by=looker.name,
            needs_second_factor=looker.needs_second_factor,
        )

    def limited_to(self, rights: Iterable[str]) -> "Viewer":
        """The same person holding a token that names fewer rights."""
        allowed = set(rights)
        kept = {right: scope for right, scope in self.scopes.items() if right in allowed}
        return Viewer(**{**self.__dict__, "scopes": kept})


ANONYMOUS = Viewer()


def get_viewer(request: HttpRequest) -> Viewer:
    """Who asks; loaded once a request."""
    viewer: Viewer | None = getattr(request, "_viewer", None)
    if viewer is None:
        user = getattr(request, "user", None)
        viewer = viewer_of(user) if user is not None and user.is_authenticated else ANONYMOUS
        if look_id := _look_of(request):
            viewer = _looking(viewer, look_id)
        request._viewer = viewer  # type: ignore[attr-defined]
    return viewer


def _look_of(request: HttpRequest) -> int | None:
    session = getattr(request, "session", None)
    return session.get(LOOKING) if session is not None else None


def _looking(viewer: Viewer, look_id: int) -> Viewer:
    """What somebody who looks as a colleague sees, as long as he may and the colleague can log in."""
    look = queries.find_look(look_id, viewer.user_id or 0)
    if look is None or not viewer.scope(LOOK).everything:
        return viewer
    user = look.person.user
    return viewer_of(user).as_looked_at(viewer) if user is not None and user.is_active else viewer


def viewer_of(user: Any) -> Viewer:
    """The viewer a user is today."""
    return _viewer(user.pk, user.get_username(), user.language, clock.today(), is_chinese())


@kept(most=5000)
def _viewer(user_id: int, username: str, language: str, today: date, _chinese: bool) -> Viewer:
    person, postings, chosen = queries.gather_postings(user_id, today)
    if person is None:
        return Viewer(user_id=user_id, name=username, language=language)
    tree = queries.get_tree(today)
    scopes: dict[str, Scope] = {}
    for posting in postings:
        reach = posting_scope(
            posting.scope_kind or posting.role_type.scope_kind,
            unit_id=posting.unit_id,
            person_id=person.pk,
            chosen=chosen.get(posting.pk, ()),
            tree=tree,
        )
        for right in posting.role_type.rights:
            scopes[right] = scopes.get(right, NOTHING) | reach
    for grant in queries.gather_grants(person.pk, today):
        reach = posting_scope(
            grant.scope_kind, unit_id=grant.unit_id or 0, person_id=person.pk, chosen=(), tree=tree
        )
        scopes[grant.right] = scopes.get(grant.right, NOTHING) | reach
    main = next((p for p in postings if p.is_main), None) or min(
        postings, key=lambda p: PROFILE_ORDER.index(p.role_type.profile)
    )
    return Viewer(
        user_id=user_id,
        person_id=person.pk,
        name=person.name,
        profile=main.role_type.profile,
        unit_id=main.unit_id,
        unit_name=queries.unit_name(tree, main.unit_id),
        role_name=pick(main.role_type.name_zh, main.role_type.name_en),
        language=language,
        scopes=scopes,
        needs_second_factor=any(posting.role_type.asks_second_factor for posting in postings),
        sights=sights_of(posting.role_type.sights for posting in postings),
    )


def posting_scope(kind: str, *, unit_id: int, person_id: int, chosen: Iterable[int], tree: UnitTree) -> Scope:
    """What one posting shows. Whoever holds a posting always sees the customers he serves himself.

    Args:
        kind: self, unit, unit_and_below, chosen or all; anything else shows nothing.
        unit_id: The posting's unit.
        person_id: The person.
        chosen: Units chosen for the posting; those below are included.
        tree: The tree of the day.
    """
    if kind == "self":
        return Scope(person_id=person_id)
    if kind == "unit":
        return Scope(unit_ids=frozenset({unit_id}), person_id=person_id)
    if kind == "unit_and_below":
        return Scope(unit_ids=frozenset(tree.descendants(unit_id)), person_id=person_id)
    if kind == "chosen":
        below = (unit for start in chosen for unit in tree.descendants(start))
        return Scope(unit_ids=frozenset(below), person_id=person_id)
    if kind == "all":
        return EVERYTHING
    return NOTHING
