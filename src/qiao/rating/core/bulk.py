"""Tiers of millions of customers at once, equal to the one-customer decisions row by row.

Amounts are whole cents in int64; a boundary is compared as ``total × scale`` against ``boundary × months``,
so nothing is divided and nothing passes through a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from qiao.kernel.table import Range
from qiao.rulebook.core.article import Policy

from .key_accounts import may_be_key_account
from .policy import CustomerTiers, Figure, KeyAccounts, TakenAs, YoungCustomers
from .tiers import find_ladder, tier_rank

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

INCOMPLETE = -1
NEVER = 0  # months_since_first of a customer without any revenue


@dataclass(frozen=True, slots=True)
class CustomerColumns:
    """Customers as columns of one length.

    Attributes:
        tier_cents, key_cents: Sum over the window of the tiers article and of the key-accounts article.
        months_since_first: As in ``Spend``; ``NEVER`` for no revenue.
        segment: Place in ``segments``, or -1 when not known.
        segments: Segment codes.
        marked: Has at least one recorded condition of the key-accounts article.
    """

    tier_cents: Ints
    key_cents: Ints
    months_since_first: Ints
    segment: Ints
    segments: tuple[str, ...]
    marked: Bools


@dataclass(frozen=True, slots=True)
class TierColumns:
    """The decisions, in the order of the customers.

    Attributes:
        tier: Place in the article's tiers; ``INCOMPLETE`` where the segment is missing.
        ladder, row: Place of the row hit; -1 where incomplete.
        key_account: 1 yes, 0 no, -1 incomplete.
    """

    tier: Ints
    ladder: Ints
    row: Ints
    key_account: Ints


def decide_tiers_in_bulk(
    tiers: Policy[CustomerTiers], key_accounts: Policy[KeyAccounts] | None, customers: CustomerColumns
) -> TierColumns:
    """Decide every customer's tier, as :func:`decide_tier` would one by one.

    Args:
        tiers: Tiers and ladders.
        key_accounts: Conditions; None when no article makes key accounts.
        customers: Complete figures: a month the ledger does not cover is found before, for everybody at once.
    """
    body = tiers.body
    key = _key_accounts(key_accounts, customers)
    ladder = _by_segment(customers, {s: find_ladder(body, s) for s in (*customers.segments, None)})
    row = np.full(len(ladder), INCOMPLETE, dtype=np.int64)
    rank = np.full(len(ladder), INCOMPLETE, dtype=np.int64)
    over = months_divided_by_each(body.figure, customers.months_since_first)
    for at, written in enumerate(body.ladders):
        here = np.flatnonzero(ladder == at)
        hits = rows_hit([r.figure for r in written.rows], customers.tier_cents[here], over[here])
        row[here] = hits
        rank[here] = np.array([tier_rank(body, r.tier) for r in written.rows], dtype=np.int64)[hits]
    if body.key_account_tier is not None and key_accounts is not None:
        floor = tier_rank(body, body.key_account_tier)
        lower = (rank != INCOMPLETE) & (rank > floor)
        rank = np.where(lower & (key == 1), floor, rank)
        rank = np.where(lower & (key == INCOMPLETE), INCOMPLETE, rank)
    return TierColumns(rank, ladder, row, key)


def _key_accounts(policy: Policy[KeyAccounts] | None, customers: CustomerColumns) -> Ints:
    if policy is None:
        return np.zeros(len(customers.segment), dtype=np.int64)
    over = months_divided_by_each(policy.body.figure, customers.months_since_first)
    met = customers.marked.copy()
    for condition in policy.body.conditions:
        if condition.figure is not None:
            met |= _holds(condition.figure, customers.key_cents, over)
    places = {s: may_be_key_account(policy.body, s) for s in (*customers.segments, None)}
    allowed = _by_segment(customers, {s: None if may is None else int(may) for s, may in places.items()})
    return np.where(allowed == 1, met.astype(np.int64), allowed)


def _by_segment(customers: CustomerColumns, answers: Mapping[str | None, int | None]) -> Ints:
    """One answer per segment, spread over the customers; None becomes ``INCOMPLETE``."""
    known = [answers[code] for code in (*customers.segments, None)]
    spread = np.array([INCOMPLETE if answer is None else answer for answer in known], dtype=np.int64)
    return spread[customers.segment]  # -1, not known, is the last place: the answer for None


def months_divided_by_each(figure: Figure, months_since_first: Ints) -> Ints:
    """The denominator an article asks for, customer by customer."""
    if figure.taken_as is TakenAs.SUM:
        return np.ones_like(months_since_first)
    if figure.young_customers is YoungCustomers.COUNTED:
        return np.full_like(months_since_first, figure.months)
    return np.where(months_since_first == NEVER, figure.months, np.clip(months_since_first, 1, figure.months))


def rows_hit(ranges: list[Range], total_cents: Ints, over: Ints) -> Ints:
    """The row of a gapless table, rising and open at both ends, each customer falls into."""
    row = np.zeros(len(total_cents), dtype=np.int64)
    # Rows rise, so the last one whose lower end is reached is the row hit.
    for n, within in enumerate(ranges[1:], start=1):
        row[_reaches(within, total_cents, over)] = n
    return row


def _holds(within: Range, total_cents: Ints, over: Ints) -> Bools:
    return _reaches(within, total_cents, over) & _stays_under(within, total_cents, over)


def _reaches(within: Range, total_cents: Ints, over: Ints) -> Bools:
    if within.lower is None:
        return np.ones(len(total_cents), dtype=np.bool_)
    at, scale = _whole(within.lower.at)
    return total_cents * scale >= at * over if within.lower.included else total_cents * scale > at * over


def _stays_under(within: Range, total_cents: Ints, over: Ints) -> Bools:
    if within.upper is None:
        return np.ones(len(total_cents), dtype=np.bool_)
    at, scale = _whole(within.upper.at)
    return total_cents * scale <= at * over if within.upper.included else total_cents * scale < at * over


def _whole(boundary_yuan: Decimal) -> tuple[int, int]:
    """A boundary as a whole number of cents and the power of ten both sides are scaled by."""
    numerator, denominator = (boundary_yuan * 100).as_integer_ratio()
    return numerator, denominator
