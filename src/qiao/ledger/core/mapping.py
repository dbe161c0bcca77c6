"""How one source system's file becomes facts: the mapping, read and checked as a whole.

A mapping is data kept per source system, written as YAML::

    feed: city_billing
    title: {zh: 地市计费月账单, en: Monthly bills}
    fact: sales
    grain: month
    precedence: 1          # among grains and sources of one customer's month the lowest number counts
    mode: replace          # a new file of a month replaces the month; append adds lines, keys must be new
    fields:
      customer: {column: 客户编号, pad: 8}
      on: {column: 账期, format: month}
      product: {column: 产品编码}
      revenue: {column: 金额, unit: yuan}
    key: [customer, on, product]
    signs: {column: 类型, negate: [退费]}
    ranges: {revenue: [-1000000, 5000000]}
    unknown: {product: create}
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.kernel.period import Month
from qiao.ledger.core.facts import AMOUNT_FIELD, FIELDS, Fact, Grain, Kind, get_field


class Mode(StrEnum):
    """What a later file of the same month does to an earlier one."""

    REPLACE = "replace"
    APPEND = "append"


class Unknown(StrEnum):
    """What happens to a code the house does not know."""

    REFUSE = "refuse"
    CREATE = "create"


MONEY_UNITS: dict[str, int] = {"yuan": 100, "cents": 1, "ten_thousand": 1_000_000}
LARGEST_YUAN = Decimal(
    100_000_000_000
)  # a line beyond a hundred billion is a broken file, whatever a mapping says


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where a field comes from and how it is read.

    Attributes:
        column: Heading in the file; empty when ``value`` gives a constant.
        value: A constant for every row.
        format: For days: ``date``, ``month``, or a strptime pattern.
        unit: For money: yuan, cents, ten_thousand.
        missing: Texts that mean "not known" besides the empty one.
        upper: Codes are compared in upper case.
        pad: Codes are filled with zeros on the left to this width; 0 leaves them.
        values: Texts to replace, for example names of measuring units.
        thousands: Character between thousands, removed before reading a number.
    """

    column: str = ""
    value: str = ""
    format: str = "date"
    unit: str = "yuan"
    missing: tuple[str, ...] = ()
    upper: bool = False
    pad: int = 0
    values: tuple[tuple[str, str], ...] = ()
    thousands: str = ""


@dataclass(frozen=True, slots=True)
class SignRule:
    """Rows whose ``column`` holds one of ``negate`` are refunds written as positive numbers."""

    column: str
    negate: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedMapping:
    """A checked mapping. Build it with :func:`read_mapping`."""

    feed: str
    title_zh: str
    title_en: str
    fact: Fact
    grain: Grain
    precedence: int
    mode: Mode
    fields: dict[str, FieldRule]
    key: tuple[str, ...]
    signs: SignRule | None = None
    ranges: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    refunds: bool = True  # whether negative amounts are accepted
    unknown: dict[str, Unknown] = field(default_factory=dict)
    unknown_category: str = ""
    sheet: str = ""
    first_month: Month | None = None

    def columns(self) -> tuple[str, ...]:
        """Headings the file must have."""
        named = [rule.column for rule in self.fields.values() if rule.column]
        if self.signs:
            named.append(self.signs.column)
        return tuple(dict.fromkeys(named))


_KNOWN = {
    "feed",
    "title",
    "fact",
    "grain",
    "precedence",
    "mode",
    "fields",
    "key",
    "signs",
    "ranges",
    "refunds",
    "unknown",
    "unknown_category",
    "sheet",
    "first_month",
}


