"""Writes about template structures, and making the units that are missing."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pghistory
import yaml
from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.importing.undo import take_back
from qiao.runtime.jobs.queue import InlineJob
from qiao.runtime.spans import in_force

from .. import queries
from ..models import Establishment, Post, StructureMade, TemplatePost, TemplateUnit, Unit
from .organisation import create_unit, end_or_remove
from .undoing import STRUCTURE_UNDO

USUAL_STRUCTURE = Path(__file__).resolve().parent.parent / "lists" / "structure.yaml"


@transaction.atomic
def put_template_unit(
    *, code: str, for_kind: str, kind: str, name_zh: str, by: Any, name_en: str = "", place: int = 0,
    above: TemplateUnit | None = None, row: TemplateUnit | None = None,
) -> TemplateUnit:  # fmt: skip
    """Enter a unit of a template, or change one.

    Raises:
        RuleBroken: The code is taken, it would stand within itself, or within the template of another kind.
    """
    if TemplateUnit.objects.filter(code=code).exclude(pk=row.pk if row else 0).exists():
        raise RuleBroken(N_("The code %(value)s is taken."), code="code_taken", field="code", value=code)
    step = above
    while step is not None:
        if row is not None and step.pk == row.pk:
            raise RuleBroken(N_("A unit cannot stand below itself."), code="unit_cycle", field="above")
        if step.for_kind != for_kind:
            raise RuleBroken(
                N_("It must stand within the template of the same kind."), code="template_kind", field="above"
            )
        step = step.above
    made = row or TemplateUnit()
    if row is not None and row.for_kind != for_kind and (row.below.exists() or row.posts.exists()):
        raise RuleBroken(
            N_("Units or posts stand within it; its kind cannot change."),
            code="template_used",
            field="for_kind",
        )
    made.code, made.for_kind, made.above, made.kind = code, for_kind, above, kind
    made.name_zh, made.name_en, made.place = name_zh, name_en, place
    made.save()
    return made


@transaction.atomic
def put_template_post(
    *, for_kind: str, post: Post, number: int, by: Any, within: TemplateUnit | None = None
) -> TemplatePost:
    """Ask for people in a post, at the unit itself or within a unit of its template; the number counts anew.

    Raises:
        RuleBroken: ``within`` belongs to the template of another kind, or nobody is asked for.
    """
    if within is not None and within.for_kind != for_kind:
        raise RuleBroken(
            N_("It must stand within the template of the same kind."), code="template_kind", field="within"
        )
    try:
        with transaction.atomic():
            row, _made = TemplatePost.objects.update_or_create(
                for_kind=for_kind, within=within, post=post, defaults={"number": number}
            )
    except IntegrityError:
        raise RuleBroken(N_("Ask for somebody at least."), code="template_nobody", field="number") from None
    return row


@transaction.atomic
def drop_from_template(*, row: TemplateUnit | TemplatePost, by: Any) -> None:
    """Take a unit (with all within it) or a post out of a template; units that exist stay as they are."""
    row.delete()


@transaction.atomic
def put_establishment(*, unit: Unit, post: Post, number: int, on: date, by: Any) -> Establishment | None:
    """Say for how many a post is set up at a unit from a day on; 0 closes it there.

    Raises:
        RuleBroken: A later change is noted already, or nothing would change.
    """
    rows = Establishment.objects.select_for_update().filter(unit=unit, post=post)
    if rows.filter(starts_on__gt=on).exists():
        raise RuleBroken(N_("A later change is noted already."), code="later_change", field="on")
    current = rows.filter(in_force(on)).first()
    if (current.number if current else 0) == number:
        raise RuleBroken(N_("It is set up for as many already."), code="nothing_to_do", field="number")
    if current is not None:
        end_or_remove(current, on)
    return Establishment.objects.create(unit=unit, post=post, number=number, starts_on=on) if number else None


@transaction.atomic
def make_missing(
    *, unit_ids: Iterable[int], on: date, by: Any, units: bool = True, posts: bool = True
) -> StructureMade | None:
    """Make the units templates ask for and that are missing, and set up the posts, all or none.

    Args:
        unit_ids: Units compared with the template of their kind.
        on: The day from which they stand.
        by: The log-in.
        units: Whether units are made; without them, posts within missing units stay missing.
        posts: Whether posts are set up.

    Returns:
        What was made, to be taken back as one; None where nothing was missing.

    Raises:
        RuleBroken: A code a unit would get belongs to another unit, or is too long; a later change of a post is noted.
    """
    ids = list(unit_ids)
    with pghistory.context(structure=True) as noted:
        made = _make_units(ids, on, by) if units else 0
        set_up = _set_up_posts(ids, on, by) if posts else 0
    if not made and not set_up:
        return None
    return StructureMade.objects.create(by=by, at=clock.now(), units=made, posts=set_up, context=noted.id)


def _make_units(unit_ids: Iterable[int], on: date, by: Any) -> int:
    made = 0
    for one in queries.compare_structure(unit_ids, on):
        here: dict[int | None, int | None] = {None: one.unit_id}
        here |= {place.wanted.id: place.unit_id for place in one.places}
        for place in one.missing:
            if len(place.code) > queries.CODE_MOST:
                raise RuleBroken(
                    N_("The code %(value)s would be too long."),
                    code="code_long",
                    field="code",
                    value=place.code,
                )
            above = here[place.wanted.above_id]
            unit = create_unit(
                code=place.code, name_zh=place.wanted.name_zh, name_en=place.wanted.name_en, kind=place.wanted.kind,
                starts_on=on, parent=queries.get_unit(above) if above else None, by=by,
            )  # fmt: skip
            here[place.wanted.id] = unit.pk
            made += 1
    return made


def _set_up_posts(unit_ids: Iterable[int], on: date, by: Any) -> int:
    """Set up what templates ask for; a post that is set up for more stays as it is."""
    made = 0
    for one in queries.compare_structure(unit_ids, on):
        for asked in one.missing_posts:
            if asked.unit_id is not None:
                unit = queries.get_unit(asked.unit_id)
                put_establishment(unit=unit, post=asked.post.post, number=asked.post.number, on=on, by=by)
                made += 1
    return made


@transaction.atomic
def undo_made(*, made: StructureMade, by: Any) -> StructureMade:
    """Take back what one step made of templates, but for units changed or used since, which are named.

    Raises:
        RuleBroken: It was taken back already.
    """
    row = StructureMade.objects.select_for_update().get(pk=made.pk)
    if row.undone_at is not None:
        raise RuleBroken(N_("It was taken back already."), code="undone_already")
    taken = take_back(STRUCTURE_UNDO, str(row.context), InlineJob(by_id=by.pk if by else None), since=row.at)
    row.kept, row.undone_at = [list(one) for one in taken.kept], clock.now()
    row.save(update_fields=["kept", "undone_at"])
    return row


@transaction.atomic
def enter_usual_structure(*, by: Any) -> int:
    """Enter the usual templates where none is entered yet; posts only those that exist. Idempotent. Returns how many units."""
    if TemplateUnit.objects.exists():
        return 0
    usual = yaml.safe_load(USUAL_STRUCTURE.read_text(encoding="utf-8"))
    made: dict[str, TemplateUnit] = {}
    for place, row in enumerate(usual["units"]):
        made[row["code"]] = put_template_unit(
            code=row["code"], for_kind=row["for"], kind=row["kind"], name_zh=row["zh"], name_en=row["en"], place=place,
            above=made.get(row.get("within", "")), by=by,
        )  # fmt: skip
    posts = {post.code: post for post in Post.objects.all()}
    for row in usual["posts"]:
        if row["post"] in posts:
            put_template_post(
                for_kind=row["for"],
                within=made.get(row.get("within", "")),
                post=posts[row["post"]],
                number=row["number"],
                by=by,
            )
    return len(made)
