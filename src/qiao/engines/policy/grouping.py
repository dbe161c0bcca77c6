"""Blocks that see several people at once: who takes part is found here, the arithmetic is in :mod:`.groups`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from qiao.engines.formula import Failure, Value, evaluate, settle
from qiao.engines.formula.evaluate import wrong_kind
from qiao.engines.formula.values import NOT_APPLICABLE, is_failure, is_not_applicable
from qiao.kernel.errors import N_, Undefined
from qiao.kernel.text import Text

from .contexts import Context
from .groups import Heads, award, distribute, rank, share_out, tied_groups
from .model import Classes, Formula, Item, Order, Prizes, Rank, Share
from .nodes import TraceNode
from .scope import ItemScope
from .workings import Workings

_NAMES: dict[type[Rank] | type[Classes] | type[Share] | type[Prizes], str] = {
    Rank: "rank",
    Classes: "classes",
    Share: "share",
    Prizes: "prizes",
}


def work_out_group(engine: Workings, item: Item, context: Context, node: TraceNode) -> None:
    """Work a group block out for everybody at once; the node gets its person's result."""
    key = (item.code, context.period.label, context.period.grain, context.day, context.overlay)
    if key not in engine.groups:
        engine.groups[key] = {}  # a group that needs itself finds nothing
        engine.groups[key] = _Group(engine, item, context).results()
    found = engine.groups[key].get(context.person or "")
    if found is None:
        node.value = NOT_APPLICABLE
        return
    node.value, node.formula, node.parts = found.value, found.formula, list(found.parts)
    node.detail = dict(found.detail)


@dataclass(frozen=True, slots=True)
class Members:
    """Who takes part in one group, with their criteria; ``failure`` when the places cannot be told."""

    criteria: dict[str, tuple[Value, ...]]
    failure: Failure | None


def gather(engine: Workings, item: Item, context: Context) -> dict[str, Members]:
    """Who takes part in a group block, group by group."""
    return _Group(engine, item, context).gather()


