"""What hangs on a customer and goes with it when it is merged into another, and how it comes back."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from qiao.customers.core.merging import Stretch, cut_out
from qiao.kernel.errors import N_
from qiao.runtime.contributions import Merging
from qiao.runtime.i18n import say
from qiao.runtime.merging import Rows, changed_since

from ..models import (
    Assignment,
    BusinessLine,
    Contact,
    Contract,
    Customer,
    HomeUnit,
    NoticeTold,
    PoolClaim,
    Site,
    StageChange,
)

Moved = dict[str, Any]
SITES = Rows(Site, N_("Sites"))
STAGES = Rows(StageChange, N_("Changes of stage"))
GROUP = Rows(Customer, N_("Customers of its group"), field="group_id")
# What the survivor has too – a contract of the same number, a notice told – stays where it is.
PLAIN: dict[str, tuple[Rows, str]] = {
    "contacts": (Rows(Contact, N_("Contacts")), ""),
    "business": (Rows(BusinessLine, N_("Business in use")), ""),
    "contracts": (Rows(Contract, N_("Contracts")), "number"),
    "notices": (Rows(NoticeTold, N_("Notices told")), "notice_id"),
    "claims": (Rows(PoolClaim, N_("Claims from the public pool")), ""),
}


def _clashing(rows: Rows, field: str, survivor_id: int, merged_id: int) -> list[int]:
    if not field:
        return []
    theirs = rows.of(survivor_id).values(field)
    return list(rows.of(merged_id).filter(**{f"{field}__in": theirs}).values_list("pk", flat=True))


def _move_plain(*, survivor_id: int, merged_id: int, **_: Any) -> Moved:
    return {
        code: rows.move(
            survivor_id=survivor_id, merged_id=merged_id,
            besides=_clashing(rows, field, survivor_id, merged_id),
        )
        for code, (rows, field) in PLAIN.items()
    }  # fmt: skip


def _plain_back(*, moved: Moved, survivor_id: int, merged_id: int, **_: Any) -> None:
    for code, ids in moved.items():
        PLAIN[code][0].move_back(ids, survivor_id=survivor_id, merged_id=merged_id)


def _move_sites(*, survivor_id: int, merged_id: int, **_: Any) -> Moved:
    """Sites go over; the survivor's main site stays the main one."""
    main = SITES.of(merged_id).filter(is_main=True).values_list("pk", flat=True).first()
    if main is not None and SITES.of(survivor_id).filter(is_main=True).exists():
        Site.objects.filter(pk=main).update(is_main=False)
    return {"sites": SITES.move(survivor_id=survivor_id, merged_id=merged_id), "main": main}


def _sites_back(*, moved: Moved, survivor_id: int, merged_id: int, **_: Any) -> None:
    SITES.move_back(moved["sites"], survivor_id=survivor_id, merged_id=merged_id)
    SITES.of(merged_id).update(is_main=False)
    Site.objects.filter(pk=moved["main"]).update(is_main=True)


def _move_stages(*, survivor_id: int, merged_id: int, on: date, **_: Any) -> Moved:
    """Both histories stand in one list, and its newest entry is the stage of the file."""
    ids = STAGES.move(survivor_id=survivor_id, merged_id=merged_id)
    row = Customer.objects.get(pk=survivor_id)
    last = StageChange.objects.filter(customer=row).order_by("-on", "-id").first()
    note = None
    if last is not None and last.stage != row.stage:
        made = StageChange.objects.create(
            customer=row, stage=row.stage, on=max(on, last.on), reason=say(N_("Two files were merged."))
        )
        note = made.pk
    return {"stages": ids, "note": note}


def _stages_back(*, moved: Moved, survivor_id: int, merged_id: int, **_: Any) -> None:
    StageChange.objects.filter(pk=moved["note"]).delete()
    STAGES.move_back(moved["stages"], survivor_id=survivor_id, merged_id=merged_id)


def _above(pk: int) -> list[int]:
    """The groups a customer belongs to, the nearest first."""
    found: list[int] = []
    above = Customer.objects.values_list("group_id", flat=True).get(pk=pk)
    while above is not None and above not in found:
        found.append(above)
        above = Customer.objects.values_list("group_id", flat=True).get(pk=above)
    return found


def _move_group(*, survivor_id: int, merged_id: int, **_: Any) -> Moved:
    """Customers below the merged one go below the survivor; one that stood below it takes its place."""
    above, theirs = _above(survivor_id), _above(merged_id)
    before = above[0] if above else None
    after = before
    if survivor_id not in theirs and (merged_id in above or before is None):
        after = theirs[0] if theirs else None
        Customer.objects.filter(pk=survivor_id).update(group=after)
    ids = GROUP.move(survivor_id=survivor_id, merged_id=merged_id, besides=[survivor_id])
    return {"subsidiaries": ids, "before": before, "after": after}


def _group_back(*, moved: Moved, survivor_id: int, merged_id: int, **_: Any) -> None:
    if Customer.objects.values_list("group_id", flat=True).get(pk=survivor_id) != moved["after"]:
        raise changed_since(say(N_("Group")))
    GROUP.move_back(moved["subsidiaries"], survivor_id=survivor_id, merged_id=merged_id)
    Customer.objects.filter(pk=survivor_id).update(group=moved["before"])


