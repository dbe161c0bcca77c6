"""What a policy that was read must satisfy before anything is worked out with it.

Names exist, kinds and units agree, tables get the keys they want, weights add up, nothing depends on itself except by
way of an earlier period. Source: the publishing gate of issue 4; requirements 3.1, 12.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches

from qiao.engines.formula import Call, FormulaError, Name, Node, Sort, Unit, check_formula
from qiao.engines.formula.check import WORDS as KIND_WORDS
from qiao.engines.formula.check import check_count, fits, same_unit, unknown_name
from qiao.engines.formula.evaluate import evaluate
from qiao.engines.formula.functions import FUNCTIONS
from qiao.engines.formula.values import Value
from qiao.kernel.errors import N_, Undefined

from .faults import Faults
from .model import Aggregate, Classes, Formula, Item, Order, Policy, Prizes, Rank, Share, Weigh
from .needs import check_circles, order_of_items
from .tables import SLICED, Reading, Table
from .words import REACHES, WORDS

NUMBER = Sort("number")
TRUTH = Sort("truth")
TEXT = Sort("text")


def check_policy(policy: Policy, faults: Faults) -> dict[str, Sort]:
    """Note everything wrong with a policy.

    Returns:
        Kind and unit of every item; ``any`` only where they cannot be known before working out.
    """
    checker = Checker(policy, faults)
    for item in order_of_items(policy):  # what is needed first, so that nothing is looked up deep
        checker.sort_of_item(item.code)
    for code, item in policy.items.items():
        checker.check_item(code, item)
    if not faults.found:
        check_circles(policy, faults)
    for code in policy.items:  # what looks at its own past is known once the rest is
        if checker.sorts[code].kind == "any":
            del checker.sorts[code]
            checker.sort_of_item(code)
    return checker.sorts


class Checker:
    """Kinds and units of a policy's items, each found once."""

    def __init__(self, policy: Policy, faults: Faults) -> None:
        self.policy, self.faults = policy, faults
        self.sorts: dict[str, Sort] = {}
        self.busy: set[str] = set()

    def check_item(self, code: str, item: Item) -> None:
        """Every formula of an item."""
        path = f"items.{code}"
        sort = self.sort_of_item(code, report=True)
        names = _Surroundings(self, item)
        gated = _Surroundings(self, item, value=sort)
        self.expect(item.when, f"{path}.when", TRUTH, names)
        self.expect(item.show, f"{path}.show", TRUTH, gated)
        self.expect(item.events, f"{path}.events", TRUTH, names)
        for n, gate in enumerate(item.gates):
            self.expect(gate.condition, f"{path}.gates[{n}].if", TRUTH, gated)
            self.expect(gate.then, f"{path}.gates[{n}].then", sort, gated)
        self.expect(item.at_least, f"{path}.at_least", sort, names)
        self.expect(item.at_most, f"{path}.at_most", sort, names)
        self.expect(item.steps, f"{path}.steps", sort, names)
        self.expect(item.start, f"{path}.start", sort, names)
        for name in ("person", "period", "item"):
            self.expect(getattr(item.labels, name), f"{path}.row.{name}", Sort("any"), gated)
        if sort.kind not in ("number", "any"):
            for name in ("at_least", "at_most", "steps", "rounding", "shown"):
                if getattr(item, name) is not None:
                    self.faults.add(f"{path}.{name}", N_("only a number has limits, steps and rounding"))
        if item.per != "event" and item.events is not None:
            self.faults.add(f"{path}.events", N_("only an item per event chooses events"))

    def sort_of_item(self, code: str, *, report: bool = False) -> Sort:
        """What an item yields: as declared, else found from its block; a circle leaves it open."""
        item = self.policy.items[code]
        if code in self.sorts and not report:
            return self.sorts[code]
        if code in self.busy:
            return Sort(item.kind or "any", item.unit)
        self.busy.add(code)
        faults = self.faults if report else Faults()
        found = _BlockCheck(self, item, f"items.{code}", faults).sort()
        self.busy.discard(code)
        if item.kind and not fits(found.kind, item.kind):
            faults.add(
                f"items.{code}.kind",
                N_("%(wanted)s is declared, the formula gives %(found)s"),
                wanted=KIND_WORDS[item.kind],
                found=KIND_WORDS[found.kind],
            )
        if not same_unit(found.unit, item.unit):
            faults.add(
                f"items.{code}.unit",
                N_("the unit %(wanted)s is declared, the formula gives %(found)s"),
                wanted=str(item.unit),
                found=str(found.unit),
            )
        self.sorts[code] = Sort(item.kind or found.kind, item.unit if item.unit is not None else found.unit)
        return self.sorts[code]

    def expect(
        self,
        formula: Formula | None,
        path: str,
        wanted: Sort,
        names: _Surroundings,
        faults: Faults | None = None,
    ) -> Sort:
        """Check a formula and that it yields what is wanted."""
        if formula is None:
            return wanted
        faults = faults or self.faults
        try:
            found = check_formula(formula.tree, names)
        except FormulaError as error:
            faults.add(path, N_("character %(at)s: %(why)s"), "bad_formula", at=error.at + 1, why=error)
            return Sort()
        if not fits(found.kind, wanted.kind):
            faults.add(
                path,
                N_("%(wanted)s is needed here, this is %(found)s"),
                wanted=KIND_WORDS[wanted.kind],
                found=KIND_WORDS[found.kind],
            )
        elif not same_unit(found.unit, wanted.unit):
            faults.add(
                path,
                N_("the unit %(wanted)s is needed here, this is %(found)s"),
                wanted=str(wanted.unit),
                found=str(found.unit),
            )
        return found


