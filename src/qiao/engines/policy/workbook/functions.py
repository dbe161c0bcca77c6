"""The language's own functions and operators in Excel's words, over parts that are written already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from qiao.kernel.money import Rounding

from ..model import RoundTo
from .parts import NO_VALUE, PLACES, Expr, build, is_absent, rounded, settled, text

Parts = Sequence[Expr]


def as_text(x: Expr) -> Expr:
    """A value as the policy's language says it: dates ISO, truths TRUE and FALSE."""
    match x.kind:
        case "text":
            return x
        case "truth":
            return build(f'IF({x.text},"TRUE","FALSE")', "text", [x], exact=True)
        case "date":
            parts = (
                f'YEAR({x.text})&"-"',
                f'RIGHT("0"&MONTH({x.text}),2)&"-"',
                f'RIGHT("0"&DAY({x.text}),2)',
            )
            return build("&".join(parts), "text", [x], whole=False, exact=True)
    return build(f'{x.held}&""', "text", [x], whole=False, exact=True)


def is_missing(x: Expr) -> str:
    """Whether there is nothing there: a fact is missing, or the item does not apply."""
    return f"OR(ISNA({x.text}),{is_absent(x.text)})" if x.absent else f"ISNA({x.text})"


def joined(parts: Parts) -> Expr:
    """Texts one after the other."""
    said = [as_text(part) for part in parts]
    if len(said) == 1:
        return said[0]
    # "" between two numbers is needless: & makes texts of them
    return build("&".join(part.held for part in said), "text", said, whole=False, exact=True)


def equal(a: Expr, b: Expr) -> str:
    """Whether two values are the same; texts to the letter, which Excel's ``=`` does not look at."""
    if "text" in (a.kind, b.kind):
        return f"EXACT({a.text},{b.text})"
    return f"{settled(a)}={settled(b)}"


def compared(sign: str, a: Expr, b: Expr) -> Expr:
    """A comparison."""
    if "text" in (a.kind, b.kind):
        said = equal(a, b) if sign == "=" else f"NOT({equal(a, b)})"
        return build(said, "truth", [a, b], exact=True)
    return build(f"{settled(a)}{sign}{settled(b)}", "truth", [a, b], whole=False, exact=True)


def arithmetic(sign: str, a: Expr, b: Expr) -> Expr:
    """``+ - * /``, and days added to a date."""
    kind = "number"
    right = b.held
    if a.kind == "date" and b.kind != "date":
        kind, right = "date", b.held if b.text.isdigit() else f"TRUNC({b.text})"
    found = build(f"{a.held}{sign}{right}", kind, [a, b], whole=False)
    return with_failure(found) if sign == "/" else found


def is_written(x: Expr) -> bool:
    """Whether it is a number written out."""
    return x.text.replace(".", "", 1).isdigit()


def with_failure(x: Expr) -> Expr:
    """The same, which may have no value."""
    return Expr(x.text, x.kind, x.whole, x.depth, x.exact, True, x.absent, x.near)


def power(a: Expr, b: Expr) -> Expr:
    """A whole power from -64 to 64."""
    if b.text.isdigit() and 1 <= int(b.text) <= 64:
        return build(f"{a.held}^{b.text}", "number", [a, b], whole=False)
    check = f"OR({b.held}<>INT({b.text}),ABS({b.text})>64,AND({a.held}=0,{b.held}<=0))"
    return with_failure(build(f"IF({check},{NO_VALUE},{a.held}^{b.held})", "number", [a, b]))


def all_or_any(parts: Parts, *, decides: bool) -> Expr:
    """AND and OR, where the deciding truth wins over whatever has no value."""
    name = "OR" if decides else "AND"
    plain = f"{name}({','.join(part.text for part in parts)})"
    if not any(part.fails for part in parts):
        return build(plain, "truth", parts, exact=True)
    wins = ",".join(
        f"IFERROR({part.text},FALSE)" if decides else f"IFERROR(NOT({part.text}),FALSE)" for part in parts
    )
    return build(f"IF(OR({wins}),{'TRUE' if decides else 'FALSE'},{plain})", "truth", parts, exact=True)


# Functions of values


