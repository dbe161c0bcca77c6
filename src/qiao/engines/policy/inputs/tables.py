"""The tables of facts and their columns, and the schema written from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qiao.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind (``text``, ``number``, ``date``, ``value`` for whatever the figure is) and its meaning."""

    name: str
    kind: str
    says: str
    needed: bool = False


_PERSON = Column("person", "text", N_("whose; empty for everybody"))
_PERIOD = Column(
    "period", "text", N_("2024-03, 2024Q1, 2024H1, 2024, 2024-03-05 or any other label; empty for all")
)
TABLES: Mapping[str, tuple[Column, ...]] = {
    "people": (
        Column("person", "text", N_("name or number of the person"), True),
        Column("joined_on", "date", N_("first day of work")),
        Column("left_on", "date", N_("last day of work")),
        Column("starts_on", "date", N_("first day this row holds")),
        Column("ends_before", "date", N_("day after the last day this row holds")),
        Column("role", "text", N_("role or post")),
        Column("grade", "text", N_("grade")),
        Column("unit", "text", N_("unit as a path from the top, province/city/county")),
        Column("segment", "text", N_("segment served")),
        Column("leader", "text", N_("whom the person reports to")),
        Column("mentor", "text", N_("who mentors the person")),
    ),
    "parameters": (
        Column("name", "text", N_("parameter"), True),
        Column("value", "value", N_("its value"), True),
        _PERSON,
        Column("customer", "text", N_("for this customer")),
        Column("grade", "text", N_("for this grade")),
        Column("role", "text", N_("for this role")),
        Column("segment", "text", N_("for this segment")),
        Column("unit", "text", N_("for this unit and those below it")),
        Column("key", "text", N_("for this key, as a currency or a product")),
        _PERIOD,
        Column("starts_on", "date", N_("in force from this day")),
        Column("ends_before", "date", N_("no longer in force on this day")),
    ),
    "events": (
        Column("event", "text", N_("name of the event; the same deal may have several rows, one a person")),
        Column("kind", "text", N_("deal, refund, payment, absence … as the policy names it")),
        Column("on", "date", N_("day it counts")),
        Column("effective_on", "date", N_("another day of the event, as the booking")),
        _PERIOD,
        Column("person", "text", N_("whose event")),
        Column("customer", "text", N_("customer")),
        Column("product", "text", N_("product")),
        Column("unit", "text", N_("unit")),
        Column("currency", "text", N_("currency; amounts of several are never added unasked")),
        Column("key", "text", N_("any further category")),
        Column("amount", "number", N_("amount")),
        Column("quantity", "number", N_("quantity")),
        Column("share", "number", N_("the person's share of the event; empty is the whole")),
        Column("reverses", "text", N_("name of the event this one takes back")),
    ),
    "measures": (
        Column("measure", "text", N_("measure"), True),
        Column("value", "value", N_("its value; empty is missing, never 0"), True),
        _PERSON,
        _PERIOD,
        Column("event", "text", N_("a figure of this event")),
        Column("customer", "text", N_("a figure of this customer")),
    ),
    "carried": (
        Column("name", "text", N_("item or carried figure"), True),
        Column("value", "value", N_("value at the end of the period"), True),
        _PERSON,
        Column("period", "text", N_("the period it was reached in; empty for before the first")),
    ),
    "periods": (
        Column("period", "text", N_("label"), True),
        Column("grain", "text", N_("its length: day, month, quarter, half, year or any other word")),
        Column("starts_on", "date", N_("first day")),
        Column("ends_before", "date", N_("day after the last day")),
        Column("within", "text", N_("label of the longer period it lies in")),
    ),
}


def json_schema() -> dict[str, Any]:
    """The schema of a file of facts (JSON Schema 2020-12), written from :data:`TABLES`."""
    kinds: dict[str, Any] = {
        "text": {"type": ["string", "number"]},
        "number": {"type": ["string", "number", "null"]},
        "date": {"type": ["string", "null"], "pattern": "^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}$|^$"},
        "value": {"type": ["string", "number", "boolean", "null"]},
    }
    tables = {
        name: {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {c.name: kinds[c.kind] | {"description": c.says} for c in columns},
                "required": [c.name for c in columns if c.needed],
                "additionalProperties": False,
            },
        }
        for name, columns in TABLES.items()
    }
    scenario = {
        "type": "object",
        "properties": {"scenario": {"type": "string"}} | tables,
        "additionalProperties": False,
    }
    rows = {"type": "array", "items": scenario}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "oneOf": [{"type": "object", "properties": {"scenarios": rows}, "required": ["scenarios"]}, rows],
    }
