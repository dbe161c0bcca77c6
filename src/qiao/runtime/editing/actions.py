"""Writes of cells in lists: one in place, many at once, and taking either back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import get_directory
from qiao.runtime.i18n import say
from qiao.runtime.jobs import JobHandle
from qiao.runtime.jobs.actions import enqueue
from qiao.runtime.listing import Column, Edit, Listing
from qiao.runtime.listing.again import Opened, open_list
from qiao.runtime.listing.cells import plain
from qiao.runtime.listing.page import paths
from qiao.runtime.models import ListChange, ListChangeRow

from .values import combine, in_words, pairs_of

AT_ONCE = 500  # rows written while the person waits; more become a job
MOST = 100_000
PIECE = 2000
LEFT_KEPT = 200


class Stale(RuleBroken):
    """The value is not what the person saw: somebody changed it meanwhile."""

    def __init__(self, now: Any) -> None:
        self.now = now
        super().__init__(
            N_("Somebody changed this meanwhile. Look at what stands there now, then save again."),
            code="changed_meanwhile",
            field="value",
        )


@dataclass(frozen=True)
class Wanted:
    """What is to stand in a column: the value, said in words, and why."""

    value: Any
    text: str
    reason: str = ""


@dataclass
class Planned:
    """What a change would do: id → (before, after) of rows that change, how many say so already, who is left out."""

    changes: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    same: int = 0
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of the ids that would change."""
        return sha256(",".join(map(str, sorted(self.changes))).encode()).hexdigest()


def column_of(opened: Opened, code: str, viewer: Any) -> tuple[Column, Edit]:
    """A column of the list whose cells the viewer is offered to edit.

    Raises:
        NotFound: The list has no such column, or it cannot be edited.
        NotAllowed: The viewer lacks the right.
    """
    column = opened.listing.column(code)
    if column is None or column.edit is None or isinstance(opened.rows, list):
        raise NotFound
    viewer.check(column.edit.right)
    return column, column.edit


@transaction.atomic
def change_cell(
    *, opened: Opened, code: str, pk: int, was: Any, wanted: Wanted, viewer: Any, by: Any
) -> ListChange | None:
    """Change one cell; None where it says so already.

    Args:
        opened: The list, as the viewer may see it.
        code: Its column.
        pk: The row.
        was: The value the viewer saw when he began.
        wanted: What is to stand there.
        viewer: Who changes.
        by: His log-in.

    Raises:
        NotFound: The row is not in the list.
        NotAllowed: The viewer may not change the row.
        Stale: It holds another value by now.
        RuleBroken: The business action refuses.
    """
    column, edit = column_of(opened, code, viewer)
    names = names_of(opened, [pk])
    if pk not in names:
        raise NotFound
    if reason := edit.refuse(viewer, [pk]).get(pk):
        raise RuleBroken(reason, code="row_refused", field="value")
    found = edit.gather([pk])
    if pk not in found:
        raise NotFound
    before = found[pk]
    if before == wanted.value:
        return None
    if before != was:
        raise Stale(before)
    edit.write(values={pk: wanted.value}, by=by, reason=wanted.reason)
    change = _note(opened, column, wanted, picks=[pk], by=by)
    change.state, change.changed = ListChange.State.DONE, 1
    change.save(update_fields=["state", "changed"])
    ListChangeRow.objects.create(
        change=change, object_id=pk, name=names[pk], before=before, after=wanted.value
    )
    return change


def _note(
    opened: Opened, column: Column, wanted: Wanted, *, picks: Sequence[int] | None, by: Any
) -> ListChange:
    edit = column.edit
    assert edit is not None
    return ListChange.objects.create(
        listing=opened.listing.code, title=opened.title[:200], address=address_of(opened), column=column.code,
        label=say(str(column.label))[:120], wanted=wanted.value, wanted_text=wanted.text[:600], reason=wanted.reason[:200],
        picks=None if picks is None else list(picks), digest="", by=by, at=clock.now(), undoable=edit.undoable,
    )  # fmt: skip


def address_of(opened: Opened) -> str:
    """The list's address with what it is narrowed to."""
    query = opened.request.META.get("QUERY_STRING", "")
    return f"{opened.request.path}?{query}" if query else opened.request.path


