"""Segments of millions of customers at once, equal to the one-customer decisions row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qiao.rulebook.core.article import Policy

from .bulk import Ints, months_divided_by_each, rows_hit
from .policy import Segments

NO_INDUSTRY, UNKNOWN_INDUSTRY = -1, -2
NOTHING_BOUGHT = -1


@dataclass(frozen=True, slots=True)
class SegmentInputs:
    """Customers as columns of one length.

    Attributes:
        industry: Place in ``industries``, or -1 when none is on file.
        industries: Industry codes.
        cents: Sum over the article's window.
        months_since_first: As in ``CustomerColumns``.
        bought_cents: (customers, business types): revenue of the window that counts for each business type.
    """

    industry: Ints
    industries: Sequence[str]
    cents: Ints
    months_since_first: Ints
    bought_cents: Ints


@dataclass(frozen=True, slots=True)
class SegmentColumns:
    """The decisions.

    Attributes:
        segment: Place in the article's segments; ``NO_INDUSTRY`` or ``UNKNOWN_INDUSTRY`` where there is none.
        business_type: Place in the article's business types, or ``NOTHING_BOUGHT``.
    """

    segment: Ints
    business_type: Ints


def decide_segments_in_bulk(policy: Policy[Segments], customers: SegmentInputs) -> SegmentColumns:
    """Decide every customer's segment, as :func:`decide_segment` would one by one."""
    body = policy.body
    over = months_divided_by_each(body.figure, customers.months_since_first)
    segment = np.full(len(customers.industry), NO_INDUSTRY, dtype=np.int64)
    for at, industry in enumerate(customers.industries):
        here = np.flatnonzero(customers.industry == at)
        rows = [n for n, one in enumerate(body.segments) if industry in one.industries]
        if not rows:
            segment[here] = UNKNOWN_INDUSTRY
            continue
        ranges = [body.segments[n].figure for n in rows]
        segment[here] = np.array(rows)[rows_hit(ranges, customers.cents[here], over[here])]
    return SegmentColumns(segment, _business_types(customers.bought_cents))


def _business_types(bought_cents: Ints) -> Ints:
    """The first of the largest; nothing where nothing was bought."""
    if bought_cents.shape[1] == 0:
        return np.full(len(bought_cents), NOTHING_BOUGHT, dtype=np.int64)
    return np.where(bought_cents.max(axis=1) > 0, bought_cents.argmax(axis=1), NOTHING_BOUGHT).astype(
        np.int64
    )