class _Surroundings:
    """Names and functions as one item sees them; ``element`` says inside what an aggregate looks."""

    def __init__(self, checker: Checker, item: Item, *, value: Sort | None = None, element: str = "") -> None:
        self.checker, self.item, self.value, self.element = checker, item, value, element
        self.policy = checker.policy

    def sort_of(self, name: Name) -> Sort:
        """Kind and unit of a name."""
        text = name.name
        if text.startswith("own."):
            if not self.element:
                raise FormulaError(
                    N_("“own.” speaks of the person an aggregate is for, inside the aggregate"), name.at
                )
            outer = _Surroundings(self.checker, self.item)
            return outer.sort_of(Name(text[4:], name.at))
        code = self.policy.names.get(text, "")
        if code in self.policy.items:
            return self.checker.sort_of_item(code)
        if code in self.policy.figures:
            figure = self.policy.figures[code]
            return Sort(figure.kind, figure.unit)
        if code in self.policy.tables:
            raise FormulaError(N_("“%(name)s” is a table; use LOOKUP or APPLY"), name.at, name=text)
        word = WORDS.get(text)
        if word is None:
            known = [*self.policy.names, *WORDS]
            close = get_close_matches(text, known, 1)
            raise unknown_name(name, close[0] if close else "")
        return self._sort_of_word(name, word.kind)

    def _sort_of_word(self, name: Name, kind: str) -> Sort:
        text = name.name
        if text == "value":
            if self.value is None:
                raise FormulaError(N_("“value” is the value so far, for gates and labels only"), name.at)
            return self.value
        if text.startswith("event") and self.item.per != "event" and self.element != "events":
            raise FormulaError(
                N_("there is no event here; use an item per event, or an aggregate over events"), name.at
            )
        if text.startswith("span.") and self.element != "spans":
            raise FormulaError(N_("“%(name)s” exists only in an aggregate over spans"), name.at, name=text)
        if text.startswith("person") and self.item.per == "group" and not self.element:
            raise FormulaError(N_("an item for all has no person; aggregate over people"), name.at)
        return Sort(kind)

    def opaque(self, call: Call) -> frozenset[int]:
        """Which arguments are names of things."""
        reach = REACHES.get(call.function)
        if reach is None:
            close = get_close_matches(call.function, [*FUNCTIONS, *REACHES], 1)
            if close:
                raise FormulaError(
                    N_("there is no function %(name)s; did you mean %(close)s?"),
                    call.at,
                    name=call.function,
                    close=close[0],
                )
            raise FormulaError(N_("there is no function %(name)s"), call.at, name=call.function)
        check_count(call, reach.least, reach.most)
        if call.function == "WITH":
            return frozenset(range(1, len(call.arguments), 2))
        return reach.opaque

    def sort_of_call(self, call: Call, inner: Mapping[int, Sort]) -> Sort:
        """Kind and unit of a function that looks beyond the formula."""
        match call.function:
            case "LOOKUP" | "APPLY" | "APPLYFROM" | "WITHIN":
                return self._table_call(call, inner)
            case "GIVEN":
                self._figure(call.arguments[0])
                return TRUTH
            case "PARAMETER":
                figure = self._figure(call.arguments[0])
                self._need(call.arguments[1], inner[1], "text")
                return figure
            case "WITH":
                return self._with(call, inner)
            case "PREVIOUS":
                if 1 in inner:
                    self._need(call.arguments[1], inner[1], "number")
                if 2 in inner:
                    self._need(call.arguments[2], inner[2], inner[0].kind)
            case "INPERIOD" | "AROUND" | "OF":
                self._need(call.arguments[1], inner[1], "text")
            case "ASOF":
                self._need(call.arguments[1], inner[1], "date")
        return inner[0]

    def _need(self, node: Node, sort: Sort, kind: str) -> None:
        if not fits(sort.kind, kind):
            raise FormulaError(
                N_("%(wanted)s is needed here, this is %(found)s"),
                node.at,
                wanted=KIND_WORDS[kind],
                found=KIND_WORDS[sort.kind],
            )

    def _figure(self, node: Node) -> Sort:
        code = self.policy.names.get(node.name, "") if isinstance(node, Name) else ""
        if code not in self.policy.figures:
            raise FormulaError(N_("the name of a declared figure is needed here"), node.at)
        figure = self.policy.figures[code]
        return Sort(figure.kind, figure.unit)

    def _with(self, call: Call, inner: Mapping[int, Sort]) -> Sort:
        if len(call.arguments) % 2 == 0:
            raise FormulaError(N_("WITH takes a figure, then pairs of a name and a value"), call.at)
        for place in range(1, len(call.arguments), 2):
            node = call.arguments[place]
            declared = self.sort_of(node) if isinstance(node, Name) else self._figure(node)
            self._need(call.arguments[place + 1], inner[place + 1], declared.kind)
        return inner[0]

    def _table(self, node: Node) -> Table:
        code = self.policy.names.get(node.name, "") if isinstance(node, Name) else ""
        if code not in self.policy.tables:
            said = node.name if isinstance(node, Name) else "…"
            raise FormulaError(N_("there is no table “%(name)s”"), node.at, name=said)
        return self.policy.tables[code]

    def _table_call(self, call: Call, inner: Mapping[int, Sort]) -> Sort:
        table = self._table(call.arguments[0])
        arguments = [inner[n] for n in range(1, len(call.arguments))]
        if call.function == "LOOKUP":
            self._check_keys(call, table, list(range(len(table.axes))), arguments, 1)
            return Sort(table.kind, table.unit)
        if table.kind != "number":
            raise FormulaError(N_("table “%(name)s” holds texts; use LOOKUP"), call.at, name=table.title.zh)
        if call.function == "WITHIN":
            if not any(axis.sort == "bands" for axis in table.axes) or len(table.axes) != 1:
                raise FormulaError(N_("WITHIN needs a table with one dimension of bands"), call.at)
            for n in range(2, len(call.arguments)):
                self._need(call.arguments[n], inner[n], "number")
            return Sort("number", inner[2].unit)
        sliced = table.reading in SLICED
        if call.function == "APPLYFROM" and not sliced:
            raise FormulaError(
                N_("APPLYFROM needs a table read slice by slice (marginal, pro_rata)"), call.at
            )
        base = arguments[0]
        self._need(call.arguments[1], base, "number")
        skip = 2 if call.function == "APPLYFROM" else 1
        if call.function == "APPLYFROM":
            self._need(call.arguments[2], arguments[1], "number")
        places = [n for n in range(len(table.axes)) if not (sliced and n == table.sliced_axis)]
        keys = arguments[skip:]
        if keys or sliced or len(table.axes) > 1:
            self._check_keys(call, table, places, keys, 1 + skip)
        if table.reading in (Reading.WHOLE, Reading.PER_UNIT, Reading.MARGINAL):
            unit = base.unit.times(table.unit) if base.unit is not None and table.unit is not None else None
            return Sort("number", unit)
        return Sort("number", table.unit)

    def _check_keys(self, call: Call, table: Table, places: list[int], keys: list[Sort], first: int) -> None:
        if len(keys) != len(places):
            wanted = ", ".join(table.axes[n].name or "#" for n in places) or "–"
            raise FormulaError(
                N_("table “%(name)s” wants %(wanted)s keys (%(axes)s), not %(count)s"),
                call.at,
                name=table.title.zh,
                wanted=len(places),
                axes=wanted,
                count=len(keys),
            )
        for place, sort, node in zip(places, keys, call.arguments[first:], strict=True):
            axis = table.axes[place]
            if axis.sort != "keys":
                self._need(node, sort, "number")
            if not same_unit(sort.unit, axis.unit):
                raise FormulaError(
                    N_("the unit %(wanted)s is needed here, this is %(found)s"),
                    node.at,
                    wanted=str(axis.unit),
                    found=str(sort.unit),
                )


