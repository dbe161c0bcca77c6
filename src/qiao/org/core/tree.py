"""The tree of units as it stands on one day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from qiao.kernel.errors import N_, RuleBroken


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit on the day asked for.

    Attributes:
        id, code, kind: Its identity.
        name_zh, name_en: Its names.
        parent_id: The unit above on that day, None for a root.
    """

    id: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    parent_id: int | None


@dataclass(frozen=True)
class UnitTree:
    """All units in existence on one day, with who is above whom.

    Source: requirement 1.1.
    """

    on: date
    nodes: Mapping[int, UnitNode]
    _children: dict[int | None, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        below: dict[int | None, list[int]] = {}
        for node in self.nodes.values():
            # A unit whose parent is closed on that day stands at the top rather than vanishing.
            parent = node.parent_id if node.parent_id in self.nodes else None
            below.setdefault(parent, []).append(node.id)
        ordered = {
            parent: tuple(sorted(ids, key=lambda i: (self.nodes[i].code, i))) for parent, ids in below.items()
        }
        object.__setattr__(self, "_children", ordered)

    @property
    def roots(self) -> tuple[int, ...]:
        """Units with none above, by code."""
        return self._children.get(None, ())

    def children(self, unit_id: int) -> tuple[int, ...]:
        """Units directly below, by code."""
        return self._children.get(unit_id, ())

    def descendants(self, unit_id: int) -> tuple[int, ...]:
        """The unit itself and all below, depth first by code; empty when it does not exist on that day."""
        return tuple(u for u, _depth in self._walk(unit_id)) if unit_id in self.nodes else ()

    def ancestors(self, unit_id: int) -> tuple[int, ...]:
        """The unit itself and all above, nearest first."""
        chain: list[int] = []
        current: int | None = unit_id
        while current is not None and current in self.nodes and current not in chain:
            chain.append(current)
            current = self.nodes[current].parent_id
        return tuple(chain)

    def depth(self, unit_id: int) -> int:
        """Steps from the top, 0 for a root."""
        return max(0, len(self.ancestors(unit_id)) - 1)

    def walk(self) -> Iterator[tuple[int, int]]:
        """Every unit depth first, as (unit_id, depth)."""
        return self._walk(*self.roots)

    def _walk(self, *tops: int) -> Iterator[tuple[int, int]]:
        stack = [(top, 0) for top in reversed(tops)]
        while stack:
            unit_id, depth = stack.pop()
            yield unit_id, depth
            stack.extend((child, depth + 1) for child in reversed(self.children(unit_id)))


def check_placement(tree: UnitTree, *, unit_id: int, parent_id: int | None) -> None:
    """Refuse to place a unit below itself.

    Raises:
        RuleBroken: The new parent is the unit or stands below it.
    """
    if parent_id is not None and parent_id in tree.descendants(unit_id):
        raise RuleBroken(N_("A unit cannot stand below itself."), code="unit_cycle", field="parent")


def build_tree(on: date, nodes: Iterable[UnitNode]) -> UnitTree:
    """A tree from its nodes."""
    return UnitTree(on=on, nodes={node.id: node for node in nodes})
