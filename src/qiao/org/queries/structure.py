"""Reads of template structures, and units compared with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from qiao.kernel.errors import NotFound
from qiao.runtime.spans import in_force

from ..core.structure import Place, Wanted, compare_unit, order_wanted
from ..models import Establishment, Posting, StructureMade, TemplatePost, TemplateUnit
from .organisation import get_tree

CODE_MOST = 40


@dataclass(frozen=True, slots=True)
class PostAsked:
    """A post a template asks for at a unit: for how many it is set up, and how many hold it there.

    ``unit_id`` is None where its unit is missing.
    """

    post: TemplatePost
    unit_id: int | None
    held: int
    set_up: int = 0

    @property
    def is_missing(self) -> bool:
        """Whether it is not set up there for as many as the template asks."""
        return self.set_up < self.post.number

    @property
    def short(self) -> int:
        """How many are missing."""
        return max(0, self.post.number - self.held)


@dataclass(frozen=True, slots=True)
class Compared:
    """A unit against the template of its kind."""

    unit_id: int
    places: tuple[Place, ...]
    posts: tuple[PostAsked, ...]

    @property
    def missing(self) -> tuple[Place, ...]:
        """Units that do not exist."""
        return tuple(place for place in self.places if place.unit_id is None)

    @property
    def missing_posts(self) -> tuple[PostAsked, ...]:
        """Posts that are not set up."""
        return tuple(post for post in self.posts if post.is_missing)

    @property
    def vacant(self) -> int:
        """People missing in posts."""
        return sum(post.short for post in self.posts)


def list_template_units() -> list[TemplateUnit]:
    """Every unit of every template, in order."""
    return list(TemplateUnit.objects.select_related("above").order_by("for_kind", "place", "code"))


def list_template_posts() -> list[TemplatePost]:
    """Every post of every template."""
    rows = TemplatePost.objects.select_related("within", "post")
    return list(rows.order_by("for_kind", "within__place", "post__code"))


def get_template_unit(pk: int) -> TemplateUnit:
    """One. Raises NotFound."""
    row = TemplateUnit.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def get_template_post(pk: int) -> TemplatePost:
    """One. Raises NotFound."""
    row = TemplatePost.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def compare_structure(unit_ids: Iterable[int], on: date) -> list[Compared]:
    """Units with a template for their kind against it, in the order given; four statements in all."""
    tree = get_tree(on)
    units, posts = list_template_units(), list_template_posts()
    wanted = {
        kind: order_wanted(
            Wanted(u.pk, u.code, u.for_kind, u.above_id, u.kind, u.name_zh, u.name_en)
            for u in units
            if u.for_kind == kind
        )
        for kind in {u.for_kind for u in units} | {p.for_kind for p in posts}
    }
    held, set_up = _held(on), establishments_on(on)
    found = []
    for unit in unit_ids:
        node = tree.nodes.get(unit)
        if node is None or node.kind not in wanted:
            continue
        places = compare_unit(tree, unit, wanted[node.kind])
        there: dict[int | None, int | None] = {None: unit}
        there |= {place.wanted.id: place.unit_id for place in places}
        asked = tuple(
            PostAsked(
                row,
                there.get(row.within_id),
                held.get((there.get(row.within_id), row.post.role_type_id), 0),
                set_up.get((there.get(row.within_id), row.post_id), 0),
            )
            for row in posts
            if row.for_kind == node.kind
        )
        found.append(Compared(unit, tuple(places), asked))
    return found


def establishments_on(on: date) -> dict[tuple[int | None, int], int]:
    """For how many a post is set up, by unit and post."""
    rows = Establishment.objects.filter(in_force(on)).values_list("unit_id", "post_id", "number")
    return {(unit, post): number for unit, post, number in rows}


def list_structure_made() -> QuerySet[StructureMade]:
    """What was made of templates, newest first."""
    return StructureMade.objects.select_related("by").order_by("-at", "-id")


def _held(on: date) -> dict[tuple[int | None, int | None], int]:
    """People by unit and role type of a post in force."""
    rows = Posting.objects.filter(in_force(on), in_force(on, "person__")).order_by()
    counted = rows.values_list("unit_id", "role_type_id").annotate(n=Count("person_id", distinct=True))
    return {(unit, role): n for unit, role, n in counted}
