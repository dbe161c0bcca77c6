"""From what a close pinned to the columns rating decides on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from qiao.kernel.period import Month
from qiao.ledger import queries as ledger
from qiao.ledger.lake import arrow, connect, read_files

from .core.bulk import Bools, Ints


@dataclass(frozen=True, slots=True)
class Customers:
    """Customers on file on the month's last day, in order of id, as the close pinned them.

    Attributes:
        unit_id: Home unit on the last day; 0 without one.
        primary_id: Account manager on the last day; 0 without one.
        industry: Place in ``industries``, -1 without one.
        segment: Segment code on file, "" without one.
        marks: Recorded conditions.
    """

    ids: Ints
    unit_id: Ints
    primary_id: Ints
    industry: Ints
    industries: tuple[str, ...]
    segment: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.ids)


def gather_customers(run: Any) -> Customers:
    """Everybody a close rates."""
    day = Month.parse(run.month).last_day
    con = connect()
    try:
        rows = arrow(
            con,
            f"""
            SELECT p.customer_id, coalesce(h.unit_id, 0), coalesce(a.person_id, 0), p.industry, p.segment, p.traits
            FROM {read_files([ledger.dimension_path(run, "profiles")])} p
            LEFT JOIN {read_files([ledger.dimension_path(run, "homes")])} h
                ON h.customer_id = p.customer_id AND h.starts_on <= $1 AND h.ends_before > $1
            LEFT JOIN {read_files([ledger.dimension_path(run, "assignments")])} a
                ON a.customer_id = p.customer_id AND a.role = 'primary' AND a.starts_on <= $1 AND a.ends_before > $1
            WHERE p.starts_on <= $1 AND p.ends_before > $1
            ORDER BY 1
            """,
            [day],
        )
    finally:
        con.close()
    ids, unit, primary, industry, segment, traits = (column.combine_chunks() for column in rows.columns)
    coded = industry.dictionary_encode()
    names = coded.dictionary.to_pylist()
    place = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    known = np.array([bool(name) for name in names] or [False])
    return Customers(
        ids=_ints(ids),
        unit_id=_ints(unit),
        primary_id=_ints(primary),
        industry=np.where(known[place] if len(place) else False, place, -1),
        industries=tuple(names),
        segment=tuple(segment.to_pylist()),
        marks=tuple(tuple(text.split(";")) if text else () for text in traits.to_pylist()),
    )


def _ints(column: pa.Array) -> Ints:
    whole: Ints = column.to_numpy(zero_copy_only=False).astype(np.int64)
    return whole


@dataclass(frozen=True, slots=True)
class Spends:
    """Sums over a window, in the order of the customers; 0 where the ledger holds no line."""

    cents: Ints
    months_since_first: Ints


def gather_spends(run: Any, ids: Ints, months: int) -> Spends:
    """Revenue of each customer over a window ending with the close's month."""
    table = ledger.read_spend(run, months)
    found = _ints(table["customer_id"].combine_chunks())
    since = table["months_since_first"].fill_null(0).combine_chunks()
    return Spends(
        _spread(found, _ints(table["cents"].combine_chunks()), ids), _spread(found, _ints(since), ids)
    )


def _spread(found: Ints, values: Ints, ids: Ints) -> Ints:
    """Values of the ids found, laid out over all ids; 0 for the others."""
    spread = np.zeros(len(ids), dtype=np.int64)
    place = np.searchsorted(ids, found)
    here = (
        (place < len(ids)) & (ids[np.minimum(place, len(ids) - 1)] == found)
        if len(ids)
        else np.zeros(0, bool)
    )
    spread[place[here]] = values[here]
    return spread


@dataclass(frozen=True, slots=True)
class Mix:
    """What customers bought over a window: one row a customer and category."""

    customer: Ints
    category: tuple[str, ...]
    cents: Ints
    cost_cents: Ints
    uncosted: Ints


def gather_mix(run: Any, ids: Ints, months: int) -> Mix:
    """Revenue and cost by customer and category; ``customer`` is a place in ``ids``."""
    table = ledger.read_mix(run, months)
    found = _ints(table["customer_id"].combine_chunks())
    place = np.searchsorted(ids, found)
    here = (
        (place < len(ids)) & (ids[np.minimum(place, len(ids) - 1)] == found)
        if len(ids)
        else np.zeros(0, bool)
    )
    names = ledger.category_codes()
    categories = table["category_id"].combine_chunks().to_pylist()
    return Mix(
        place[here],
        tuple(names.get(categories[n], "") for n in np.flatnonzero(here)),
        *(_ints(table[name].combine_chunks())[here] for name in ("cents", "cost_cents", "uncosted")),
    )


def bought_by_type(mix: Mix, customers: int, types: Sequence[Sequence[str]]) -> Ints:
    """(customers, business types): revenue in cents that counts for each business type."""
    place: Mapping[str, int] = {code: n for n, codes in enumerate(types) for code in codes}
    column = np.array([place.get(code, -1) for code in mix.category], dtype=np.int64)
    bought = np.zeros((customers, len(types)), dtype=np.int64)
    counted = column >= 0
    np.add.at(bought, (mix.customer[counted], column[counted]), mix.cents[counted])
    return bought


def has_any(marks: Sequence[Sequence[str]], wanted: Sequence[str]) -> Bools:
    """Whether each customer bears one of the marks."""
    asked = set(wanted)
    return np.array([not asked.isdisjoint(own) for own in marks], dtype=np.bool_)
