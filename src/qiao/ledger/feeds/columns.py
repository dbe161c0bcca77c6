"""SQL that turns a file's texts into values, and the checks on each value.

The only engine here is DuckDB: reading files is bulk work at the edge, not an indicator, so it may use what
DuckDB does best. Column names come from code (``h0``, ``t_revenue``); texts from mappings are quoted as
literals.
"""

from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date
from typing import Any

from qiao.kernel.errors import N_
from qiao.ledger.core.facts import FIELDS, FactField, Kind, get_field
from qiao.ledger.core.mapping import MONEY_UNITS, FeedMapping, FieldRule
from qiao.ledger.feeds.sources import Source
from qiao.ledger.lake import literal

CODE_KINDS = (Kind.CUSTOMER, Kind.PRODUCT, Kind.CATEGORY)
FAULTS = {
    "short_row": N_("A cell is missing in this row."),
    "outside_headings": N_("There is no heading above a cell of this row: is the row shifted?"),
    "long_cell": N_("A cell is too long."),
    "damaged_number": N_("A number of more than 15 digits was rounded by the spreadsheet; store it as text."),
    "formula_error": N_("A formula shows an error."),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong with a row.

    Attributes:
        code: Stable name.
        message: English source text.
        field: Field of the fact, or empty for the row as a whole.
        column: Heading in the file, or empty.
        condition: SQL over the parsed row, true when it is wrong; empty when set later (duplicates).
        params: Values for the message's places.
    """

    code: str
    message: str
    field: str
    column: str
    condition: str
    params: dict[str, Any] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """SQL of one reading: parsed columns, joins, values, checks."""

    parsed: tuple[str, ...]
    joins: tuple[str, ...]
    values: tuple[tuple[str, str], ...]  # lake column → SQL
    checks: tuple[Check, ...]


def text_of(rule: FieldRule, source: Source) -> str:
    """SQL for a field's raw text; NULL where the file is empty."""
    if not rule.column:
        return literal(rule.value)
    column = f"r.{source.columns[rule.column]}"
    return column if rule.column in source.texts else f"{column}::VARCHAR"


def native_types(mapping: FeedMapping) -> dict[str, str]:
    """Columns of a clean CSV that may be read as days and numbers at once, by heading."""
    types: dict[str, str] = {}
    for name, rule in mapping.fields.items():
        kind = get_field(mapping.fact, name).kind
        if kind is Kind.DAY and rule.format == "date":
            types[rule.column] = "DATE"
        elif kind in {Kind.MONEY, Kind.QUANTITY} and not rule.missing and not rule.thousands:
            types[rule.column] = "DECIMAL(18,6)"
    used = [rule.column for rule in mapping.fields.values()] + (
        [mapping.signs.column] if mapping.signs else []
    )
    return {heading: kind for heading, kind in types.items() if heading and used.count(heading) == 1}


def clean_code(rule: FieldRule, text: str) -> str:
    """SQL for a code as the house writes it: trimmed, replaced, padded; NULL when it means "none"."""
    cleaned = f"trim({text}, ' \t\u3000')"
    for old, new in rule.values:
        cleaned = f"CASE WHEN {cleaned} = {literal(old)} THEN {literal(new)} ELSE {cleaned} END"
    if rule.upper:
        cleaned = f"upper({cleaned})"
    if rule.pad:
        padded = f"lpad({cleaned}, {rule.pad}, '0')"  # lpad alone would cut longer codes
        cleaned = f"CASE WHEN length({cleaned}) < {rule.pad} THEN {padded} ELSE {cleaned} END"
    for text_meaning_none in ("", *rule.missing):
        cleaned = f"nullif({cleaned}, {literal(text_meaning_none)})"
    return cleaned


def make_plan(mapping: FeedMapping, source: Source, *, last_day: date) -> Plan:
    """Everything needed to read one file by one mapping.

    Args:
        mapping: The checked mapping.
        source: The loaded file.
        last_day: No fact is later than this.
    """
    parsed: list[str] = []
    joins: list[str] = []
    values: list[tuple[str, str]] = []
    checks: list[Check] = [
        Check(code, message, "", "", f"p.fault = {literal(code)}")
        for code, message in FAULTS.items()
        if source.fault
    ]
    for spec in FIELDS[mapping.fact]:
        rule = mapping.fields.get(spec.name)
        if rule is None:
            if spec.kind not in CODE_KINDS:
                values.append((spec.column, f"NULL::{_sql_type(spec)}"))
            elif spec.kind is not Kind.CATEGORY:
                values.append((spec.column, "NULL::BIGINT"))
            else:
                has_product = "product" in mapping.fields
                values.append((spec.column, "k_product.category_id" if has_product else "NULL::BIGINT"))
            continue
        step = _STEPS[spec.kind](spec, rule, mapping, source, last_day)
        parsed += step.parsed
        joins += step.joins
        values += step.values
        checks += step.checks
    if mapping.key:
        checks.append(Check("duplicate", N_("An earlier row of this file has the same key."), "", "", ""))
        checks.append(Check("already_there", N_("A line of this key was imported before."), "", "", ""))
    return Plan(tuple(parsed), tuple(joins), tuple(values), tuple(checks))


def _sql_type(spec: FactField) -> str:
    return {Kind.MONEY: "BIGINT", Kind.QUANTITY: "DECIMAL(18,3)", Kind.TEXT: "VARCHAR", Kind.DAY: "DATE"}[
        spec.kind
    ]


def _code_step(
    spec: FactField, rule: FieldRule, mapping: FeedMapping, source: Source, last_day: date
) -> Plan:
    """Codes are looked up once a distinct text (table ``k_<field>``), then joined by the raw text."""
    name = spec.name
    table = f"k_{name}"
    join = f"LEFT JOIN {table} ON {table}.raw = p.t_{name}"
    value = f"{table}.id"
    if spec.kind is Kind.CATEGORY and "product" in mapping.fields:
        value = f"coalesce({table}.id, k_product.category_id)"
    checks = []
    if spec.required:
        checks.append(Check("missing", N_("The cell is empty."), name, rule.column, f"{table}.clean IS NULL"))
    unknown = f"{table}.clean IS NOT NULL AND {table}.id IS NULL"
    message = {
        Kind.CUSTOMER: N_("No customer has the code “%(text)s”."),
        Kind.PRODUCT: N_("No product has the code “%(text)s”."),
        Kind.CATEGORY: N_("No category has the code “%(text)s”."),
    }[spec.kind]
    checks.append(Check(f"unknown_{name}", message, name, rule.column, unknown))
    return Plan((f"{text_of(rule, source)} AS t_{name}",), (join,), ((spec.column, value),), tuple(checks))


def _day_step(spec: FactField, rule: FieldRule, mapping: FeedMapping, source: Source, last_day: date) -> Plan:
    text = text_of(rule, source)
    if rule.column and rule.column not in source.texts and rule.format == "date":
        text = f"r.{source.columns[rule.column]}"  # a day already
    if rule.format == "date":
        parsed = f"TRY_CAST({text} AS DATE)"
    elif rule.format == "month":
        month = f"regexp_replace(trim({text}), '^(\\d{{4}})[-/年]?(\\d{{1,2}}).*$', '\\1-\\2-1')"
        parsed = f"TRY_CAST({month} AS DATE)"
    else:
        parsed = f"TRY_CAST(try_strptime(trim({text}), {literal(rule.format)}) AS DATE)"
    if mapping.grain == "month" or mapping.fact == "receivables":
        parsed = f"last_day({parsed})"
    first_day = mapping.first_month.starts_on if mapping.first_month else date(1990, 1, 1)
    value = "p.p_on"
    checks = (
        Check("missing", N_("The cell is empty."), spec.name, rule.column, "p.b_on"),
        Check(
            "bad_day",
            N_("“%(text)s” is not a day of the form %(format)s."),
            spec.name,
            rule.column,
            f"NOT p.b_on AND {value} IS NULL",
            {"format": rule.format},
        ),
        Check(
            "day_out_of_range",
            N_("“%(text)s” lies outside %(first)s … %(last)s."),
            spec.name,
            rule.column,
            f"{value} < DATE '{first_day}' OR {value} > DATE '{last_day}'",
            {"first": str(first_day), "last": str(last_day)},
        ),
    )
    blank = (
        f"({text} IS NULL OR {text}::VARCHAR = '')" if rule.column in source.texts else f"({text} IS NULL)"
    )
    return Plan((f"{blank} AS b_on", f"{parsed} AS p_on"), (), ((spec.column, value),), checks)


def _parsed_number(name: str, rule: FieldRule, source: Source) -> tuple[str, str]:
    """Columns ``m_`` (the number with six decimals; digits beyond are noise of binary floats) and ``b_`` (the cell
    means: not known).
    """
    native = f"r.{source.columns[rule.column]}" if rule.column else literal(rule.value)
    text = text_of(rule, source)
    blank = f"({text} IS NULL OR {text} = ''" if rule.column in source.texts else f"({native} IS NULL"
    blank += "".join(f" OR {text} = {literal(m)}" for m in rule.missing) + ")"
    read = f"replace({text}, {literal(rule.thousands)}, '')" if rule.thousands else native
    number = f"TRY_CAST({read} AS DECIMAL(18,6))"
    if rule.missing:
        number = f"CASE WHEN {blank} THEN NULL ELSE {number} END"
    return f"{number} AS m_{name}", f"{blank} AS b_{name}"


def _cents(rule: FieldRule, number: str) -> tuple[str, str]:
    """SQL for whole cents of a number, and for "a fraction of a cent is left".

    Yuan, the usual unit, stay within 64 bits all the way: 128-bit decimals cost six times as much.
    """
    if rule.unit == "yuan":
        exact = f"TRY_CAST({number} AS DECIMAL(15,2))"
        return f"({exact} * 100::DECIMAL(3,0))::BIGINT", f"{number} <> TRY_CAST({exact} AS DECIMAL(18,6))"
    scaled = f"{number}::DECIMAL(30,6) * {MONEY_UNITS[rule.unit]}"
    whole = f"TRY_CAST({scaled} AS BIGINT)"
    return whole, f"{scaled} <> {whole}"


def _money_step(
    spec: FactField, rule: FieldRule, mapping: FeedMapping, source: Source, last_day: date
) -> Plan:
    name = spec.name
    parsed = _parsed_number(name, rule, source)
    whole, left = _cents(rule, f"p.m_{name}")
    value = f"CASE WHEN p.turned THEN -abs({whole}) ELSE {whole} END" if mapping.signs else whole
    checks = _number_checks(spec, rule, mapping, value, MONEY_UNITS["yuan"])
    fraction = Check("sub_cent", N_("“%(text)s” has a fraction of a cent."), name, rule.column, left)
    refund = Check(
        "refund", N_("“%(text)s” is negative; this feed has no refunds."), name, rule.column, f"{value} < 0"
    )
    no_refunds = () if mapping.refunds else (refund,)
    return Plan(parsed, (), ((spec.column, value),), (*checks, fraction, *no_refunds))


def _quantity_step(
    spec: FactField, rule: FieldRule, mapping: FeedMapping, source: Source, last_day: date
) -> Plan:
    name = spec.name
    parsed = _parsed_number(name, rule, source)
    whole = f"TRY_CAST(p.m_{name} AS DECIMAL(18,3))"
    value = f"CASE WHEN p.turned THEN -abs({whole}) ELSE {whole} END" if mapping.signs else whole
    checks = _number_checks(spec, rule, mapping, value, 1)
    left = f"p.m_{name} <> TRY_CAST({whole} AS DECIMAL(18,6))"
    fraction = Check(
        "sub_thousandth", N_("“%(text)s” has more than three decimals."), name, rule.column, left
    )
    return Plan(parsed, (), ((spec.column, value),), (*checks, fraction))


def _number_checks(
    spec: FactField, rule: FieldRule, mapping: FeedMapping, value: str, scale: int
) -> tuple[Check, ...]:
    name, column = spec.name, rule.column
    checks = [
        Check(
            "bad_number",
            N_("“%(text)s” is not a number."),
            name,
            column,
            f"NOT p.b_{name} AND p.m_{name} IS NULL",
        )
    ]
    if spec.required:
        checks.append(Check("missing", N_("The cell is empty."), name, column, f"p.b_{name}"))
    if name in mapping.ranges:
        low, high = mapping.ranges[name]
        checks.append(
            Check(
                "out_of_range",
                N_("“%(text)s” lies outside %(low)s … %(high)s."),
                name,
                column,
                f"{value} < {low * scale} OR {value} > {high * scale}",
                {"low": str(low), "high": str(high)},
            )
        )
    return tuple(checks)


def turned(mapping: FeedMapping, source: Source) -> str:
    """SQL that is true for rows whose sign the mapping turns."""
    if mapping.signs is None:
        return "false"
    listed = ", ".join(literal(text) for text in mapping.signs.negate)
    return f"coalesce(trim(r.{source.columns[mapping.signs.column]}::VARCHAR) IN ({listed}), false)"


def _text_step(
    spec: FactField, rule: FieldRule, mapping: FeedMapping, source: Source, last_day: date
) -> Plan:
    name = spec.name
    text = text_of(rule, source)
    cleaned = (
        clean_code(rule, text)
        if rule.column and (rule.values or rule.upper or rule.pad or rule.missing)
        else text
    )
    checks: tuple[Check, ...] = ()
    if name in mapping.key:
        condition = f"p.t_{name} IS NULL OR p.t_{name} = ''"
        checks = (Check("missing", N_("The cell is empty."), name, rule.column, condition),)
    return Plan((f"{cleaned} AS t_{name}",), (), ((spec.column, f"p.t_{name}"),), checks)


_STEPS = {
    Kind.CUSTOMER: _code_step,
    Kind.PRODUCT: _code_step,
    Kind.CATEGORY: _code_step,
    Kind.DAY: _day_step,
    Kind.MONEY: _money_step,
    Kind.QUANTITY: _quantity_step,
    Kind.TEXT: _text_step,
}