def chosen_ids(opened: Opened, picks: Sequence[int] | None) -> list[int]:
    """Ids of the rows picked, or of all the list is narrowed to, in their order.

    Raises:
        RuleBroken: There are more than are changed at once, or one picked is not in the list.
    """
    key = opened.listing.key
    if picks is None:
        ids = list(opened.narrowed.order_by(key).values_list(key, flat=True)[: MOST + 1])
        if len(ids) > MOST:
            raise RuleBroken(
                N_("The list holds more than %(most)s rows; narrow it first."), code="too_many", most=MOST
            )
        return ids
    wanted = sorted(set(picks))
    found = list(opened.rows.filter(**{f"{key}__in": wanted}).order_by(key).values_list(key, flat=True))
    if not found or len(found) != len(wanted):
        raise NotFound
    return found


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), PIECE):
        yield ids[start : start + PIECE]


def plan_change(
    *, opened: Opened, edit: Edit, ids: Sequence[int], wanted: Any, viewer: Any, job: JobHandle | None = None
) -> Planned:
    """What would change, for whom, and who is left out and why. Writes nothing."""
    planned = Planned()
    for number, piece in enumerate(_pieces(ids)):
        refused, values = edit.refuse(viewer, piece), edit.gather(piece)
        for pk in piece:
            if pk in refused:
                planned.refused[pk] = refused[pk]
            elif pk not in values:
                planned.refused[pk] = N_("It is gone by now.")
            elif (after := combine(values[pk], wanted)) == values[pk]:
                planned.same += 1
            else:
                planned.changes[pk] = (values[pk], after)
        if job:
            job.progress(number * PIECE, len(ids), say(N_("Looking")))
    return planned


def names_of(opened: Opened, ids: Sequence[int]) -> dict[int, str]:
    """What rows are called: their first column."""
    listing: Listing = opened.listing
    first, key = listing.columns[0], listing.key
    take = plain(first)
    rows = opened.rows.filter(**{f"{key}__in": list(ids)}).order_by().values(*paths(listing, [first]))
    return {row[key]: str(take(row) or "")[:200] for row in rows}


def order_change(
    *, opened: Opened, column: Column, wanted: Wanted, picks: Sequence[int] | None, digest: str, by: Any
) -> ListChange:
    """Change a column for many rows as previewed: at once, or as a job where they are many.

    Args:
        opened: The list, as the viewer may see it.
        column: What changes.
        wanted: The value.
        picks: Rows picked; None for all the list is narrowed to.
        digest: Of the preview: other rows than those shown are not changed.
        by: Who changes.

    Raises:
        RuleBroken: Other rows would change than the preview showed, or the business action refuses.
    """
    viewer: Any = opened.request.viewer  # type: ignore[attr-defined]
    count = len(chosen_ids(opened, picks))
    with transaction.atomic():
        change = _note(opened, column, wanted, picks=picks, by=by)
        change.digest = digest
        change.save(update_fields=["digest"])
        if count > AT_ONCE:
            change.job = enqueue("lists.change", by=by, args={"change_id": change.pk})
            change.save(update_fields=["job"])
        else:
            _apply(change, opened, viewer, None)
    return change


def apply_change(change_id: int, job: JobHandle) -> ListChange:
    """Write an ordered change, everything or nothing; the list is asked again with what its owner may do now."""
    with transaction.atomic():
        change = ListChange.objects.select_for_update(of=("self",)).select_related("by").get(pk=change_id)
        if change.state != ListChange.State.WAITING:
            return change
        viewer = get_directory().viewer_of(change.by_id)
        opened = open_list(change.address, viewer=viewer, user=change.by)
        _apply(change, opened, viewer, job)
    return change


def _apply(change: ListChange, opened: Opened, viewer: Any, job: JobHandle | None) -> None:
    _column, edit = column_of(opened, change.column, viewer)
    if not edit.many:
        raise NotFound
    ids = chosen_ids(opened, change.picks)
    planned = plan_change(opened=opened, edit=edit, ids=ids, wanted=change.wanted, viewer=viewer, job=job)
    if planned.digest != change.digest:
        raise RuleBroken(
            N_("The list changed since the preview: other rows would change. Nothing was written; look at it again."),
            code="preview_stale",
        )  # fmt: skip
    done = 0
    for piece in _pieces(list(planned.changes)):
        values = {pk: planned.changes[pk][1] for pk in piece}
        edit.write(values=values, by=change.by, reason=change.reason)
        names = names_of(opened, piece)
        ListChangeRow.objects.bulk_create(
            ListChangeRow(
                change=change, object_id=pk, name=names.get(pk, ""), before=planned.changes[pk][0], after=values[pk]
            )
            for pk in piece
        )  # fmt: skip
        done += len(piece)
        if job:
            job.progress(done, len(planned.changes), say(N_("Writing")))
    left = list(planned.refused)[:LEFT_KEPT]
    names = names_of(opened, left)
    change.left_out = [[names.get(pk, str(pk)), planned.refused[pk]] for pk in left]
    change.state, change.changed, change.same = ListChange.State.DONE, len(planned.changes), planned.same
    change.left_count = len(planned.refused)
    change.save()


