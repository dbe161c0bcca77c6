"""Importing records from a table: upload → dry run → look → commit; all or nothing, update by key.

A context declares what can be imported once::

    register(ImportKind("customers", N_("Customers"), "customers.import", FIELDS, plan, apply, "customers:customers"))

``plan(rows, viewer)`` decides, per row, what would happen and what is wrong; ``apply(plan, by, job)`` writes it.
The commit plans again inside its transaction, so what changed since the dry run cannot slip through.
"""

from .fields import Cells, Field, Reader, match_headings
from .kinds import ImportKind, MatchKey, Plan, Planned, fields_of, get_kind, keys_of, list_kinds, register

__all__ = [
    "Cells",
    "Field",
    "ImportKind",
    "MatchKey",
    "Plan",
    "Planned",
    "Reader",
    "fields_of",
    "get_kind",
    "keys_of",
    "list_kinds",
    "match_headings",
    "register",
]
