"""From a plain tree (YAML, a workbook, a form) to a checked policy.

Every fault is gathered with its path; formulas are parsed, names resolved to one spelling, kinds and units checked,
so that a policy that was read can be worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from qiao.engines.formula import FormulaError, parse
from qiao.kernel.errors import N_, Problem
from qiao.kernel.money import Rounding

from .checking import check_policy
from .faults import Faults, Part
from .inputs import read_date, read_value
from .model import (
    Aggregate,
    Block,
    Classes,
    ClassPlaces,
    Figure,
    Formula,
    Gate,
    Item,
    Labels,
    Order,
    ParameterRow,
    Policy,
    Prizes,
    Rank,
    RoundTo,
    Share,
    Weigh,
    Window,
)
from .model import Part as WeighPart
from .reading_tables import TableReader, number, read_title, read_unit
from .tables import Table

FUNCTIONS = (
    "sum",
    "count",
    "mean",
    "min",
    "max",
    "median",
    "product",
    "deviation",
    "daily_mean",
    "first",
    "last",
    "distinct",
)
BLOCKS = ("value", *FUNCTIONS, "weigh", "rank", "classes", "share", "prizes")
_MODES = [mode.value for mode in Rounding]


def read_policy(tree: Any) -> Policy:
    """Read and check a policy.

    Raises:
        BadInput: Every fault, each with its path as the place's column.
    """
    faults = Faults()
    policy = _Reader(faults).read(tree)
    faults.raise_any()
    sorts = check_policy(policy, faults)
    faults.raise_any()
    items = {c: replace(i, kind=sorts[c].kind, unit=sorts[c].unit) for c, i in policy.items.items()}
    return replace(policy, items=items)


def find_problems(tree: Any) -> list[Problem]:
    """Everything wrong with a policy's tree; nothing when it may be worked out."""
    faults = Faults()
    policy = _Reader(faults).read(tree)
    if not faults.found:
        check_policy(policy, faults)
    return faults.found


