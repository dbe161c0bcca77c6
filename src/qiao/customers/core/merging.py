"""What two files become when they are one customer: spans that fill gaps, fields chosen one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MERGED_FIELDS = (
    "name", "short_name", "kind", "segment", "industry", "stage", "phone", "tax_number", "traits", "starts_on",
)  # fmt: skip
FAR = date.max


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from one until before another; ``ends_before`` None is open."""

    starts_on: date
    ends_before: date | None = None

    @property
    def end(self) -> date:
        """The day before which it ends, far away when it is open."""
        return self.ends_before or FAR


def cut_out(stretch: Stretch, taken: Iterable[Stretch]) -> list[Stretch]:
    """What of a stretch no other covers, in order."""
    left = [stretch]
    for other in taken:
        cut: list[Stretch] = []
        for piece in left:
            if other.end <= piece.starts_on or piece.end <= other.starts_on:
                cut.append(piece)
                continue
            if piece.starts_on < other.starts_on:
                cut.append(Stretch(piece.starts_on, other.starts_on))
            if other.end < piece.end:
                cut.append(Stretch(other.end, piece.ends_before))
        left = cut
    return sorted(left, key=lambda piece: piece.starts_on)


def suggest_fields(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Fields to take from the other file: where the kept one says nothing, and the earlier first day."""
    taken = [name for name in MERGED_FIELDS if not kept[name] and other[name]]
    if other["starts_on"] < kept["starts_on"]:
        taken.append("starts_on")
    return taken


def differing(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Fields the two say different things in."""
    return [name for name in MERGED_FIELDS if kept[name] != other[name]]


def last_of(parents: Mapping[int, int], pk: int) -> int:
    """Who stands for a customer in the end, following merges of merges."""
    seen: set[int] = set()
    while pk in parents and pk not in seen:
        seen.add(pk)
        pk = parents[pk]
    return pk


def standing_for(parents: Mapping[int, int]) -> Sequence[tuple[int, int]]:
    """(merged, who stands for it in the end) of every merged customer, by id."""
    return [(pk, last_of(parents, pk)) for pk in sorted(parents)]
