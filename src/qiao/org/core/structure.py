"""Units that exist against what a template says every unit of their kind should have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .tree import UnitTree


@dataclass(frozen=True, slots=True)
class Wanted:
    """A unit a template asks for. ``above_id``: the template's unit it stands within, None for directly below."""

    id: int
    code: str
    for_kind: str
    above_id: int | None
    kind: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Place:
    """One unit asked for at one unit: there, or missing.

    Attributes:
        wanted: What the template says.
        depth: 0 directly below the unit.
        unit_id: The unit that is it, None when missing.
        above_unit_id: The unit it stands or would stand below, None when that is missing too.
        code: The code it carries, or would get.
    """

    wanted: Wanted
    depth: int
    unit_id: int | None
    above_unit_id: int | None
    code: str


def order_wanted(wanted: Iterable[Wanted]) -> list[tuple[Wanted, int]]:
    """Units of one kind's template top down with their depth; what stands within nothing known is left out."""
    below: dict[int | None, list[Wanted]] = {}
    for one in wanted:
        below.setdefault(one.above_id, []).append(one)
    ordered: list[tuple[Wanted, int]] = []

    def walk(above: int | None, depth: int) -> None:
        for one in below.get(above, ()):
            ordered.append((one, depth))
            walk(one.id, depth + 1)

    walk(None, 0)
    return ordered


def compare_unit(tree: UnitTree, unit_id: int, wanted: Sequence[tuple[Wanted, int]]) -> list[Place]:
    """What a unit has of its template and what is missing.

    A unit below is the one asked for when it carries the code it would have been given, or its kind and Chinese name.

    Args:
        tree: The tree of the day.
        unit_id: A unit of the template's kind.
        wanted: The template in order, as :func:`order_wanted` gives it.
    """
    found: dict[int | None, int | None] = {None: unit_id}
    codes: dict[int | None, str] = {None: tree.nodes[unit_id].code}
    places = []
    for one, depth in wanted:
        above, code = found[one.above_id], f"{codes[one.above_id]}-{one.code}"
        match = None
        for child in tree.children(above) if above is not None else ():
            node = tree.nodes[child]
            if node.code == code or (node.kind == one.kind and node.name_zh == one.name_zh):
                match = child
                break
        carried = tree.nodes[match].code if match is not None else code
        found[one.id], codes[one.id] = match, carried
        places.append(Place(one, depth, match, above, carried))
    return places