class _Complaints:
    """Collects every problem, so that an author mends a mapping once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def add(self, at: str, message: str, **params: Any) -> None:
        self.problems.append(Problem(message, Place(file=self.name, column=at), params, code="mapping"))

    def choice(self, key: str, value: Any, allowed: Sequence[str], default: str) -> str:
        if value not in allowed:
            self.add(
                key, N_("“%(value)s” is not one of %(allowed)s."), value=value, allowed=", ".join(allowed)
            )
            return default
        return str(value)

    def attempt(self, key: str, value: Any, read: Callable[[Any], Any], message: str) -> Any:
        try:
            return read(value)
        except (ValueError, TypeError, InvalidOperation, AttributeError):
            self.add(key, message, value=value)
            return None


def read_mapping(raw: Any, *, name: str) -> FeedMapping:
    """Check a mapping as loaded from YAML.

    Args:
        raw: The loaded document.
        name: File name for errors.

    Raises:
        BadInput: With every problem found.
    """
    said = _Complaints(name)
    if not isinstance(raw, Mapping):
        said.add("", N_("A mapping is a list of keys and values."))
        raise BadInput(said.problems)
    for key in sorted(set(map(str, raw)) - _KNOWN):
        said.add(key, N_("“%(key)s” is not a key of a mapping."), key=key)
    feed = str(raw.get("feed") or "")
    if (
        not feed
        or not feed.replace("_", "").replace("-", "").isalnum()
        or not feed.isascii()
        or len(feed) > 40
    ):
        said.add("feed", N_("A feed needs a short name of letters, digits, - and _."))
    title = raw.get("title") if isinstance(raw.get("title"), Mapping) else {}
    fact = Fact(said.choice("fact", raw.get("fact"), list(Fact), Fact.SALES))
    grain = Grain(said.choice("grain", raw.get("grain"), list(Grain), Grain.MONTH))
    mode = Mode(said.choice("mode", raw.get("mode", "replace"), list(Mode), Mode.REPLACE))
    precedence = raw.get("precedence", 1)
    if not isinstance(precedence, int) or isinstance(precedence, bool) or not 1 <= precedence <= 99:
        said.add("precedence", N_("Precedence is a whole number from 1 to 99."))
        precedence = 1
    fields = _read_fields(raw.get("fields"), fact, said)
    mapping = FeedMapping(
        feed=feed,
        title_zh=str(title.get("zh") or feed),  # type: ignore[union-attr]
        title_en=str(title.get("en") or feed),  # type: ignore[union-attr]
        fact=fact,
        grain=grain,
        precedence=precedence,
        mode=mode,
        fields=fields,
        key=_read_key(raw.get("key"), fields, mode, said),
        signs=_read_signs(raw.get("signs"), said),
        ranges=_read_ranges(raw.get("ranges"), fact, said),
        refunds=bool(raw.get("refunds", True)),
        unknown=_read_unknown(raw.get("unknown"), said),
        unknown_category=str(raw.get("unknown_category") or ""),
        sheet=str(raw.get("sheet") or ""),
        first_month=_read_month(raw.get("first_month"), said),
    )
    if said.problems:
        raise BadInput(said.problems)
    return mapping


def _read_fields(raw: Any, fact: Fact, said: _Complaints) -> dict[str, FieldRule]:
    if not isinstance(raw, Mapping):
        said.add("fields", N_("A mapping names the columns of its fields."))
        return {}
    allowed = {f.name for f in FIELDS[fact]}
    rules: dict[str, FieldRule] = {}
    for name, given in raw.items():
        if name not in allowed:
            said.add(f"fields.{name}", N_("This fact has no field “%(field)s”."), field=name)
            continue
        rules[str(name)] = _read_field(str(name), given, get_field(fact, str(name)).kind, said)
    for needed in FIELDS[fact]:
        if needed.required and needed.name not in rules:
            said.add(f"fields.{needed.name}", N_("The field “%(field)s” is missing."), field=needed.name)
    return rules


def _read_field(name: str, given: Any, kind: Kind, said: _Complaints) -> FieldRule:
    key = f"fields.{name}"
    options: Mapping[str, Any] = {"column": given} if isinstance(given, str) else given or {}
    known = set(FieldRule.__dataclass_fields__)
    if not isinstance(options, Mapping) or set(options) - known:
        said.add(key, N_("A field is a column name, or some of %(known)s."), known=", ".join(sorted(known)))
        return FieldRule()
    if bool(options.get("column")) == ("value" in options):
        said.add(key, N_("A field has either a column or a constant value."))
    unit = str(options.get("unit", "yuan"))
    if kind is Kind.MONEY:
        said.choice(f"{key}.unit", unit, list(MONEY_UNITS), "yuan")
    pad = options.get("pad", 0)
    if not isinstance(pad, int) or not 0 <= pad <= 40:
        said.add(f"{key}.pad", N_("Pad is a width from 0 to 40."))
        pad = 0
    values = options.get("values") or {}
    missing = options.get("missing") or ()
    return FieldRule(
        column=str(options.get("column") or ""),
        value=str(options.get("value", "")),
        format=str(options.get("format", "date")),
        unit=unit,
        missing=tuple(str(m) for m in ([missing] if isinstance(missing, str | int | float) else missing)),
        upper=bool(options.get("upper", False)),
        pad=pad,
        values=tuple((str(a), str(b)) for a, b in values.items()) if isinstance(values, Mapping) else (),
        thousands=str(options.get("thousands", ""))[:1],
    )


def _read_key(raw: Any, fields: dict[str, FieldRule], mode: Mode, said: _Complaints) -> tuple[str, ...]:
    names = tuple(str(n) for n in raw) if isinstance(raw, list | tuple) else ((str(raw),) if raw else ())
    for name in names:
        if name not in fields:
            said.add("key", N_("The key names “%(field)s”, which is not among the fields."), field=name)
    if mode is Mode.APPEND and not names:
        said.add("key", N_("A feed that appends needs a key, or nothing could find a line imported twice."))
    return names


def _read_signs(raw: Any, said: _Complaints) -> SignRule | None:
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or not raw.get("column") or not raw.get("negate"):
        said.add("signs", N_("A sign rule names a column and the texts that turn the sign."))
        return None
    negate = raw["negate"]
    return SignRule(
        str(raw["column"]), tuple(str(n) for n in (negate if isinstance(negate, list) else [negate]))
    )


def _read_ranges(raw: Any, fact: Fact, said: _Complaints) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    measured = {f.name for f in FIELDS[fact] if f.kind in {Kind.MONEY, Kind.QUANTITY}}
    for name, ends in (raw or {}).items() if isinstance(raw or {}, Mapping) else ():
        if name not in measured:
            said.add(f"ranges.{name}", N_("This fact has no field “%(field)s”."), field=name)
            continue
        read = said.attempt(
            f"ranges.{name}",
            ends,
            lambda e: (Decimal(str(e[0])), Decimal(str(e[1]))),
            N_("A range is two numbers."),
        )
        if read and read[0] > read[1]:
            said.add(f"ranges.{name}", N_("A range begins with its smaller number."))
        elif read:
            found[str(name)] = read
    found.setdefault(AMOUNT_FIELD[fact], (-LARGEST_YUAN, LARGEST_YUAN))
    return found


def _read_unknown(raw: Any, said: _Complaints) -> dict[str, Unknown]:
    found = {"product": Unknown.REFUSE, "category": Unknown.REFUSE}
    for name, choice in (raw or {}).items() if isinstance(raw or {}, Mapping) else ():
        if name not in found:
            said.add(f"unknown.{name}", N_("Only unknown products and categories can be created."))
            continue
        found[name] = Unknown(said.choice(f"unknown.{name}", choice, list(Unknown), Unknown.REFUSE))
    return found


def _read_month(raw: Any, said: _Complaints) -> Month | None:
    if raw is None:
        return None
    read = said.attempt(
        "first_month", str(raw), Month.parse, N_("“%(value)s” is not a month such as 2021-12.")
    )
    return read if isinstance(read, Month) else None