def _named(
    name: str, kind: str = "number", *, exact: bool = False, fails: bool = False
) -> Callable[[Parts], Expr]:
    def written(parts: Parts) -> Expr:
        said = f"{name}({','.join(part.text for part in parts)})"
        found = build(said, parts[0].kind if kind == "first" else kind, parts, exact=exact)
        return with_failure(found) if fails else found

    return written


def _extreme(name: str) -> Callable[[Parts], Expr]:
    def written(parts: Parts) -> Expr:
        exact = all(part.exact for part in parts)
        return build(f"{name}({','.join(p.text for p in parts)})", parts[0].kind, parts, exact=exact)

    return written


def _refused(check: str, x: Expr, otherwise: str) -> str:
    """No value where the check holds; but what x lacks comes first, as in the engine."""
    guard = f"AND({x.text}={x.text},{check})" if x.fails else check
    return f"IF({guard},{NO_VALUE},{otherwise})"


def _clamp(parts: Parts) -> Expr:
    x, low, high = parts
    check = f"{settled(low)}>{settled(high)}"
    said = f"MIN(MAX({x.text},{low.text}),{high.text})"
    if is_written(low) and is_written(high) and Decimal(low.text) <= Decimal(high.text):
        return build(said, "number", parts, exact=x.exact)
    said = _refused(check, x, said)
    return with_failure(build(said, "number", parts, exact=all(part.exact for part in parts)))


def _digits(mode: Rounding) -> Callable[[Parts], Expr]:
    """ROUND and its like: to a number of digits, 0 unless given."""

    def written(parts: Parts) -> Expr:
        x, *rest = parts
        digits = rest[0].text if rest else "0"
        if _is_whole(digits):
            found = rounded(x, RoundTo(Decimal(1).scaleb(-int(digits)), mode))
            return build(found.text, "number", parts, whole=found.whole, exact=True)
        scale = f"10^({digits})"
        units = f"ROUND({x.held}*{scale},{PLACES})"
        count = {
            Rounding.HALF_UP: f"ROUND({units},0)",
            Rounding.DOWN: f"TRUNC({units})",
            Rounding.HALF_EVEN: f"IF(ABS({units}-TRUNC({units}))=0.5,2*ROUND({units}/2,0),ROUND({units},0))",
        }[mode]
        check = f"OR({digits}<>INT({digits}),ABS({digits})>12)"
        return with_failure(build(_refused(check, x, f"{count}/{scale}"), "number", parts))

    return written


def _up(parts: Parts) -> Expr:
    x, *rest = parts
    digits = rest[0].text if rest else "0"
    inner = x.text if x.exact or not _is_whole(digits) else f"ROUND({x.text},{int(digits) + PLACES})"
    said = f"ROUNDUP({inner},{digits})"
    if not _is_whole(digits):
        said = _refused(f"OR({digits}<>INT({digits}),ABS({digits})>12)", x, said)
    return build(said, "number", parts, exact=True, fails=None if _is_whole(digits) else True)


def _is_whole(digits: str) -> bool:
    return digits.lstrip("-").isdigit() and abs(int(digits)) <= 12


def _to_step(mode: Rounding) -> Callable[[Parts], Expr]:
    """FLOOR, CEILING, MROUND: to multiples of a step above 0."""

    def written(parts: Parts) -> Expr:
        x, *rest = parts
        if not rest:
            return rounded(x, RoundTo(Decimal(1), mode))
        step = rest[0]
        if is_written(step) and Decimal(step.text) > 0:
            found = rounded(x, RoundTo(Decimal(step.text), mode))
            return build(found.text, "number", parts, whole=found.whole, exact=True)
        units = f"ROUND({x.held}/{step.held},{PLACES})"
        count = {
            Rounding.HALF_UP: f"ROUND({units},0)",
            Rounding.FLOOR: f"INT({units})",
            Rounding.CEILING: f"-INT(-{units})",
        }[mode]
        return with_failure(build(_refused(f"{step.held}<=0", x, f"{count}*{step.held}"), "number", parts))

    return written


def _modulo(parts: Parts) -> Expr:
    x, by = parts
    said = f"{x.held}-{by.held}*INT(ROUND({x.held}/{by.held},{PLACES}))"
    return with_failure(build(said, "number", parts, whole=False))


