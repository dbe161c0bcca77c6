"""Blocks that see several people at once, over ranges of the group's cells; who belongs is fixed as it was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from qiao.engines.formula import Value, settle
from qiao.engines.formula.values import CARRIED, is_failure
from qiao.kernel.money import Rounding
from qiao.kernel.text import Text

from ..grouping import gather
from ..model import Classes, Formula, Item, Prizes, Rank, RoundTo, Share
from .parts import (
    ABSENT,
    NO_VALUE,
    PLACES,
    Expr,
    build,
    is_near,
    is_near_tie,
    number,
    rounded,
    settled,
    span,
    text,
)
from .seen import NotLive, Rows, View

MEMBERS = Text("组内成员按试算时取定", "who belongs to the group is fixed as it was found")
REMAINDER = 6  # digits to which remainders are told apart
_BLUR = Decimal("1e-6")


def write_group(planner: Rows, item: Item, view: View) -> Expr:
    """A person's result in a group block; the group's rows are added once."""
    context = view.context
    cells = tuple((name, found.text) for name, found in view.overlay)
    key = (item.code, context.period.label, context.period.grain, context.day, context.overlay, cells)
    person = context.person or ""
    if (key, person) not in planner.groups:
        groups = gather(planner.engine, item, replace(context, person=None))
        found = next(((n, m.criteria) for n, m in groups.items() if person in m.criteria), None)
        if found is None:
            return Expr(ABSENT, "any", fails=True, absent=True)
        for member, result in _Group(planner, item, view, *found).write().items():
            planner.groups[(key, member)] = result
    planner.remark(MEMBERS)
    return planner.groups[(key, person)]


class _Group:
    """One group of one block, its people in order of their names, which decides ties at last."""

    def __init__(
        self, planner: Rows, item: Item, view: View, name: str, criteria: Mapping[str, tuple[Value, ...]]
    ) -> None:
        self.planner, self.item, self.view, self.name = planner, item, view, name
        self.people = sorted(criteria)
        self.criteria = criteria
        self.place = f"items.{item.code}"

    def at(self, person: str) -> View:
        return self.view.at(replace(self.view.context, person=person, event=None))

    def write(self) -> dict[str, Expr]:
        block = self.item.block
        assert isinstance(block, (Rank, Classes, Share, Prizes))
        work: Callable[[], list[Expr]] = {
            Rank: self._rank,
            Classes: self._classes,
            Share: self._share,
            Prizes: self._prizes,
        }[type(block)]
        return dict(zip(self.people, work(), strict=True))

    # Columns of cells, one row a member

    def column(
        self,
        zh: str,
        en: str,
        cells: Sequence[Expr],
        engine: Sequence[Value | None] | None = None,
        said: str = "",
    ) -> str:
        """Add one row a member; the range of their cells."""
        first = len(self.planner.book.steps)
        for n, (person, found) in enumerate(zip(self.people, cells, strict=True)):
            title = Text(f"{self.item.title.zh}：{zh}", f"{self.item.title.en or self.item.code}: {en}")
            self.planner.step(
                "group",
                title,
                self.at(person),
                found,
                engine[n] if engine else None,
                said=said,
                place=self.place,
            )
        return span(first, len(self.planner.book.steps) - 1)

    def one(self, zh: str, en: str, found: Expr, engine: Value | None = None, said: str = "") -> Expr:
        """Add one row for the whole group."""
        title = Text(f"{self.item.title.zh}：{zh}", f"{self.item.title.en or self.item.code}: {en}")
        return self.planner.step(
            "group", title, self.view, found, engine, said=said, place=self.place, person=self.name
        )

    def cells(self, r: str) -> list[str]:
        """The single cells of a range."""
        first, last = (int(end.rpartition("$")[2]) for end in r.split(":"))
        return [f"$H${row}" for row in range(first, last + 1)]

    def criterion(self, formula: Formula, place: int, *, blur: bool) -> tuple[str, list[Expr]]:
        """The members' values of a criterion, freed of noise where they are to be compared."""
        written = []
        values: list[Value | None] = []
        for person in self.people:
            found = self.planner.writer.known(formula.tree, self.at(person))
            if blur:
                if found.kind == "text":
                    raise NotLive(Text("按文本排序不能用公式写出", "an order by texts has no formula"))
                found = build(settled(found), found.kind, [found])
            written.append(found)
            values.append(self.criteria[person][place])
        if blur and self._are_near(values):
            written = [replace(found, near=True) for found in written]
        return self.column("依据", "criterion", written, values, formula.text), written

    def _are_near(self, values: Sequence[Value | None]) -> bool:
        numbers = sorted(settle(value) for value in values if isinstance(value, Decimal))
        return any(is_near(a, b) for a, b in pairwise(numbers))

    # Order

    def ordered(self) -> tuple[str, str, list[Expr]]:
        """Columns of how many are better and how many are level (oneself included), and what they rest on."""
        block = self.item.block
        assert isinstance(block, (Rank, Classes, Prizes))
        order = block.order
        columns: list[tuple[str, bool]] = []
        parts: list[Expr] = []
        for n, (formula, highest) in enumerate([(order.by, order.highest_first), *order.then]):
            r, written = self.criterion(formula, n, blur=True)
            columns.append((r, highest))
            parts += written
        better, level = [], []
        for n in range(len(self.people)):
            better.append(build(f"SUMPRODUCT(({self._better(columns, n)})*1)", "number", parts, exact=True))
            level.append(build(f"SUMPRODUCT({self._level(columns, n)}*1)", "number", parts, exact=True))
        return (
            self.column("更好者人数", "how many are better", better),
            self.column("并列人数", "how many are level", level),
            parts,
        )

    def _better(self, columns: Sequence[tuple[str, bool]], n: int) -> str:
        (r, highest), *rest = columns
        mine = self.cells(r)[n]
        sign = ">" if highest else "<"
        found = f"({r}{sign}{mine})"
        if not rest:
            return found
        return f"{found}+({r}={mine})*({self._better(rest, n)})"

    def _level(self, columns: Sequence[tuple[str, bool]], n: int, upto: int | None = None) -> str:
        tests = []
        for r, _ in columns:
            cells = self.cells(r)
            tests.append(f"({r}={cells[n]})")
        return "*".join(tests)

    def earlier(self, better: str, n: int) -> str:
        """How many of those level come before by name: level people have the same number of better ones."""
        cells = self.cells(better)
        if n == 0:
            return "0"
        return f"SUMPRODUCT(({cells[0]}:{cells[n - 1]}={cells[n]})*1)"

    def _rank(self) -> list[Expr]:
        block = self.item.block
        assert isinstance(block, Rank)
        better, level, parts = self.ordered()
        b, e = self.cells(better), self.cells(level)
        found = []
        for n in range(len(self.people)):
            said = {
                "best": f"{b[n]}+1",
                "worst": f"{b[n]}+{e[n]}",
                "mean": f"{b[n]}+({e[n]}+1)/2",
                "dense": f"ROUND(SUMPRODUCT(({better}<{b[n]})/{level}),0)+1",
                "apart": f"{b[n]}+{self.earlier(better, n)}+1",
            }[block.ties]
            found.append(build(said, "number", parts, whole=False, exact=True))
        return found

    # Forced classes

    def _classes(self) -> list[Expr]:
        block = self.item.block
        assert isinstance(block, Classes)
        better, level, parts = self.ordered()
        b, e = self.cells(better), self.cells(level)
        count = len(self.people)
        apart = block.ties == "apart"
        starts = [
            build(f"{b[n]}+{self.earlier(better, n)}" if apart else b[n], "number", parts, whole=False)
            for n in range(count)
        ]
        before = self.column("前面人数", "how many stand before", starts)
        s = self.cells(before)
        ends = [
            build(f"{s[n]}+1" if apart else f"{s[n]}+{e[n]}", "number", parts, whole=False)
            for n in range(count)
        ]
        until = self.column("到此人数", "how many up to here", ends)
        reached: dict[str, Expr] = {"top": number(0), "bottom": number(0)}
        tests: list[tuple[str, Callable[[int], str]]] = []
        for place in block.places:
            if place.end == "rest":
                continue
            heads = self._heads(place.name, place.share, place.count, place.rounding, count)
            parts = [*parts, heads]
            last = reached[place.end]
            # from the bottom, the same seen from the other side
            near_side, far_side = (
                (before, until) if place.end == "top" else (f"({count}-{until})", f"({count}-{before})")
            )
            crosses = block.ties == ("better" if place.end == "top" else "worse")
            fits = (
                f"({near_side}<{last.text}+{heads.text})"
                if crosses
                else f"({far_side}<={last.text}+{heads.text})"
            )
            to = build(f"MAX({last.text},SUMPRODUCT(MAX({fits}*{far_side})))", "number", parts, exact=True)
            cell = self.one(f"{place.name} 到第几人", f"{place.name}: up to", to)
            reached[place.end] = cell
            tests.append((place.name, self._in_class(place.end, cell, count, s, self.cells(until))))
        rest = next(place.name for place in block.places if place.end == "rest")
        found = []
        for n in range(count):
            said = text(rest).text
            for name, test in reversed(tests):
                said = f"IF({test(n)},{text(name).text},{said})"
            found.append(build(said, "text", parts, exact=True))
        return found

    @staticmethod
    def _in_class(
        end: str, cell: Expr, count: int, starts: Sequence[str], ends: Sequence[str]
    ) -> Callable[[int], str]:
        if end == "top":
            return lambda n: f"{ends[n]}<={cell.text}"
        return lambda n: f"{count}-{starts[n]}<={cell.text}"

    def _heads(
        self, name: str, share: Formula | None, heads: Formula | None, mode: Rounding, count: int
    ) -> Expr:
        formula = share or heads
        assert formula is not None
        view = self.at(next(iter(self.criteria)))
        found = self.planner.writer.write(formula.tree, view)
        value = self.planner.writer.value(formula.tree, view)
        rounding = RoundTo(Decimal(1), mode)
        if share is not None:
            many = build(f"{found.held}*{count}", "number", [found], whole=False)
            made = rounded(many, rounding)
            if isinstance(value, Decimal) and is_near_tie(settle(value * count), rounding):
                made = replace(made, near=True)
        else:
            made = build(f"TRUNC({found.text})", "number", [found])
        said = build(f"MAX(0,{made.text})", "number", [made], exact=True)
        return self.one(f"{name} 名额", f"{name}: heads", said, said=formula.text)

    # A pool

    def _share(self) -> list[Expr]:
        block = self.item.block
        assert isinstance(block, Share)
        view = self.at(next(iter(self.criteria)))
        pool = self.one(
            "总额",
            "pool",
            self.planner.writer.write(block.pool.tree, view),
            self.planner.writer.value(block.pool.tree, view),
            block.pool.text,
        )
        points, written = self.criterion(block.by, 0, blur=False)
        step = number(block.step).text
        p = self.cells(points)
        parts = [pool, *written]
        value = self.planner.writer.value(block.pool.tree, view)
        if self._blurred(value, block.step):
            parts.append(Expr("0", near=True))
        whole_cells = [
            build(f"ABS({pool.text})*{cell}/SUM({points})/{step}", "number", parts, fails=True) for cell in p
        ]
        exact = self.cells(self.column("应得份数", "steps due", whole_cells))
        floors = [build(f"INT(ROUND({cell},{REMAINDER}))", "number", parts, fails=True) for cell in exact]
        whole = self.column("整份数", "whole steps", floors)
        w = self.cells(whole)
        rests = [
            build(f"ROUND({x}-{y},{REMAINDER})", "number", parts, fails=True)
            for x, y in zip(exact, w, strict=True)
        ]
        rest = self.column("余数", "remainder", rests)
        left = self.one(
            "未分份数",
            "steps left",
            build(f"ROUND(ABS({pool.text})/{step}-SUM({whole}),{REMAINDER})", "number", parts, fails=True),
        )
        found = []
        nobody = "0" if block.nobody == "zero" else NO_VALUE
        for n, cell in enumerate(self.cells(rest)):
            before = f"SUMPRODUCT(({rest}>{cell})*1)+{self.earlier(rest, n)}"
            more = f"MAX(0,MIN(1,{left.text}-({before})))"
            if block.residue != "remainder":
                more = f"IF({self._takes_rest(block.residue, points, n)},{left.text},0)"
            share = f"({w[n]}+{more})*{step}"
            said = f"IF({pool.text}<0,-1,1)*{share}"
            check = f"IF(MIN({points})<0,{NO_VALUE},IF(SUM({points})=0,{nobody},{said}))"
            found.append(build(check, "number", parts, fails=True))
        return found

    def _takes_rest(self, residue: str, points: str, n: int) -> str:
        """Whether a member gets every step left over: the largest, or the first or last by name with any points."""
        p = self.cells(points)
        if residue == "largest":
            most = f"ROUND(MAX({points}),{PLACES})"
            ahead = f"SUMPRODUCT((ROUND({p[0]}:{p[n - 1]},{PLACES})={most})*1)=0" if n else "TRUE"
            return f"AND(ROUND({p[n]},{PLACES})={most},{ahead})"
        others = p[:n] if residue == "first" else p[n + 1 :]
        alone = f"SUMPRODUCT(({others[0]}:{others[-1]}<>0)*1)=0" if others else "TRUE"
        return f"AND({p[n]}<>0,{alone})"

    def _blurred(self, pool: Value, step: Decimal) -> bool:
        """Whether somebody's steps or two remainders lie too near to be told apart."""
        points = [values[0] for values in self.criteria.values()]
        numbers = [value for value in points if isinstance(value, Decimal)]
        total = sum(numbers, Decimal(0))
        if is_failure(pool) or not isinstance(pool, Decimal) or len(numbers) < len(points) or not total:
            return False
        due = [settle(CARRIED.divide(abs(pool) * x, total * step)) for x in numbers]
        rests = sorted(x % 1 for x in due)
        if any(0 < b - a < _BLUR for a, b in pairwise(rests)):
            return True
        return any(0 < x < _BLUR or 0 < 1 - x < _BLUR for x in rests)

    # Prizes

    def _prizes(self) -> list[Expr]:
        block = self.item.block
        assert isinstance(block, Prizes)
        view = self.at(next(iter(self.criteria)))
        better, level, parts = self.ordered()
        b, e = self.cells(better), self.cells(level)
        if not block.prizes:
            return [number(0) for _ in self.people]
        first = len(self.planner.book.steps)
        made = [(formula, self.planner.writer.write(formula.tree, view)) for formula in block.prizes]
        first = len(self.planner.book.steps)
        for n, (formula, found) in enumerate(made):
            value = self.planner.writer.value(formula.tree, view)
            self.one(f"第 {n + 1} 名", f"place {n + 1}", found, value, formula.text)
            parts = [*parts, found]
        prizes = span(first, len(self.planner.book.steps) - 1)
        places = f"(ROW({prizes})-ROW({self.cells(prizes)[0]})+1)"
        step = number(block.step).text
        results = []
        for n in range(len(self.people)):
            if block.ties == "best":
                said = f"SUMPRODUCT(({places}={b[n]}+1)*{prizes})"
                results.append(build(said, "number", parts))
                continue
            won = f"SUMPRODUCT(({places}>{b[n]})*({places}<={b[n]}+{e[n]})*{prizes})"
            results.append(build(won, "number", parts))
        if block.ties == "best":
            return results
        won_cells = self.cells(self.column("所占名次奖金合计", "prizes of the places occupied", results))
        whole = [
            build(f"INT(ROUND(ABS({cell})/{e[n]}/{step},{REMAINDER}))", "number", parts)
            for n, cell in enumerate(won_cells)
        ]
        w = self.cells(self.column("整份数", "whole steps", whole))
        found_all = []
        for n, cell in enumerate(won_cells):
            left = f"ROUND(ABS({cell})/{step}-{e[n]}*{w[n]},{REMAINDER})"
            more = f"MAX(0,MIN(1,{left}-{self.earlier(better, n)}))"
            found_all.append(build(f"IF({cell}<0,-1,1)*({w[n]}+{more})*{step}", "number", parts, whole=False))
        return found_all


__all__ = ["write_group"]