class _Reader:
    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def read(self, tree: Any) -> Policy:
        top = Part(tree, "", self.faults)
        code = top.text("policy")
        if not code:
            self.faults.add("policy", N_("the policy has no name"))
        figures = {
            **self.figures(top, "measures", "measure"),
            **self.figures(top, "parameters", "parameter"),
            **self.figures(top, "carried", "carried"),
        }
        tables = self.tables(top)
        items = {name: self.item(name, raw, f"items.{name}") for name, raw in top.parts("items").items()}
        if not items:
            self.faults.add("items", N_("the policy has no items"))
        names = self.names(figures, tables, items)
        output = tuple(names.get(str(n), str(n)) for n in top.rows("output")) or tuple(items)
        for n, name in enumerate(output):
            if name not in items:
                self.faults.add(f"output[{n}]", N_("there is no item “%(name)s”"), name=name)
        version = top.text("version", "1")
        policy = Policy(
            code=code,
            title=read_title(top, code or "policy"),
            figures=figures,
            tables=tables,
            items=items,
            output=output,
            version=int(version) if version.isdigit() else 1,
            shown=self.rounding(top, "shown"),
            group_name=top.text("group_name", "ALL"),
            names=names,
        )
        for free in ("source", "notes", "examples"):
            top.raw(free)
        top.done(("measures", "parameters", "carried", "tables", "items", "output"))
        return policy

    def names(self, *groups: Mapping[str, Figure | Table | Item]) -> dict[str, str]:
        """Every spelling that means a figure, table or item: its code, and its titles where no other claims them."""
        names: dict[str, str] = {}
        for group in groups:
            for code in group:
                if code in names:
                    self.faults.add(code, N_("“%(name)s” is declared twice"), name=code)
                names[code] = code
        for group in groups:
            for code, thing in group.items():
                for title in (thing.title.zh, thing.title.en):
                    if title and names.setdefault(title, code) != code:
                        self.faults.add(
                            code, N_("“%(name)s” also means “%(other)s”"), name=title, other=names[title]
                        )
        for reserved in ("person", "period", "event", "own", "value", "level", "span"):
            if reserved in names:
                self.faults.add(names[reserved], N_("“%(name)s” is a word of the language"), name=reserved)
        return names

    def figures(self, top: Part, name: str, source: str) -> dict[str, Figure]:
        found = {}
        for code, raw in top.parts(name).items():
            path = f"{name}.{code}"
            if not isinstance(raw, Mapping):
                raw = {} if raw is None else {"value": raw} if source == "parameter" else {"unit": raw}
            found[code] = self.figure(code, Part(raw, path, self.faults), source)
        return found

    def figure(self, code: str, part: Part, source: str) -> Figure:
        kind = part.choice("kind", ("number", "text", "truth", "date"), "number")
        missing = self.value(part, "missing", kind) if part.has("missing") else None
        part.asked.add("missing")
        rows: tuple[ParameterRow, ...] = ()
        at = "end"
        if source == "parameter":
            at = part.choice("at", ("end", "start", "event"), "end")
            rows = self.parameter_rows(part, kind)
        grain = part.text("grain") if source == "measure" else ""
        figure = Figure(code, read_title(part, code), source, kind, read_unit(part), grain, missing, rows, at)
        part.done()
        return figure

    def value(self, part: Part, name: str, kind: str) -> Any:
        raw = part.raw(name)
        try:
            return read_value(raw, kind)
        except (ValueError, ZeroDivisionError):
            self.faults.add(part.at(name), N_("“%(raw)s” is no %(kind)s"), raw=str(raw)[:80], kind=kind)
            return None

    def parameter_rows(self, part: Part, kind: str) -> tuple[ParameterRow, ...]:
        rows = []
        if part.has("value"):
            value = self.value(part, "value", kind)
            if value is not None:
                rows.append(ParameterRow(value, place=part.at("value")))
        part.asked.add("value")
        for n, raw in enumerate(part.rows("rows")):
            row = Part(raw, f"{part.at('rows')}[{n}]", self.faults)
            value = self.value(row, "value", kind)
            keys = {
                k: row.text(k) or None
                for k in ("person", "customer", "grade", "role", "segment", "unit", "key", "period")
            }
            days: dict[str, Any] = {**keys}
            for day in ("starts_on", "ends_before"):
                if row.has(day):
                    try:
                        days[day] = read_date(row.raw(day))
                    except ValueError:
                        self.faults.add(
                            row.at(day), N_("“%(raw)s” is no date (2024-03-01)"), raw=str(row.raw(day))
                        )
                row.asked.add(day)
            row.done()
            if value is not None:
                rows.append(ParameterRow(value, place=row.path, **days))
        return tuple(rows)

    def tables(self, top: Part) -> dict[str, Table]:
        raw = top.parts("tables")
        found = {}
        for code, tree in raw.items():
            like = tree.get("like") if isinstance(tree, Mapping) else None
            if like is not None:
                if not isinstance(raw.get(str(like)), Mapping):
                    self.faults.add(f"tables.{code}.like", N_("there is no table “%(name)s”"), name=str(like))
                    continue
                tree = {**raw[str(like)], **{k: v for k, v in tree.items() if k != "like"}}
                tree.setdefault("title", code)
                if "title" not in raw[code]:
                    tree["title"] = code
            table = TableReader(code, tree, f"tables.{code}", self.faults).read()
            if table is not None:
                found[code] = table
        return found

    def formula(self, part: Part, name: str) -> Formula | None:
        """A field that is a formula; None when it is empty."""
        raw = part.raw(name)
        return None if raw is None else self.formula_of(raw, part.at(name))

    def formula_of(self, raw: Any, path: str) -> Formula | None:
        if isinstance(raw, (Mapping, list)):
            self.faults.add(path, N_("a formula should stand here"))
            return None
        text = str(raw)
        if raw is True or raw is False:
            text = text.upper()
        try:
            return Formula(text, parse(text))
        except FormulaError as error:
            self.faults.add(path, N_("character %(at)s: %(why)s"), "bad_formula", at=error.at + 1, why=error)
            return None

    def needed(self, part: Part, name: str) -> Formula:
        found = self.formula(part, name)
        if found is None:
            if not part.has(name):
                self.faults.add(part.at(name), N_("a formula is needed here"))
            return _NOTHING
        return found

    def rounding(self, part: Part, name: str) -> RoundTo | None:
        """``0.01 half_up`` or ``0.01`` alone, which is half up."""
        raw = part.raw(name)
        if raw is None:
            return None
        if isinstance(raw, Mapping):
            inner = Part(raw, part.at(name), self.faults)
            words = [inner.text("to", "0.01"), inner.text("mode", "half_up")]
            inner.done()
        else:
            words = str(raw).split()
        step = number(words[0], part.at(name), self.faults)
        mode = words[1] if len(words) > 1 else "half_up"
        if step is None or step <= 0 or mode not in _MODES or len(words) > 2:
            self.faults.add(
                part.at(name),
                N_("write a step and a way to round, as 0.01 half_up; ways: %(modes)s"),
                modes=", ".join(_MODES),
            )
            return None
        return RoundTo(step, Rounding(mode))

    def item(self, code: str, raw: Any, path: str) -> Item:
        part = Part(raw if isinstance(raw, Mapping) else {"value": raw}, path, self.faults)
        per = part.choice("per", ("person", "event", "group"), "person")
        block = self.block(part)
        row = Part(part.raw("row"), part.at("row"), self.faults)
        labels = Labels(self.formula(row, "person"), self.formula(row, "period"), self.formula(row, "item"))
        row.done()
        item = Item(
            code=code,
            title=read_title(part, code),
            block=block,
            per=per,
            grain=part.text("grain"),
            kind=part.choice("kind", ("", "number", "text", "truth", "date"), ""),
            unit=read_unit(part),
            when=self.formula(part, "when"),
            gates=tuple(
                self.gate(raw, f"{part.at('gates')}[{n}]") for n, raw in enumerate(part.rows("gates"))
            ),
            at_least=self.formula(part, "at_least"),
            at_most=self.formula(part, "at_most"),
            steps=self.formula(part, "steps"),
            start=self.formula(part, "start"),
            rounding=self.rounding(part, "round"),
            shown=self.rounding(part, "shown"),
            show=self.formula(part, "show"),
            labels=labels,
            leavers=part.flag("leavers"),
            events=self.formula(part, "events"),
        )
        part.raw("notes")
        part.done(BLOCKS)
        return item

    def gate(self, raw: Any, path: str) -> Gate:
        part = Part(raw, path, self.faults)
        gate = Gate(
            read_title(Part({"title": part.raw("name")}, path, self.faults), "gate"),
            self.needed(part, "if"),
            self.needed(part, "then"),
        )
        part.done()
        return gate

    def block(self, part: Part) -> Block:
        used = [name for name in BLOCKS if part.has(name)]
        if len(used) != 1:
            found = ", ".join(used) or "–"
            self.faults.add(
                part.path,
                N_("an item is worked out in one way (%(ways)s), not by: %(found)s"),
                ways=", ".join(BLOCKS),
                found=found,
            )
            part.asked |= set(part.tree)
            return _NOTHING
        way = used[0]
        if way == "value":
            return self.needed(part, "value")
        if way in FUNCTIONS:
            return self.aggregate(part, way)
        inner = Part(part.raw(way), part.at(way), self.faults)
        readers: dict[str, Callable[[Part], Block]] = {
            "weigh": self.weigh,
            "rank": self.rank,
            "classes": self.classes,
            "share": self.share,
            "prizes": self.prizes,
        }
        block = readers[way](inner)
        inner.done()
        return block

    def aggregate(self, part: Part, function: str) -> Aggregate:
        trim = [part.text("trim_highest", "0"), part.text("trim_lowest", "0")]
        over = part.choice("over", ("events", "periods", "people", "spans"), "events")
        levels = part.text("levels", "0")
        for name, text in (("trim_highest", trim[0]), ("trim_lowest", trim[1]), ("levels", levels)):
            if not text.isdigit():
                self.faults.add(part.at(name), N_("“%(raw)s” is no whole number"), raw=text)
        return Aggregate(
            function=function,
            of=self.needed(part, function),
            over=over,
            whose=part.choice(
                "whose",
                ("self", "everyone", "unit", "reports", "team", "apprentices"),
                "everyone" if over == "people" else "self",
            ),
            window=self.window(part),
            until=part.choice("until", ("all", "this", "before"), "all"),
            where=self.formula(part, "where"),
            trim=(int(trim[0]) if trim[0].isdigit() else 0, int(trim[1]) if trim[1].isdigit() else 0),
            missing=part.choice("missing", ("error", "skip", "zero"), "error"),
            empty=number(part.raw("empty"), part.at("empty"), self.faults) if part.has("empty") else None,
            levels=int(levels) if levels.isdigit() else 0,
        )

    def window(self, part: Part) -> Window:
        """``period``, ``year to date``, ``last 3``, ``back 1``, ``since joining``, ``all``, ``until now``, ``inside``; with
        ``current: out`` the current period does not count."""
        part.asked |= {"empty"}
        text = part.text("window", "period")
        words = text.split()
        current = part.choice("current", ("in", "out"), "in") == "in"
        match words:
            case ["period" | "all" | "inside" as kind]:
                return Window(kind, current=current)
            case ["until", "now"]:
                return Window("until", current=current)
            case ["since", "joining"]:
                return Window("since_joining", current=current)
            case [grain, "to", "date"]:
                return Window("to_date", grain=grain, current=current)
            case ["last" | "back" as kind, count] if count.isdigit() and 0 < int(count) <= 1000:
                return Window(kind, int(count), current=current)
        self.faults.add(
            part.at("window"),
            N_(
                "“%(window)s” is no window; write period, year to date, last 3, back 1, since joining, until now, all or inside"
            ),
            window=text,
        )
        return Window()

    def weigh(self, part: Part) -> Weigh:
        parts = []
        for n, raw in enumerate(part.rows("parts")):
            inner = Part(raw, f"{part.at('parts')}[{n}]", self.faults)
            value = self.needed(inner, "value")
            title = read_title(inner, value.text or f"#{n + 1}")
            parts.append(WeighPart(title, value, self.needed(inner, "weight"), self.formula(inner, "when")))
            inner.done()
        if not parts:
            self.faults.add(part.at("parts"), N_("a weighted sum has parts"))
        missing = part.text("missing", "error")
        if missing not in ("error", "renormalise", "zero") and not missing.startswith("give "):
            self.faults.add(
                part.at("missing"),
                N_("“%(value)s” is none of %(choices)s"),
                value=missing,
                choices="error, renormalise, zero, give NAME",
            )
        total: Decimal | None = Decimal(1)
        if part.has("total"):
            raw = part.raw("total")
            total = None if str(raw) == "any" else number(raw, part.at("total"), self.faults)
        part.asked.add("total")
        return Weigh(tuple(parts), missing, total)

    def order(self, part: Part) -> Order:
        then = []
        for n, raw in enumerate(part.rows("then")):
            text = str(raw).strip()
            highest = True
            for word, up in ((" lowest", False), (" highest", True)):
                if text.endswith(word):
                    text, highest = text[: -len(word)], up
            formula = self.formula_of(text, f"{part.at('then')}[{n}]")
            if formula is not None:
                then.append((formula, highest))
        return Order(
            self.needed(part, "by"),
            part.choice("order", ("highest", "lowest"), "highest") == "highest",
            tuple(then),
            self.formula(part, "among"),
            self.formula(part, "within"),
        )

    def rank(self, part: Part) -> Rank:
        return Rank(
            self.order(part), part.choice("ties", ("best", "worst", "mean", "dense", "apart"), "best")
        )

    def classes(self, part: Part) -> Classes:
        places = []
        for n, raw in enumerate(part.rows("places")):
            inner = Part(raw, f"{part.at('places')}[{n}]", self.faults)
            share, count = self.formula(inner, "share"), self.formula(inner, "count")
            end = inner.choice(
                "end", ("top", "bottom", "rest"), "rest" if share is None and count is None else "top"
            )
            if (end == "rest") != (share is None and count is None):
                self.faults.add(
                    inner.path, N_("a class takes a share or a number of heads from one end, or is the rest")
                )
            mode = Rounding(inner.choice("rounding", _MODES, "down"))
            places.append(ClassPlaces(inner.text("class"), end, share, count, mode))
            inner.done()
        if sum(place.end == "rest" for place in places) != 1:
            self.faults.add(part.at("places"), N_("exactly one class is the rest"))
        return Classes(
            self.order(part),
            tuple(places),
            part.choice("ties", ("whole", "better", "worse", "apart"), "whole"),
        )

    def share(self, part: Part) -> Share:
        step = number(part.raw("step", "0.01"), part.at("step"), self.faults)
        if step is not None and step <= 0:
            self.faults.add(part.at("step"), N_("a step is above 0"))
        return Share(
            self.needed(part, "pool"),
            self.needed(part, "by"),
            step or Decimal("0.01"),
            self.formula(part, "among"),
            self.formula(part, "within"),
            part.choice("nobody", ("zero", "error"), "zero"),
            part.choice("residue", ("remainder", "largest", "first", "last"), "remainder"),
        )

    def prizes(self, part: Part) -> Prizes:
        prizes = [
            self.formula_of(raw, f"{part.at('prizes')}[{n}]") for n, raw in enumerate(part.rows("prizes"))
        ]
        step = number(part.raw("step", "0.01"), part.at("step"), self.faults)
        return Prizes(
            self.order(part),
            tuple(prize for prize in prizes if prize is not None),
            part.choice("ties", ("share", "best"), "share"),
            step or Decimal("0.01"),
        )


_NOTHING = Formula("0", parse("0"))