class _Group:
    """One group block in one period."""

    def __init__(self, engine: Workings, item: Item, context: Context) -> None:
        self.engine, self.item, self.context = engine, item, context
        self.steps: dict[str, list[TraceNode]] = {}

    def at(self, person: str) -> Context:
        return replace(self.context, person=person, event=None)

    def work(self, formula: Formula, person: str) -> Value:
        return evaluate(
            formula.tree, ItemScope(self.engine, self.at(person), self.steps.setdefault(person, []))
        )

    def results(self) -> dict[str, TraceNode]:
        block = self.item.block
        assert isinstance(block, (Rank, Classes, Share, Prizes))
        work: Callable[[dict[str, tuple[Value, ...]]], dict[str, Value] | Failure] = {
            Rank: self._rank,
            Classes: self._classes,
            Share: self._share,
            Prizes: self._prizes,
        }[type(block)]
        nodes: dict[str, TraceNode] = {}
        for name, members in self.gather().items():
            results = members.failure or work(members.criteria)
            self._note(name, members.criteria, results, nodes)
        return nodes

    def gather(self) -> dict[str, Members]:
        """Gather who takes part and their criteria, group by group; a missing criterion of one leaves his whole group without
        a result, because the places of the others depend on it."""
        block = self.item.block
        assert isinstance(block, (Rank, Classes, Share, Prizes))
        order = block if isinstance(block, Share) else block.order
        criteria = [order.by, *(formula for formula, _ in (() if isinstance(order, Share) else order.then))]
        groups: dict[str, dict[str, tuple[Value, ...]]] = {}
        failed: dict[str, Failure] = {}
        for person in self._people():
            taking = self._takes_part(order.among, person)
            if taking is False:
                continue
            name = str(self.work(order.within, person)) if order.within is not None else ""
            values = tuple(self.work(formula, person) for formula in criteria)
            if any(is_not_applicable(v) for v in values):
                continue
            groups.setdefault(name, {})[person] = values
            failure = taking if taking is not True else next((v for v in values if is_failure(v)), None)
            if failure is not None:
                failed.setdefault(name, failure)
        return {name: Members(members, failed.get(name)) for name, members in groups.items()}

    def _people(self) -> list[str]:
        facts, item = self.engine.facts, self.item
        there = [p for p in facts.people if facts.is_there(p, self.context.period, leavers=item.leavers)]
        if item.when is None:
            return there
        return [p for p in there if evaluate(item.when.tree, ItemScope(self.engine, self.at(p), [])) is True]

    def _takes_part(self, among: Formula | None, person: str) -> bool | Failure:
        if among is None:
            return True
        value = self.work(among, person)
        if is_not_applicable(value):
            return False
        if isinstance(value, bool):
            return value
        return value if is_failure(value) else wrong_kind(value, "truth")

    def _note(
        self,
        name: str,
        members: dict[str, tuple[Value, ...]],
        results: dict[str, Value] | Failure,
        nodes: dict[str, TraceNode],
    ) -> None:
        block = self.item.block
        assert isinstance(block, (Rank, Classes, Share, Prizes))
        label = _NAMES[type(block)]
        order = block.by.text if isinstance(block, Share) else block.order.by.text
        elements = [
            TraceNode(
                "element",
                label,
                Text(person),
                values[0],
                person,
                self.context.period.label,
                formula=order,
                parts=self.steps.get(person, []),
            )
            for person, values in members.items()
        ]
        for person in members:
            value = results[person] if isinstance(results, dict) else results
            node = TraceNode(
                "group",
                self.item.code,
                self.item.title,
                value,
                person,
                self.context.period.label,
                formula=f"{label}({order})",
                parts=elements,
            )
            node.detail["group"] = name
            node.detail["heads"] = Decimal(len(members))
            nodes[person] = node

    # The four blocks

    def _order(self) -> Order:
        block = self.item.block
        assert isinstance(block, (Rank, Classes, Prizes))
        return block.order

    def _tied(self, members: dict[str, tuple[Value, ...]]) -> list[list[str]]:
        order = self._order()
        return tied_groups(members, [order.highest_first, *(up for _, up in order.then)])

    def _rank(self, members: dict[str, tuple[Value, ...]]) -> dict[str, Value]:
        block = self.item.block
        assert isinstance(block, Rank)
        return dict(rank(self._tied(members), block.ties))

    def _classes(self, members: dict[str, tuple[Value, ...]]) -> dict[str, Value] | Failure:
        block = self.item.block
        assert isinstance(block, Classes)
        first = next(iter(members))
        heads = []
        for place in block.places:
            if place.end == "rest":
                continue
            formula = place.share or place.count
            assert formula is not None
            number = self.work(formula, first)
            if not isinstance(number, Decimal):
                return number if is_failure(number) else wrong_kind(number, "number")
            share, count = (number, None) if place.share is not None else (None, number)
            heads.append(Heads(place.name, place.end, share, count, place.rounding))
        rest = next(place.name for place in block.places if place.end == "rest")
        return dict(distribute(self._tied(members), heads, rest, block.ties))

    def _share(self, members: dict[str, tuple[Value, ...]]) -> dict[str, Value] | Failure:
        block = self.item.block
        assert isinstance(block, Share)
        pool = self.work(block.pool, next(iter(members)))
        if not isinstance(pool, Decimal):
            return pool if is_failure(pool) else wrong_kind(pool, "number")
        points: dict[str, Decimal] = {}
        for person, (value,) in members.items():
            if not isinstance(value, Decimal):
                return wrong_kind(value, "number")
            if settle(value) < 0:
                return Undefined(N_("the points of %(person)s are below 0"), {"person": person}, "bad_points")
            points[person] = max(value, Decimal(0))
        if not any(points.values()):
            if block.nobody == "error":
                return Undefined(N_("nobody has points, so the pool cannot be shared"), code="nobody")
            return dict.fromkeys(points, Decimal(0))
        return dict(share_out(pool, points, block.step, block.residue))

    def _prizes(self, members: dict[str, tuple[Value, ...]]) -> dict[str, Value] | Failure:
        block = self.item.block
        assert isinstance(block, Prizes)
        prizes = []
        for formula in block.prizes:
            prize = self.work(formula, next(iter(members)))
            if not isinstance(prize, Decimal):
                return prize if is_failure(prize) else wrong_kind(prize, "number")
            prizes.append(prize)
        return dict(award(self._tied(members), prizes, block.ties, block.step))