def _quotient(parts: Parts) -> Expr:
    x, by = parts
    return with_failure(build(f"TRUNC(ROUND({x.held}/{by.held},{PLACES}))", "number", parts, exact=True))


def _is_in(parts: Parts) -> Expr:
    key, *others = parts
    tests = [equal(key, other) for other in others]
    return build(f"OR({','.join(tests)})", "truth", parts, exact=True)


def _date_value(parts: Parts) -> Expr:
    (x,) = parts
    said = f"DATE(VALUE(LEFT({x.text},4)),VALUE(MID({x.text},6,2)),VALUE(RIGHT({x.text},2)))"
    return with_failure(build(said, "date", parts, exact=True))


_ENDS = {'"both"': "+1", '"neither"': "-1", '"first"': "", '"last"': ""}


def _day_count(parts: Parts) -> Expr:
    starts, ends, counted = parts
    days = f"{ends.held}-{starts.held}"
    if counted.text in _ENDS:
        return build(f"{days}{_ENDS[counted.text]}", "number", parts, whole=False, exact=True)
    c = counted.text
    more = f'IF(EXACT({c},"both"),1,IF(EXACT({c},"neither"),-1,IF(OR(EXACT({c},"first"),EXACT({c},"last")),0,{NO_VALUE})))'
    return with_failure(build(f"{days}+{more}", "number", parts, whole=False, exact=True))


def _month_step(parts: Parts) -> Expr:
    a, b = (part.text for part in parts)
    return build(f"(YEAR({b})-YEAR({a}))*12+MONTH({b})-MONTH({a})", "number", parts, whole=False, exact=True)


def _whole_months(parts: Parts) -> Expr:
    a, b = (part.text for part in parts)
    short = f"IF(AND({b}>={a},DAY({b})<DAY({a}),DAY({b})<DAY(EOMONTH({b},0))),1,0)"
    return build(f"{_month_step(parts).text}-{short}", "number", parts, whole=False, exact=True)


def _of_day(template: str) -> Callable[[Parts], Expr]:
    return lambda parts: build(template.format(parts[0].text), "number", parts, exact=True)


WRITTEN: dict[str, Callable[[Parts], Expr]] = {
    "ABS": _extreme("ABS"),
    "SIGN": lambda p: build(f"SIGN({settled(p[0])})", "number", p, exact=True),
    "SQRT": lambda p: with_failure(
        build(f"IF({settled(p[0])}<0,{NO_VALUE},SQRT(ABS({p[0].text})))", "number", p)
    ),
    "MIN": _extreme("MIN"),
    "MAX": _extreme("MAX"),
    "SUM": _named("SUM"),
    "PRODUCT": _named("PRODUCT"),
    "AVERAGE": _named("AVERAGE"),
    "MEDIAN": _named("MEDIAN"),
    "CLAMP": _clamp,
    "ROUND": _digits(Rounding.HALF_UP),
    "ROUNDEVEN": _digits(Rounding.HALF_EVEN),
    "ROUNDDOWN": _digits(Rounding.DOWN),
    "TRUNC": _digits(Rounding.DOWN),
    "ROUNDUP": _up,
    "INT": _to_step(Rounding.FLOOR),
    "FLOOR": _to_step(Rounding.FLOOR),
    "CEILING": _to_step(Rounding.CEILING),
    "MROUND": _to_step(Rounding.HALF_UP),
    "MOD": _modulo,
    "QUOTIENT": _quotient,
    "POWER": lambda p: power(p[0], p[1]),
    "NOT": _named("NOT", "truth", exact=True),
    "ISIN": _is_in,
    "CONCAT": joined,
    "LEN": _named("LEN", exact=True),
    "LEFT": lambda p: build(f"LEFT({p[0].text},MAX(TRUNC({p[1].text}),0))", "text", p, exact=True),
    "RIGHT": lambda p: build(f"RIGHT({p[0].text},MAX(TRUNC({p[1].text}),0))", "text", p, exact=True),
    "CONTAINS": lambda p: build(
        # FIND fails where the part is not there; a text that has no value itself must still fail
        f"IF(LEN({p[0].text})+LEN({p[1].text})<0,FALSE,ISNUMBER(FIND({p[1].text},{p[0].text})))"
        if p[0].fails or p[1].fails
        else f"ISNUMBER(FIND({p[1].text},{p[0].text}))",
        "truth",
        p,
        exact=True,
    ),
    "DATE": _named("DATE", "date", exact=True),
    "DATEVALUE": _date_value,
    "YEAR": _named("YEAR", exact=True),
    "QUARTER": _of_day("INT((MONTH({})+2)/3)"),
    "MONTH": _named("MONTH", exact=True),
    "DAY": _named("DAY", exact=True),
    "WEEKDAY": _of_day("WEEKDAY({},2)"),
    "EDATE": lambda p: build(f"EDATE({p[0].text},TRUNC({p[1].text}))", "date", p, exact=True),
    "EOMONTH": lambda p: build(
        f"EOMONTH({p[0].text},{f'TRUNC({p[1].text})' if len(p) > 1 else '0'})", "date", p, exact=True
    ),
    "ADDDAYS": lambda p: build(f"{p[0].held}+TRUNC({p[1].text})", "date", p, whole=False, exact=True),
    "DAYCOUNT": _day_count,
    "MONTHCOUNT": _whole_months,
    "MONTHSTEP": _month_step,
    "DAYSINMONTH": _of_day("DAY(EOMONTH({},0))"),
    "DAYSINYEAR": lambda p: build(
        f"DATE(YEAR({p[0].text})+1,1,1)-DATE(YEAR({p[0].text}),1,1)", "number", p, whole=False, exact=True
    ),
    "FAIL": lambda p: Expr(NO_VALUE, "any", fails=True),
    "IFERROR": lambda p: build(f"IFERROR({p[0].text},{p[1].text})", _kind(p), p, fails=p[1].fails),
    "IFMISSING": lambda p: replace(
        build(f"IF({is_missing(p[0])},{p[1].text},{p[0].text})", _kind(p), p)
        if p[0].absent
        else build(f"_xlfn.IFNA({p[0].text},{p[1].text})", _kind(p), p),
        absent=p[1].absent,
    ),
    "ISERROR": lambda p: build(f"ISERROR({p[0].text})", "truth", p, exact=True, fails=False),
    "ISMISSING": lambda p: build(is_missing(p[0]), "truth", p, exact=True, fails=False),
}
"""Each function over written parts."""