Clash = Callable[[Any, Any], bool]
DATED: dict[str, tuple[Any, str, tuple[str, ...], Clash]] = {
    "homes": (HomeUnit, N_("Home units in time"), ("unit_id", "reason"), lambda one, other: True),
    "assignments": (
        Assignment, N_("Who served, in time"), ("person_id", "role", "reason"),
        lambda one, other: one.role == other.role or one.person_id == other.person_id,
    ),
}  # fmt: skip


def _move_dated(*, survivor_id: int, merged_id: int, on: date, **_: Any) -> Moved:
    """Spans of the merged file fill the days the survivor has none; its own end with the merge.

    So a month's figures find a unit and a manager also where only the merged file had them.
    """
    return {code: _fill(code, survivor_id, merged_id, on) for code in DATED}


def _fill(code: str, survivor_id: int, merged_id: int, on: date) -> Moved:
    model, _label, copied, clash = DATED[code]
    kept = list(model.objects.select_for_update().filter(customer_id=survivor_id))
    old = list(model.objects.select_for_update().filter(customer_id=merged_id).order_by("starts_on", "pk"))
    made: list[Any] = []
    for row in old:
        taken = [Stretch(k.starts_on, k.ends_before) for k in kept if clash(k, row)]
        for piece in cut_out(Stretch(row.starts_on, row.ends_before), taken):
            values = {name: getattr(row, name) for name in copied}
            new = model.objects.create(
                customer_id=survivor_id, starts_on=piece.starts_on, ends_before=piece.ends_before, **values
            )
            kept.append(new)
            made.append([new.pk, new.starts_on.isoformat(), _text(new.ends_before)])
    return {"made": made, **_end(model, old, copied, on)}


def _end(model: Any, rows: list[Any], copied: tuple[str, ...], on: date) -> Moved:
    """The merged file is served by nobody and belongs to no unit from the day on."""
    ended, removed = [], []
    for row in rows:
        if row.starts_on >= on:
            removed.append({
                **{name: getattr(row, name) for name in copied}, "starts_on": row.starts_on.isoformat(),
                "ends_before": _text(row.ends_before),
            })  # fmt: skip
            row.delete()
        elif row.ends_before is None or row.ends_before > on:
            ended.append([row.pk, _text(row.ends_before)])
            row.ends_before = on
            row.save(update_fields=["ends_before"])
    return {"ended": ended, "removed": removed}


def _dated_back(*, moved: Moved, survivor_id: int, merged_id: int, **_: Any) -> None:
    for code, said in moved.items():
        _unfill(code, said, survivor_id, merged_id)


def _unfill(code: str, said: Mapping[str, Any], survivor_id: int, merged_id: int) -> None:
    model, label, *_rest = DATED[code]
    found = {
        row.pk: [row.pk, row.starts_on.isoformat(), _text(row.ends_before)]
        for row in model.objects.select_for_update().filter(customer_id=survivor_id)
    }
    if any(found.get(pk) != [pk, starts, ends] for pk, starts, ends in said["made"]):
        raise changed_since(say(label))
    model.objects.filter(pk__in=[pk for pk, *_span in said["made"]]).delete()
    for pk, ends in said["ended"]:
        model.objects.filter(pk=pk).update(ends_before=_day(ends))
    for values in said["removed"]:
        days = {"starts_on": _day(values["starts_on"]), "ends_before": _day(values["ends_before"])}
        model.objects.create(customer_id=merged_id, **{**values, **days})


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _count_dated(pk: int) -> list[tuple[str, int]]:
    return [
        (say(label), model.objects.filter(customer_id=pk).count()) for model, label, *_rest in DATED.values()
    ]


_STAYS = (
    ("customers.Standing.customer", N_("What closes concluded is never rewritten; the next close judges both together.")),
    ("customers.CurrentStanding.customer", N_("Repeats what a close concluded; the next close judges both together.")),
    ("customers.Customer.merged_into", N_("Merges of merges stay a chain, so that each can be taken back.")),
    ("customers.Merge.survivor", N_("A merge says which files it joined.")),
    ("customers.Merge.merged", N_("A merge says which files it joined.")),
    ("customers.PersonalRead.customer", N_("Who read what, and where, is never rewritten.")),
    ("customers.Erasure.customer", N_("What was erased, and where, is never rewritten.")),
    ("customers.PoolWarning.customer", N_("A warning is of who serves the file; nobody serves a merged one.")),
    ("customers.DuplicatePair.first", N_("A pair says which files looked alike.")),
    ("customers.DuplicatePair.second", N_("A pair says which files looked alike.")),
)  # fmt: skip

MERGINGS = (
    Merging(
        "customer", "customers.rows", 10,
        ("customers.Contact.customer", "customers.BusinessLine.customer", "customers.Contract.customer", "customers.NoticeTold.customer", "customers.PoolClaim.customer"),
        lambda pk: [rows.count(pk) for rows, _field in PLAIN.values()], _move_plain, _plain_back, _STAYS,
    ),
    Merging("customer", "customers.sites", 20, ("customers.Site.customer",), lambda pk: [SITES.count(pk)], _move_sites, _sites_back),
    Merging("customer", "customers.stages", 30, ("customers.StageChange.customer",), lambda pk: [STAGES.count(pk)], _move_stages, _stages_back),
    Merging("customer", "customers.group", 40, ("customers.Customer.group",), lambda pk: [GROUP.count(pk)], _move_group, _group_back),
    Merging(
        "customer", "customers.dated", 50, ("customers.HomeUnit.customer", "customers.Assignment.customer"),
        _count_dated, _move_dated, _dated_back,
    ),
)  # fmt: skip