def mark_failed(change_id: int) -> None:
    """Note that an ordered change was not written."""
    ListChange.objects.filter(pk=change_id, state=ListChange.State.WAITING).update(
        state=ListChange.State.FAILED
    )


def start_undo(*, change_id: int, by: Any, viewer: Any) -> ListChange:
    """Take a change back: at once, or as a job where the rows are many.

    Raises:
        NotFound: It is none of his.
        RuleBroken: It is not written, taken back already, or of a kind that cannot be.
    """
    with transaction.atomic():
        change = _to_undo(change_id)
        if change.by_id != by.pk:
            raise NotFound
        if change.changed > AT_ONCE:
            change.state = ListChange.State.UNDOING
            change.job = enqueue("lists.undo", by=by, args={"change_id": change.pk})
            change.save(update_fields=["state", "job"])
        else:
            _undo(change, viewer, None)
    return change


def _to_undo(change_id: int, *states: str) -> ListChange:
    change = (
        ListChange.objects.select_for_update(of=("self",)).select_related("by").filter(pk=change_id).first()
    )
    if change is None:
        raise NotFound
    if not change.undoable:
        raise RuleBroken(N_("This cannot be taken back."), code="not_undoable")
    if change.state not in (states or (ListChange.State.DONE,)):
        raise RuleBroken(N_("This change is not there to be taken back."), code="not_done")
    return change


def undo_change(change_id: int, job: JobHandle) -> ListChange:
    """Take a change back, as a job."""
    with transaction.atomic():
        change = ListChange.objects.select_for_update(of=("self",)).select_related("by").get(pk=change_id)
        if change.state != ListChange.State.UNDOING:
            return change
        _undo(change, get_directory().viewer_of(change.by_id), job)
    return change


def give_back(change_id: int) -> None:
    """Note that an undo was not carried through: everything is as it was before, and it can be asked for again."""
    ListChange.objects.filter(pk=change_id, state=ListChange.State.UNDOING).update(
        state=ListChange.State.DONE
    )


def _undo(change: ListChange, viewer: Any, job: JobHandle | None) -> None:
    """Values back as they were; rows that say something else by now are named and left."""
    path = change.address.partition("?")[0]
    opened = open_list(path, viewer=viewer, user=get_user_model().objects.get(pk=change.by_id))
    _column, edit = column_of(opened, change.column, viewer)
    back, done, kept_count = edit.take_back or edit.write, 0, 0
    ids = list(change.rows.order_by("pk").values_list("pk", flat=True))
    for piece in _pieces(ids):
        rows = {row.object_id: row for row in change.rows.filter(pk__in=piece)}
        kept = _left_alone(opened, edit, rows, viewer)
        values = {pk: row.before for pk, row in rows.items() if pk not in kept}
        if values:
            back(values=values, by=change.by, reason=say(N_("Undone")))
        for pk, reason in kept.items():
            rows[pk].kept = reason
        ListChangeRow.objects.bulk_update([rows[pk] for pk in kept], ["kept"])
        done, kept_count = done + len(piece), kept_count + len(kept)
        if job:
            job.progress(done, len(ids), say(N_("Taking back")))
    change.state, change.undone_at, change.kept_count = ListChange.State.UNDONE, clock.now(), kept_count
    change.save()


def _left_alone(opened: Opened, edit: Edit, rows: Mapping[int, ListChangeRow], viewer: Any) -> dict[int, str]:
    key = opened.listing.key
    there = set(opened.rows.filter(**{f"{key}__in": list(rows)}).values_list(key, flat=True))
    refused, now = edit.refuse(viewer, sorted(there)), edit.gather(sorted(there))
    kept: dict[int, str] = {}
    for pk, row in rows.items():
        if pk not in there or pk not in now:
            kept[pk] = N_("It is gone, or out of your reach by now.")
        elif pk in refused:
            kept[pk] = refused[pk]
        elif now[pk] != row.after:
            kept[pk] = N_("It was changed again since.")
    return kept


def wanted_of(edit: Edit, request: Any, value: Any, reason: str) -> Wanted:
    """A value with its words in the reader's language."""
    return Wanted(value, in_words(edit, value, pairs_of(edit, request)), reason)
