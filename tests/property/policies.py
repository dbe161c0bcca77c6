"""Small policies and facts at random, over every block: what the engine and a workbook must agree on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

PEOPLE = ("甲", "乙", "丙", "丁")
PERIODS = ("2024-01", "2024-02", "2024-03")
GRADES = ("A", "B", "C")
UNITS = ("省/东", "省/西")
KINDS = ("deal", "refund", "=SUM(1)")

amounts = st.decimals(-500, 20000, places=2) | st.integers(0, 120).map(Decimal)
shares = st.integers(0, 150).map(lambda n: Decimal(n) / 100)
steps = st.sampled_from(["0.01", "0.1", "1", "10", "0.05", "0.5"])
modes = st.sampled_from(["half_up", "half_even", "down", "floor", "ceiling"])
written = st.sampled_from(["0", "1", "2", "0.5", "0.85", "3", "7", "10", "100", "1000", "12.5", "60%"])


@st.composite
def bands(draw: st.DrawFn, readings: list[str]) -> dict[str, Any]:
    """One dimension of bands, with or without ends, owned at either side."""
    reading = draw(st.sampled_from(readings))
    edges = sorted(draw(st.sets(st.integers(0, 120), min_size=2, max_size=5)))
    if draw(st.booleans()):
        edges = [edge * 100 for edge in edges]
    low, high = ("from", "below") if draw(st.booleans()) else ("above", "to")
    rows: list[dict[str, Any]] = [{low: a, high: b, "value": draw(shares)} for a, b in pairwise(edges)]
    if draw(st.booleans()):
        rows.insert(0, {high: edges[0], "value": draw(shares)})
    if draw(st.booleans()):
        rows.append({low: edges[-1], "value": draw(shares)})
    if reading == "row" and draw(st.booleans()) and len(rows) > 2:
        del rows[1]
    table: dict[str, Any] = {"reading": reading, "rows": rows}
    for side in ("below", "above"):
        table[side] = draw(st.sampled_from(["error", "hold", "0", "0.25"]))
    table["gap"] = draw(st.sampled_from(["0", "0.5"]))
    if draw(st.booleans()) and len(rows) >= 2 and all(set(r) >= {low, high} for r in rows):
        table.pop("gap") if reading != "row" else None
    return table


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """Points on a line."""
    at = sorted(draw(st.sets(st.integers(0, 150), min_size=2, max_size=4)))
    return {
        "reading": "linear",
        "rows": [{"at": x, "value": draw(shares)} for x in at],
        "below": draw(st.sampled_from(["error", "hold", "extend", "0"])),
        "above": draw(st.sampled_from(["error", "hold", "extend", "2"])),
    }


@st.composite
def categories(draw: st.DrawFn) -> dict[str, Any]:
    """Grade and unit, any of them open; the row that names most wins."""
    pairs = draw(
        st.sets(st.tuples(st.sampled_from([*GRADES, "any"]), st.sampled_from(["省/东", "any"])), min_size=1)
    )
    rows = [{"grade": a, "unit": b, "value": draw(shares)} for a, b in sorted(pairs)]
    table: dict[str, Any] = {
        "axes": [{"name": "grade", "sort": "keys"}, {"name": "unit", "sort": "keys"}],
        "rows": rows,
    }
    table["gap"] = draw(st.sampled_from(["0", "0.7"]))
    return table


@st.composite
def grids(draw: st.DrawFn) -> dict[str, Any]:
    """Bands by grade."""
    edges = sorted(draw(st.sets(st.integers(0, 100), min_size=2, max_size=3)))
    axis = draw(st.sampled_from(["from", "above"]))
    cells = [[draw(shares) for _ in GRADES] for _ in edges]
    return {
        "axes": [{"name": "score", axis: edges}, {"name": "grade", "keys": list(GRADES)}],
        "cells": cells,
        "reading": draw(st.sampled_from(["row", "marginal"])),
        "gap": "0.1",
    }


class Formulas:
    """Formulas over the names there are."""

    def __init__(self, names: list[str], tables: dict[str, dict[str, Any]], *, event: bool = False) -> None:
        self.names, self.tables, self.event = names, tables, event
        self.kept: dict[int, st.SearchStrategy[str]] = {}

    def numbers(self, depth: int) -> st.SearchStrategy[str]:
        """Formulas that give a number, nested so deep."""
        if depth not in self.kept:
            self.kept[depth] = self._numbers(depth)
        return self.kept[depth]

    def _numbers(self, depth: int) -> st.SearchStrategy[str]:
        # names weigh more than numbers, so that results rest on facts
        words = [*self.names, *(["event.amount", "event.quantity"] * self.event * 2)]
        leaves = st.sampled_from([*words, *words, "score", "0", "1", "0.5", "0.85", "7", "100", "60%"])
        if depth == 0:
            return leaves
        x = self.numbers(depth - 1)
        c = self.conditions(depth - 1)
        digits = st.sampled_from(["0", "1", "2", "-1"])
        step = st.sampled_from(["0.5", "1", "3", "10", "0.01"])
        options = [
            leaves,
            st.tuples(x, st.sampled_from("+-*"), x).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            st.tuples(x, st.sampled_from(["3", "7", "0.9", "12"])).map(lambda p: f"{p[0]} / {p[1]}"),
            st.tuples(x, x).map(lambda p: f"({p[0]}) / ({p[1]})"),
            st.tuples(c, x, x).map(lambda p: f"IF({p[0]}, {p[1]}, {p[2]})"),
            st.tuples(c, x, c, x, x).map(lambda p: f"IFS({p[0]}, {p[1]}, {p[2]}, {p[3]}, TRUE, {p[4]})"),
            st.tuples(c, x, c, x).map(lambda p: f"IFS({p[0]}, {p[1]}, {p[2]}, {p[3]})"),
            st.tuples(x, x).map(lambda p: f'SWITCH(person.grade, "A", {p[0]}, "B", {p[1]}, 4)'),
            st.tuples(st.sampled_from(["MIN", "MAX", "SUM", "AVERAGE", "MEDIAN", "PRODUCT"]), x, x, x).map(
                lambda p: f"{p[0]}({p[1]}, {p[2]}, {p[3]})"
            ),
            st.tuples(
                st.sampled_from(["ROUND", "ROUNDEVEN", "ROUNDDOWN", "ROUNDUP", "TRUNC"]), x, digits
            ).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
            st.tuples(st.sampled_from(["FLOOR", "CEILING", "MROUND", "MOD", "QUOTIENT"]), x, step).map(
                lambda p: f"{p[0]}({p[1]}, {p[2]})"
            ),
            st.tuples(st.sampled_from(["ABS", "SIGN", "INT", "-", "SQRT"]), x).map(
                lambda p: f"{p[0]}({p[1]})"
            ),
            st.tuples(x, st.sampled_from(["2", "3"])).map(lambda p: f"({p[0]}) ^ {p[1]} / 1000000"),
            st.tuples(x, x, x).map(lambda p: f"CLAMP({p[0]}, {p[1]}, {p[2]})"),
            st.tuples(st.sampled_from(["IFERROR", "IFMISSING"]), x, x).map(
                lambda p: f"{p[0]}({p[1]}, {p[2]})"
            ),
            st.sampled_from(
                [
                    'DAYCOUNT(person.joined_on, period.end, "both")',
                    "MONTHCOUNT(person.joined_on, period.end)",
                    "MONTHSTEP(person.joined_on, period.start)",
                    "DAYSINMONTH(period.end)",
                    "DAYSINYEAR(period.end)",
                    "WEEKDAY(period.start)",
                    "QUARTER(EDATE(person.joined_on, 5))",
                    "DAY(EOMONTH(person.joined_on, 1))",
                    "YEAR(period.end) - YEAR(person.joined_on)",
                    "period.end - DATE(2024, 1, 1)",
                    "period.days",
                    "LEN(person.unit & period)",
                ]
            ),
            st.tuples(st.sampled_from(self.names), st.sampled_from(["0", "score"])).map(
                lambda p: f"PREVIOUS({p[0]}, 1, {p[1]})"
            ),
            st.tuples(st.sampled_from(self.names), x).map(lambda p: f"WITH({p[0]}, score, {p[1]})"),
        ]
        options += [self.look_up(name, table, x) for name, table in self.tables.items()]
        return st.one_of(options)

    def look_up(self, name: str, table: dict[str, Any], x: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        reading = table.get("reading", "row")
        if "axes" in table and "cells" not in table:
            return st.just(f"LOOKUP({name}, person.grade, person.unit)")
        if "cells" in table:
            if reading == "marginal":
                return x.map(lambda p: f"APPLY({name}, {p}, person.grade)")
            return x.map(lambda p: f"LOOKUP({name}, {p}, person.grade)")
        if reading in ("marginal", "pro_rata"):
            return st.one_of(
                x.map(lambda p: f"APPLY({name}, {p})"),
                st.tuples(x, x).map(lambda p: f"APPLYFROM({name}, {p[0]}, {p[1]})"),
                st.tuples(st.sampled_from(["1", "2"]), x).map(lambda p: f"WITHIN({name}, {p[0]}, {p[1]})"),
            )
        if reading in ("row", "linear"):
            return x.map(lambda p: f"LOOKUP({name}, {p})")
        return x.map(lambda p: f"APPLY({name}, {p})")

    def conditions(self, depth: int) -> st.SearchStrategy[str]:
        x = self.numbers(max(depth - 1, 0))
        compared = st.tuples(x, st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]), x).map(" ".join)
        plain = st.one_of(
            compared,
            st.sampled_from(
                [
                    'person.grade = "A"',
                    'ISIN(person.grade, "A", "B")',
                    'CONTAINS(person.unit, "东")',
                    "period.start >= DATE(2024, 2, 1)",
                    "GIVEN(score)",
                    "ISMISSING(score)",
                    'person.unit & "x" <> "省/西x"',
                ]
                + ['event.kind = "deal"', "event.on >= DATE(2024, 2, 10)"] * self.event
            ),
        )
        if depth == 0:
            return plain
        return st.one_of(
            plain,
            st.tuples(st.sampled_from(["AND", "OR"]), plain, plain).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
            plain.map(lambda p: f"NOT({p})"),
        )


@st.composite
def aggregates(draw: st.DrawFn, names: list[str], tables: dict[str, Any]) -> dict[str, Any]:
    """A sum, count, mean … over events, periods or people."""
    over = draw(st.sampled_from(["events", "periods", "people"]))
    formulas = Formulas(names, tables, event=over == "events")
    function = draw(
        st.sampled_from(
            [
                "sum",
                "count",
                "mean",
                "min",
                "max",
                "median",
                "first",
                "last",
                "distinct",
                "product",
                "deviation",
            ]
        )
    )
    item: dict[str, Any] = {function: draw(formulas.numbers(1)), "over": over}
    if function == "product":
        item[function] = draw(st.sampled_from(["0.9", "1.1", "rate", "0.5 + rate"]))
    if draw(st.booleans()):
        item["where"] = draw(formulas.conditions(1))
    item["missing"] = draw(st.sampled_from(["error", "skip", "zero"]))
    if over != "people":
        item["window"] = draw(st.sampled_from(["period", "year to date", "last 2", "back 1", "all"]))
    if over != "periods":
        item["whose"] = draw(st.sampled_from(["everyone", "unit", "self"]))
    if draw(st.booleans()):
        item["empty"] = "0"
    if function in ("sum", "mean", "count", "median", "min", "max") and draw(st.booleans()):
        item["trim_highest"], item["trim_lowest"] = draw(st.sampled_from([(1, 0), (0, 1), (1, 1), (2, 1)]))
    return item


@st.composite
def weights(draw: st.DrawFn, names: list[str], tables: dict[str, Any]) -> dict[str, Any]:
    """A weighted sum of two or three parts."""
    formulas = Formulas(names, tables)
    stated = draw(st.sampled_from([["0.6", "0.4"], ["50%", "0.3", "20%"], ["0.5", "0.6"]]))
    parts: list[dict[str, Any]] = [
        {
            "title": f"p{n}",
            "value": draw(st.sampled_from([*names, "score"]) | formulas.numbers(1)),
            "weight": w,
        }
        for n, w in enumerate(stated)
    ]
    if draw(st.booleans()):
        parts[-1]["when"] = draw(formulas.conditions(0))
    missing = draw(st.sampled_from(["error", "renormalise", "zero", "give p0"]))
    return {"weigh": {"parts": parts, "missing": missing, "total": draw(st.sampled_from(["1", "any"]))}}


@st.composite
def groups(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Ranks, classes, shares of a pool, prizes."""
    by = draw(st.sampled_from([*names, "IFMISSING(score, 0)", "ROUND(IFMISSING(score, 0), -1)"]))
    order: dict[str, Any] = {"by": by, "order": draw(st.sampled_from(["highest", "lowest"]))}
    if draw(st.booleans()):
        order["within"] = "person.unit"
    if draw(st.booleans()):
        order["among"] = 'person.grade <> "C"'
    if draw(st.booleans()):
        order["then"] = [draw(st.sampled_from(["rate", "rate lowest", "points"]))]
    ties = {
        "rank": ["best", "worst", "mean", "dense", "apart"],
        "classes": ["whole", "better", "worse", "apart"],
        "prizes": ["share", "best"],
    }
    sort = draw(st.sampled_from(["rank", "classes", "share", "prizes"]))
    if sort == "share":
        points = draw(st.sampled_from(["points", "ABS(" + by + ")", "MAX(0, points - 20)"]))
        share: dict[str, Any] = {
            "pool": draw(amounts),
            "by": points,
            "step": draw(st.sampled_from(["0.01", "1", "0.5"])),
            "nobody": draw(st.sampled_from(["zero", "error"])),
            "residue": draw(st.sampled_from(["remainder", "largest", "first", "last"])),
        }
        share |= {name: order[name] for name in ("within", "among") if name in order}
        return {"share": share}
    order["ties"] = draw(st.sampled_from(ties[sort]))
    if sort == "classes":
        places: list[dict[str, Any]] = [
            {"class": "优", "share": draw(st.sampled_from(["0.25", "30%", "0.5"])), "end": "top"},
            {"class": "良", "count": "1", "end": "top"},
            {"class": "差", "share": "0.2", "end": "bottom", "rounding": draw(modes)},
        ]
        kept = draw(st.permutations(places))[: draw(st.integers(1, 3))]
        order["places"] = [*kept, {"class": "中"}]
    if sort == "prizes":
        order["prizes"] = [str(n) for n in draw(st.lists(amounts, min_size=1, max_size=3))]
        order["step"] = draw(st.sampled_from(["0.01", "1"]))
    return {sort: order}


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """A policy's tree; most can be read, those that cannot are passed over by the test."""
    tables: dict[str, dict[str, Any]] = {"bands": draw(bands(["row", "whole", "flat", "per_unit"]))}
    tables["slices"] = draw(bands(["marginal", "pro_rata"]))
    if draw(st.booleans()):
        tables["line"] = draw(lines())
    if draw(st.booleans()):
        tables["classes_of"] = draw(categories())
    if draw(st.booleans()):
        tables["grid"] = draw(grids())
    names = ["score", "points", "rate", "base"]
    items: dict[str, Any] = {}
    for n in range(draw(st.integers(1, 4))):
        code = f"item{n}"
        formulas = Formulas(names, tables)
        sort = draw(st.sampled_from(["value", "value", "aggregate", "weigh", "group"]))
        # chosen first: one_of would count every form of a formula as a choice of its own
        item: dict[str, Any]
        if sort == "value":
            item = {"value": draw(formulas.numbers(2))}
        else:
            made = {
                "aggregate": aggregates(names, tables),
                "weigh": weights(names, tables),
                "group": groups(names),
            }
            item = draw(made[sort])
        text_result = "classes" in item
        if draw(st.integers(0, 3)) == 0:
            item["when"] = draw(formulas.conditions(0))
        if not text_result:
            if draw(st.integers(0, 3)) == 0:
                item["gates"] = [{"name": "门槛", "if": draw(formulas.conditions(0)), "then": "value * 0.5"}]
            if draw(st.integers(0, 3)) == 0:
                item["at_least"] = draw(written)
            if draw(st.integers(0, 3)) == 0:
                item["at_most"] = draw(st.sampled_from(["1000", "base", "100"]))
            if draw(st.integers(0, 5)) == 0:
                item["steps"] = "10"
            if draw(st.booleans()):
                item["round"] = f"{draw(steps)} {draw(modes)}"
        items[code] = item
        if not text_result:
            names = [*names, code]
    return {
        "policy": "random",
        "title": "随机政策",
        "measures": {"score": {}, "points": {"missing": "0"}},
        "parameters": {
            "rate": {"rows": [{"value": "0.015"}, {"value": "1/3", "grade": "A"}]},
            "base": {"value": str(draw(amounts))},
        },
        "tables": tables,
        "items": items,
    }


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """One scenario: people, scores that may be missing, events."""
    people = PEOPLE[: draw(st.integers(2, 4))]
    periods = PERIODS[: draw(st.integers(1, 3))]
    measures = []
    for person in people:
        for period in periods:
            if draw(st.integers(0, 6)):
                value = draw(st.integers(0, 120).map(str) | shares.map(str) | st.just("1/3"))
                measures.append({"measure": "score", "person": person, "period": period, "value": value})
            points = str(draw(st.sampled_from([0, 10, 20, 33, 50]) | st.integers(0, 99)))
            measures.append({"measure": "points", "person": person, "period": period, "value": points})
    events = [
        {
            "event": f"e{n}",
            "kind": draw(st.sampled_from(KINDS)),
            "on": f"2024-0{draw(st.integers(1, len(periods)))}-{draw(st.integers(1, 28)):02d}",
            "person": draw(st.sampled_from(people)),
            "amount": str(draw(amounts)),
            "quantity": str(draw(st.integers(0, 9))),
        }
        for n in range(draw(st.integers(0, 5)))
    ]
    return {
        "scenario": "s",
        "people": [
            {
                "person": person,
                "grade": draw(st.sampled_from(GRADES)),
                "unit": draw(st.sampled_from(UNITS)),
                "joined_on": str(draw(st.dates(date(2022, 1, 1), date(2023, 12, 31)))),
            }
            for person in people
        ],
        "measures": measures,
        "events": events,
    }