class _BlockCheck:
    """Kind and unit of one item's block, with everything in it checked."""

    def __init__(self, checker: Checker, item: Item, path: str, faults: Faults) -> None:
        self.checker, self.item, self.path, self.faults = checker, item, path, faults
        self.names = _Surroundings(checker, item)

    def need(
        self, formula: Formula | None, place: str, wanted: Sort, names: _Surroundings | None = None
    ) -> Sort:
        return self.checker.expect(formula, f"{self.path}.{place}", wanted, names or self.names, self.faults)

    def sort(self) -> Sort:
        match self.item.block:
            case Formula() as formula:
                return self.need(formula, "value", Sort("any"))
            case Aggregate() as aggregate:
                return self._aggregate(aggregate)
            case Weigh() as weigh:
                return self._weigh(weigh)
            case Rank(order=order):
                self._order(order, "rank")
                return Sort("number", Unit())
            case Classes() as classes:
                self._order(classes.order, "classes")
                for n, place in enumerate(classes.places):
                    self.need(place.share, f"classes.places[{n}].share", NUMBER)
                    self.need(place.count, f"classes.places[{n}].count", NUMBER)
                return TEXT
            case Share() as share:
                self._no_group("share")
                pool = self.need(share.pool, "share.pool", NUMBER)
                self.need(share.by, "share.by", NUMBER)
                self.need(share.among, "share.among", TRUTH)
                self.need(share.within, "share.within", Sort("any"))
                return pool
            case Prizes() as prizes:
                self._order(prizes.order, "prizes")
                sorts = [
                    self.need(prize, f"prizes.prizes[{n}]", NUMBER) for n, prize in enumerate(prizes.prizes)
                ]
                return sorts[0] if sorts else NUMBER

    def _no_group(self, way: str) -> None:
        if self.item.per != "person":
            self.faults.add(f"{self.path}.{way}", N_("a group is put in order for items per person"))

    def _order(self, order: Order, way: str) -> None:
        self._no_group(way)
        self.need(order.by, f"{way}.by", Sort("any"))
        for n, (formula, _) in enumerate(order.then):
            self.need(formula, f"{way}.then[{n}]", Sort("any"))
        self.need(order.among, f"{way}.among", TRUTH)
        self.need(order.within, f"{way}.within", Sort("any"))

    def _aggregate(self, aggregate: Aggregate) -> Sort:
        inside = _Surroundings(self.checker, self.item, element=aggregate.over)
        free = aggregate.function in ("count", "first", "last", "distinct")
        found = self.need(
            aggregate.of,
            aggregate.function,
            Sort("any") if free else Sort("ordered") if aggregate.function in ("min", "max") else NUMBER,
            inside,
        )
        self.need(aggregate.where, "where", TRUTH, inside)
        if aggregate.until != "all" and self.item.per != "event":
            self.faults.add(f"{self.path}.until", N_("only an item per event knows which event is this one"))
        if aggregate.over == "people" and aggregate.whose == "self":
            self.faults.add(
                f"{self.path}.whose",
                N_("an aggregate over people is of several: everyone, unit, reports, team, apprentices"),
            )
        if self.item.per == "group" and aggregate.whose not in ("everyone",):
            self.faults.add(f"{self.path}.whose", N_("an item for all aggregates over everyone"))
        if aggregate.function in ("count", "distinct"):
            return Sort("number", Unit())
        return Sort(found.kind, None if aggregate.function == "product" else found.unit)

    def _weigh(self, weigh: Weigh) -> Sort:
        unit: Unit | None = None
        for n, part in enumerate(weigh.parts):
            found = self.need(part.value, f"weigh.parts[{n}].value", Sort("number", unit))
            unit = unit if unit is not None else found.unit
            self.need(part.weight, f"weigh.parts[{n}].weight", NUMBER)
            self.need(part.when, f"weigh.parts[{n}].when", TRUTH)
        weights = [_constant(part.weight) for part in weigh.parts]
        alternatives = any(part.when is not None for part in weigh.parts)
        if weigh.total is not None and not alternatives and all(weight is not None for weight in weights):
            total = sum((weight for weight in weights if weight is not None), Decimal(0))
            if total != weigh.total:
                self.faults.add(
                    f"{self.path}.weigh",
                    N_("the weights add up to %(total)s, not %(wanted)s"),
                    total=_pct(total),
                    wanted=_pct(weigh.total),
                )
        if weigh.missing.startswith("give "):
            to = weigh.missing[5:].strip()
            if not any(to in (part.name.zh, part.name.en) for part in weigh.parts):
                self.faults.add(f"{self.path}.weigh.missing", N_("there is no part “%(name)s”"), name=to)
        return Sort("number", unit)


def _pct(share: Decimal) -> str:
    text = f"{share * 100:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


class _NoNames:
    """A scope without names, for what is constant."""

    def value_of(self, name: Name) -> Value:
        return Undefined(N_("not constant"))

    def call(self, call: Call) -> Value:
        return Undefined(N_("not constant"))


def _constant(formula: Formula) -> Decimal | None:
    value = evaluate(formula.tree, _NoNames())
    return value if isinstance(value, Decimal) else None


__all__ = ["Checker", "check_policy"]