TWICE = frozenset(
    {"CLAMP", "SQRT", "IFMISSING", "ISMISSING", "MOD", "POWER", "ISIN", "ROUNDEVEN", "DAYCOUNT", "MONTHCOUNT", "MONTHSTEP", "DATEVALUE",
     "DAYSINYEAR", "AND", "OR", "CONTAINS"}
)  # fmt: skip
"""Functions that name a part more than once, so that a long part gets a cell of its own first."""

ROUNDS: dict[str, Rounding] = {
    "ROUND": Rounding.HALF_UP,
    "ROUNDEVEN": Rounding.HALF_EVEN,
    "ROUNDDOWN": Rounding.DOWN,
    "TRUNC": Rounding.DOWN,
    "ROUNDUP": Rounding.CEILING,
    "INT": Rounding.FLOOR,
    "FLOOR": Rounding.FLOOR,
    "CEILING": Rounding.CEILING,
    "MROUND": Rounding.HALF_UP,
    "QUOTIENT": Rounding.DOWN,
    "MOD": Rounding.FLOOR,
}
"""Functions that round, with the mode by which a number may be too near a turn."""


def _kind(parts: Parts) -> str:
    return next((part.kind for part in parts if part.kind != "any"), "any")


def no_branch() -> Expr:
    """What IFS and SWITCH come to where nothing holds."""
    return Expr(NO_VALUE, "any", fails=True)


def branched(condition: str, tests: Parts, then: Expr, otherwise: Expr, near: bool) -> Expr:
    """``IF(condition, then, otherwise)``."""
    return build(
        f"IF({condition},{then.text},{otherwise.text})",
        _kind([then, otherwise]),
        [*tests, then, otherwise],
        exact=then.exact and otherwise.exact,
        near=near,
    )


__all__ = [
    "ROUNDS",
    "TWICE",
    "WRITTEN",
    "all_or_any",
    "arithmetic",
    "as_text",
    "branched",
    "compared",
    "equal",
    "is_missing",
    "joined",
    "no_branch",
    "power",
    "text",
]
