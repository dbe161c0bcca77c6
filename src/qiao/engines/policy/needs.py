"""What an item needs: the order items are worked out in, and circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qiao.engines.formula import Call, Name, Node
from qiao.engines.formula.syntax import walk
from qiao.kernel.errors import N_

from .faults import Faults
from .model import Aggregate, Classes, Formula, Item, Policy, Prizes, Rank, Share, Weigh


def order_of_items(policy: Policy) -> list[Item]:
    """Items after those they need, so that working them out one by one never digs deep."""
    needs = {code: _needs(policy, item) for code, item in policy.items.items()}
    order: dict[str, Item] = {}
    for start in needs:
        stack = [(start, iter(sorted(needs[start])))]
        seen = {start}
        while stack:
            code, rest = stack[-1]
            following = next((need for need in rest if need not in order and need not in seen), None)
            if following is None:
                order.setdefault(code, policy.items[code])
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(sorted(needs[following]))))
    return list(order.values())


def check_circles(policy: Policy, faults: Faults) -> None:
    """An item that needs itself in the same period, and not by way of an earlier one."""
    needs = {code: _needs(policy, item) for code, item in policy.items.items()}
    done: set[str] = set()
    for start in needs:
        trail: list[str] = []
        circle = _find_circle(start, needs, trail, done)
        if circle:
            said = " → ".join(policy.items[code].title.zh for code in circle)
            faults.add(f"items.{circle[0]}", N_("it depends on itself: %(circle)s"), "circle", circle=said)
            return


def _find_circle(code: str, needs: Mapping[str, set[str]], trail: list[str], done: set[str]) -> list[str]:
    """Depth first without recursion: the circle met, or nothing."""
    if code in done:
        return []
    stack: list[tuple[str, Iterator[str]]] = [(code, iter(sorted(needs[code])))]
    trail.append(code)
    while stack:
        rest = stack[-1][1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            done.add(trail.pop())
        elif following in trail:
            return [*trail[trail.index(following) :], following]
        elif following not in done:
            trail.append(following)
            stack.append((following, iter(sorted(needs[following]))))
    return []


def _needs(policy: Policy, item: Item) -> set[str]:
    found: set[str] = set()
    for formula in formulas_of(item):
        found |= _direct_needs(policy, formula.tree)
    block = item.block
    if isinstance(block, Aggregate):
        earlier = (
            not block.window.current or block.until == "before" or block.window.kind in ("back", "inside")
        )
        if not earlier and block.over != "people" and block.whose == "self":
            found |= _direct_needs(policy, block.of.tree)
        if not earlier and block.where is not None:
            found |= _direct_needs(policy, block.where.tree) - {item.code}
    return found


def formulas_of(item: Item) -> list[Formula]:
    """The formulas of an item that are worked out for the same person and period."""
    found = [
        item.when,
        item.at_least,
        item.at_most,
        item.steps,
        *(g.condition for g in item.gates),
        *(g.then for g in item.gates),
    ]
    match item.block:
        case Formula() as formula:
            found.append(formula)
        case Weigh(parts=parts):
            found += [f for part in parts for f in (part.value, part.weight, part.when)]
        case Rank(order=order) | Classes(order=order):
            found += [order.by, order.among, *(f for f, _ in order.then)]
        case Prizes(order=order, prizes=prizes):
            found += [order.by, order.among, *(f for f, _ in order.then), *prizes]
        case Share() as share:
            found += [share.pool, share.by, share.among]
    return [formula for formula in found if formula is not None]


def _direct_needs(policy: Policy, tree: Node) -> set[str]:
    """Items a formula needs now; what PREVIOUS, INPERIOD, OF, REVERSED and WITH look at lies elsewhere."""
    found: set[str] = set()
    elsewhere: set[int] = set()
    for node in walk(tree):
        if isinstance(node, Call) and node.function in ("PREVIOUS", "INPERIOD", "OF", "REVERSED", "AROUND"):
            elsewhere |= {id(inner) for inner in walk(node.arguments[0])}
        if isinstance(node, Name) and id(node) not in elsewhere:
            code = policy.names.get(node.name, "")
            if code in policy.items:
                found.add(code)
    return found
