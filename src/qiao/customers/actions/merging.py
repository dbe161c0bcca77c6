"""Two files become one customer, in one transaction, and two again."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from qiao.customers.core.merging import MERGED_FIELDS
from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import Merging, list_registered
from qiao.runtime.i18n import say
from qiao.runtime.merging import changed_since

from ..models import Customer, DuplicatePair, Merge
from .current import refresh_current
from .files import customer_keys

KIND = "customer"


def parts() -> list[Merging]:
    """What every context does with a customer that is merged, in order."""
    return [part for part in list_registered(Merging) if part.kind == KIND]


def count_moving(merged_id: int) -> list[tuple[str, int]]:
    """What a merge would move, in words; kinds of which there is nothing are left out."""
    return [(label, number) for part in parts() for label, number in part.count(merged_id) if number]


@transaction.atomic
def merge(*, survivor_id: int, merged_id: int, take: Collection[str], reason: str, by: Any) -> Merge:
    """Make two files one: everything of the merged one goes to the survivor, and its address leads there.

    Args:
        survivor_id: Who stays.
        merged_id: Who goes.
        take: Fields (``MERGED_FIELDS``) whose value is taken from the merged one.
        reason: Why they are one.
        by: The log-in.

    Raises:
        RuleBroken: They are the same file, one is merged already, no reason is given, or a context refuses.
    """
    if not reason.strip():
        raise RuleBroken(N_("Say why the two are one customer."), code="reason_missing", field="reason")
    survivor, merged = _lock_two(survivor_id, merged_id)
    counts = count_moving(merged_id)
    before, after = _take(survivor, merged, take)
    today = clock.today()
    moved = {
        part.code: part.move(survivor_id=survivor_id, merged_id=merged_id, on=today, by=by)
        for part in parts()
    }
    Customer.objects.filter(pk=merged_id).update(merged_into=survivor_id)
    refresh_current([survivor_id, merged_id])
    pair = {"first_id": min(survivor_id, merged_id), "second_id": max(survivor_id, merged_id)}
    DuplicatePair.objects.filter(**pair).update(state="merged", decided_by=by, decided_at=clock.now())
    return Merge.objects.create(
        survivor_id=survivor_id, merged_id=merged_id, at=clock.now(), on=today, by=by, reason=reason.strip()[:200],
        before=before, after=after, moved=moved, counts=[list(row) for row in counts],
    )  # fmt: skip


def _lock_two(survivor_id: int, merged_id: int) -> tuple[Customer, Customer]:
    if survivor_id == merged_id:
        raise RuleBroken(N_("A file cannot be merged into itself."), code="merge_same")
    # Always in the same order: two merges of the same files wait for each other instead of for ever.
    rows = {
        row.pk: row
        for row in Customer.objects.select_for_update(of=("self",))
        .filter(pk__in=[survivor_id, merged_id])
        .order_by("pk")
    }
    if len(rows) != 2:
        raise NotFound
    for row in rows.values():
        if row.merged_into_id is not None:
            raise _merged_already(row)
    return rows[survivor_id], rows[merged_id]


def _merged_already(row: Customer) -> RuleBroken:
    return RuleBroken(
        N_("%(name)s is merged into another customer already."), code="merged_already", name=row.name
    )


def _take(
    survivor: Customer, merged: Customer, take: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    unknown = set(take) - set(MERGED_FIELDS)
    if unknown:
        raise RuleBroken(
            N_("There is no field %(name)s to choose."), code="merge_field", field="take", name=min(unknown)
        )
    chosen = [name for name in MERGED_FIELDS if name in take]
    before = {name: plain(getattr(survivor, name)) for name in chosen}
    for name in chosen:
        setattr(survivor, name, getattr(merged, name))
    _save_file(survivor)
    return before, {name: plain(getattr(survivor, name)) for name in chosen}


def plain(value: Any) -> Any:
    """A field's value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _save_file(row: Customer) -> None:
    keys = customer_keys(name=row.name, short_name=row.short_name, code=row.code, phone=row.phone)
    for name, value in keys.items():
        setattr(row, name, value)
    row.save(update_fields=[*MERGED_FIELDS, *keys])


@transaction.atomic
def unmerge(*, merge_id: int, by: Any) -> Merge:
    """Make one customer two again: all that the merge moved goes back, and what was entered since stays.

    Raises:
        RuleBroken: It was taken back before, the survivor itself is merged by now, or something changed since.
    """
    row = Merge.objects.select_for_update().get(pk=merge_id)
    if row.undone_at is not None:
        raise RuleBroken(N_("This merge was taken back already."), code="merge_undone")
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=[row.survivor_id, row.merged_id])
    files = {one.pk: one for one in rows.order_by("pk")}
    survivor = files[row.survivor_id]
    if survivor.merged_into_id is not None:
        raise RuleBroken(
            N_("%(name)s is itself merged into another customer by now; take that back first."),
            code="survivor_merged", name=survivor.name,
        )  # fmt: skip
    _restore_file(survivor, row.before, row.after)
    for part in reversed(parts()):
        if part.code in row.moved:
            part.move_back(
                moved=row.moved[part.code], survivor_id=row.survivor_id, merged_id=row.merged_id, by=by
            )
    Customer.objects.filter(pk=row.merged_id).update(merged_into=None)
    refresh_current([row.survivor_id, row.merged_id])
    pair = {"first_id": min(files), "second_id": max(files)}
    DuplicatePair.objects.filter(**pair).update(state="open", decided_by=None, decided_at=None)
    row.undone_at, row.undone_by = clock.now(), by
    row.save(update_fields=["undone_at", "undone_by"])
    return row


def _restore_file(survivor: Customer, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    for name, value in after.items():
        if plain(getattr(survivor, name)) != value:
            field: Any = Customer._meta.get_field(name)
            raise changed_since(say(str(field.verbose_name)))
    for name, value in before.items():
        column: Any = Customer._meta.get_field(name)
        setattr(survivor, name, column.to_python(value) if name == "starts_on" else value)
    _save_file(survivor)
