"""What every record carries goes to the survivor when two records of a kind are merged, and back."""

from typing import Any

from qiao.kernel.errors import N_
from qiao.runtime.contributions import Merging
from qiao.runtime.merging import Rows, changed_since

from ..models import Attachment, Comment, CustomValues, Favourite, Follow, Tagged, Visit


def merging_of(kind: str) -> Merging:
    """The part of a merge for records of a kind: the kind's own context registers it."""
    parts = {code: (_rows(kind, *held), alike) for code, (held, alike) in _HELD.items()}

    def move(*, survivor_id: int, merged_id: int, **_: Any) -> dict[str, Any]:
        moved: dict[str, Any] = {}
        for code, (rows, alike) in parts.items():
            stays = _doubles(rows, alike, survivor_id, merged_id) if alike else ()
            moved[code] = rows.move(survivor_id=survivor_id, merged_id=merged_id, besides=stays)
        moved["values"] = _fill_values(kind, survivor_id, merged_id)
        return moved

    def move_back(*, moved: dict[str, Any], survivor_id: int, merged_id: int, **_: Any) -> None:
        for code, (rows, _alike) in parts.items():
            rows.move_back(moved[code], survivor_id=survivor_id, merged_id=merged_id)
        _take_values_back(kind, survivor_id, moved["values"])

    covers = tuple(f"records.{held[0].__name__}.object_id" for held, _alike in _HELD.values())
    return Merging(
        kind, "records.rows", 90, (*covers, "records.CustomValues.object_id"),
        lambda pk: [parts[code][0].count(pk) for code in ("comments", "files", "tags")], move, move_back,
        stays=(("runtime.ListChangeRow.object_id", "an edit in a list is taken back on the record it was made on"),),
    )  # fmt: skip


# Each with what makes two of them one: a follower of both records stays one follower.
_HELD: dict[str, tuple[tuple[type[Any], str], str]] = {
    "comments": ((Comment, N_("Comments")), ""),
    "files": ((Attachment, N_("Attachments")), ""),
    "follows": ((Follow, N_("Followers")), "user_id"),
    "tags": ((Tagged, N_("Tags")), "tag_id"),
    "favourites": ((Favourite, N_("Favourites")), "user_id"),
    "visits": ((Visit, N_("Visits to the record")), "user_id"),
}


def _rows(kind: str, model: type[Any], label: str) -> Rows:
    where = {"tag__kind": kind} if model is Tagged else {"kind": kind}
    return Rows(model, label, field="object_id", where=where)


def _doubles(rows: Rows, alike: str, survivor_id: int, merged_id: int) -> list[int]:
    """Rows that would say of the survivor what is said of it already: they stay with the merged record."""
    known = rows.of(survivor_id).values_list(alike, flat=True)
    return list(rows.of(merged_id).filter(**{f"{alike}__in": list(known)}).values_list("pk", flat=True))


def _fill_values(kind: str, survivor_id: int, merged_id: int) -> dict[str, Any] | None:
    """What the survivor's custom fields leave open is taken over. Returns what they said before and say now."""
    theirs = CustomValues.objects.filter(kind=kind, object_id=merged_id).first()
    if theirs is None or not theirs.values:
        return None
    row, made = CustomValues.objects.select_for_update().get_or_create(kind=kind, object_id=survivor_id)
    before = dict(row.values)
    row.values = {
        **theirs.values,
        **{code: value for code, value in before.items() if value not in (None, "")},
    }
    row.save(update_fields=["values"])
    return {"before": None if made else before, "after": row.values}


def _take_values_back(kind: str, survivor_id: int, moved: dict[str, Any] | None) -> None:
    if moved is None:
        return
    row = CustomValues.objects.select_for_update().filter(kind=kind, object_id=survivor_id).first()
    if row is None or row.values != moved["after"]:
        raise changed_since(N_("Custom fields"))
    if moved["before"] is None:
        row.delete()
        return
    row.values = moved["before"]
    row.save(update_fields=["values"])
