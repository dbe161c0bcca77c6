"""Writes of tags, favourites and what somebody looked at last."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken

from ... import clock
from ..access import Record
from ..models import Attachment, Comment, Favourite, Tag, Tagged, Visit
from ..palette import COLOURS

VISITS_KEPT = 30
_MOST_MARKS = 100_000


def put_tag(*, kind: str, name: str, colour: str, by: Any, tag: Tag | None = None) -> Tag:
    """Enter a tag of a kind of record, or change it; records that bear it go along.

    Raises:
        RuleBroken: The name is empty or taken, or the colour is none of the palette.
    """
    row = tag or Tag(kind=kind)
    row.name, row.colour = " ".join(name.split()), colour
    if not row.name:
        raise RuleBroken(N_("Give the tag a name."), code="name_missing", field="name")
    if colour not in COLOURS:
        raise RuleBroken(N_("Choose a colour of the palette."), code="colour", field="colour")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("A tag “%(name)s” is there already."), code="tag_taken", field="name", name=row.name
        ) from None
    return row


@transaction.atomic
def drop_tag(*, tag: Tag, by: Any) -> int:
    """Take a tag off every record and out of the list. Returns how many records bore it."""
    Tag.objects.select_for_update().filter(pk=tag.pk).first()
    count = tag.records.count()
    tag.delete()
    return count


@transaction.atomic
def mark(*, pks: Sequence[int], add: Iterable[Tag] = (), remove: Iterable[Tag] = (), by: Any) -> int:
    """Put tags on records and take others off. Returns how many marks changed.

    Args:
        pks: Records in the sight of who marks, all of the tags' kind.
        add: Tags they shall bear.
        remove: Tags they shall not bear.
        by: Who marks.

    Raises:
        RuleBroken: One tag is both added and removed, or it is too much at once.
    """
    added, removed = {tag.pk for tag in add}, {tag.pk for tag in remove}
    if added & removed:
        raise RuleBroken(N_("One tag cannot be added and removed at once."), code="tag_both", field="remove")
    if len(pks) * len(added) > _MOST_MARKS:
        raise RuleBroken(N_("That is too much at once; pick fewer records."), code="too_many", field="add")
    list(Tag.objects.select_for_update().filter(pk__in=added).order_by("pk"))
    there = set(Tagged.objects.filter(tag_id__in=added, object_id__in=pks).values_list("tag_id", "object_id"))
    fresh = [
        Tagged(tag_id=tag, object_id=pk) for tag in sorted(added) for pk in pks if (tag, pk) not in there
    ]
    Tagged.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=5000)
    gone, _each = Tagged.objects.filter(tag_id__in=removed, object_id__in=pks).delete()
    return len(fresh) + gone


@transaction.atomic
def put_tags(*, kind: str, values: Mapping[int, Sequence[int]], by: Any) -> None:
    """Let each record bear exactly these tags.

    Args:
        kind: Of the records.
        values: Record → ids of its tags.
        by: Who marks.

    Raises:
        RuleBroken: A tag is gone, or it is too much at once.
    """
    wanted = {(tag, pk) for pk, tags in values.items() for tag in tags}
    tags = {tag for tag, _pk in wanted}
    if len(wanted) > _MOST_MARKS:
        raise RuleBroken(N_("That is too much at once; pick fewer records."), code="too_many", field="add")
    if Tag.objects.select_for_update().filter(kind=kind, pk__in=tags).count() != len(tags):
        raise RuleBroken(N_("One of the tags is gone by now."), code="tag_gone", field="value")
    rows = Tagged.objects.filter(tag__kind=kind, object_id__in=list(values))
    there = {(tag, pk): row for row, tag, pk in rows.values_list("pk", "tag_id", "object_id")}
    Tagged.objects.filter(pk__in=[there[one] for one in there.keys() - wanted]).delete()
    Tagged.objects.bulk_create(
        [Tagged(tag_id=tag, object_id=pk) for tag, pk in sorted(wanted - there.keys())],
        ignore_conflicts=True,
        batch_size=5000,
    )


def keep_at_hand(*, record: Record, user_id: int, on: bool) -> None:
    """Make a record somebody's favourite, or no more."""
    if not on:
        Favourite.objects.filter(user_id=user_id, kind=record.kind, object_id=record.pk).delete()
        return
    Favourite.objects.get_or_create(
        user_id=user_id, kind=record.kind, object_id=record.pk, defaults={"since": clock.now()}
    )


@transaction.atomic
def note_visit(*, record: Record, user_id: int) -> None:
    """Note that somebody looks at a record; what he looked at long before is forgotten."""
    Visit.objects.bulk_create(
        [Visit(user_id=user_id, kind=record.kind, object_id=record.pk, at=clock.now())],
        update_conflicts=True, unique_fields=["user", "kind", "object_id"], update_fields=["at"],
    )  # fmt: skip
    rows = Visit.objects.filter(user_id=user_id).order_by("-at")
    oldest = rows.values_list("at", flat=True)[VISITS_KEPT : VISITS_KEPT + 1].first()
    if oldest is not None:
        Visit.objects.filter(user_id=user_id, at__lte=oldest).delete()


def records_in_use(kind: str, pks: Sequence[int]) -> set[int]:
    """Which of these records people have commented on, attached files to, or tagged."""
    ids = list(pks)
    found = set(Comment.objects.filter(kind=kind, object_id__in=ids).values_list("object_id", flat=True))
    found |= set(Attachment.objects.filter(kind=kind, object_id__in=ids).values_list("object_id", flat=True))
    return found | set(
        Tagged.objects.filter(tag__kind=kind, object_id__in=ids).values_list("object_id", flat=True)
    )
