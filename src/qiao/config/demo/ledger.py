"""Sales, receivables and payments of the demo: season, trend, growth, decline, loss and refunds."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qiao.kernel.period import Month

from .vocabulary import Vocabulary
from .world import World

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

GROWING, STEADY, DECLINING = range(3)
_MONTHLY_DRIFT = (0.022, 0.0, -0.03)
_KIND_SHARES = (0.22, 0.60, 0.18)
_MONTHLY_LOSS = 0.0075
_REFUND_SHARE = 0.004


@dataclass(frozen=True, slots=True)
class Sales:
    """Sales as columns of one length.

    Attributes:
        customer: Place in the world's customers.
        month: Place in the months.
        day: Day of the month; 0 for a monthly bill.
        good: Place in the pack's goods.
    """

    customer: Ints
    month: Ints
    day: Ints
    good: Ints
    revenue_cents: Ints
    cost_cents: Ints
    quantity_thousandths: Ints


@dataclass(frozen=True, slots=True)
class Balances:
    """Receivables at month ends, and payments, both by customer and month."""

    customer: Ints
    month: Ints
    owed_cents: Ints
    overdue_cents: Ints
    paid_cents: Ints


def list_months(until: Month, count: int) -> tuple[Month, ...]:
    """The months of the ledger, the last one first known to be full."""
    return tuple(Month.range(until - (count - 1), until))


def make_monthly_cents(words: Vocabulary, draw: Generator, world: World, months: tuple[Month, ...]) -> Ints:
    """Revenue in cents, (customers, months), int64: 0 before a customer's first month and after its last.

    A customer's level is lognormal within its trade; it grows, stays or declines; everybody shares trend and
    season; some leave for good.
    """
    customers, count = world.customers, len(months)
    trades = [words.trades[row.trade] for row in customers]
    level = np.array([t.median_yuan for t in trades]) * np.exp(
        draw.normal(0.0, 1.0, len(customers)) * np.array([t.spread for t in trades])
    )
    at = np.arange(count)
    drift = np.array(_MONTHLY_DRIFT)[draw.choice(3, len(customers), p=_KIND_SHARES)]
    drift = drift * draw.uniform(0.4, 1.4, len(customers))
    season = np.array([words.season[month.month - 1] for month in months])
    trend = (1 + words.yearly_growth) ** (at / 12)
    noise = np.exp(draw.normal(-0.02, 0.2, (len(customers), count)))
    yuan = level[:, None] * np.exp(drift[:, None] * (at - count / 2)) * season * trend * noise
    cents = np.rint(yuan * 100).astype(np.int64)
    first = np.array([max(months[0].distance_to(Month.containing(row.since)), 0) for row in customers])
    leaves = first + draw.geometric(_MONTHLY_LOSS, len(customers))
    for n, row in enumerate(customers):
        if row.after is not None:  # who is taken over stops where the new number begins
            leaves[row.after] = min(leaves[row.after], first[n])
    alive = (at >= first[:, None]) & (at < leaves[:, None])
    return np.where(alive, np.maximum(cents, 100), 0)


def make_sales(
    words: Vocabulary, draw: Generator, world: World, months: tuple[Month, ...], cents: Ints
) -> Sales:
    """Split monthly revenue over goods (and order days where the trade orders), and add a few refunds."""
    customer, month = np.nonzero(cents)
    total = cents[customer, month]
    good, parts = _split_over_goods(words, draw, world, customer, total)
    rows, goods = np.nonzero(parts)
    customer, month, total, good = customer[rows], month[rows], parts[rows, goods], good[rows, goods]
    day = np.zeros(len(total), dtype=np.int64)
    if words.orders:
        customer, month, good, total, day = _split_over_days(draw, months, customer, month, good, total)
    customer, month, good, total, day = _with_refunds(draw, customer, month, good, total, day)
    margin = np.array([g.margin_share for g in words.goods])[good]
    own = draw.normal(0.0, 0.05, len(world.customers))[customer]
    cost = np.rint(total * (1 - np.clip(margin + own, 0.02, 0.8))).astype(np.int64)
    price = np.array([g.price_yuan for g in words.goods])[good]
    quantity = np.rint(total / 100 / price * 1000).astype(np.int64)
    return Sales(customer, month, day, good, total, cost, quantity)


def _split_over_goods(
    words: Vocabulary, draw: Generator, world: World, customer: Ints, total: Ints
) -> tuple[Ints, Ints]:
    """A customer buys up to three goods, by taste; the last part takes the rest, so the cents add up."""
    taste = np.array([words.trades[row.trade].goods for row in world.customers], dtype=np.float64)
    taste *= draw.gamma(0.7, 1.0, taste.shape)
    best = np.argsort(-taste, axis=1, kind="stable")[:, :3]
    shares = np.take_along_axis(taste, best, axis=1)
    shares = np.where(shares / shares.sum(axis=1, keepdims=True) < 0.08, 0.0, shares)
    shares /= shares.sum(axis=1, keepdims=True)
    parts = np.floor(total[:, None] * shares[customer]).astype(np.int64)
    parts[:, 0] += total - parts.sum(axis=1)
    return best[customer], parts


def _split_over_days(
    draw: Generator, months: tuple[Month, ...], customer: Ints, month: Ints, good: Ints, total: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Orders every week, fortnight or month by size, always on the customer's own weekday."""
    customers = int(customer.max()) + 1
    typical = np.bincount(customer, total, customers) / np.maximum(
        np.bincount(customer, minlength=customers), 1
    )
    orders = np.where(typical > 2_000_000, 4, np.where(typical > 400_000, 2, 1))[customer]
    phase = draw.integers(1, 8, customers)[customer]
    pieces = np.repeat(np.arange(len(total)), orders)
    number = np.arange(len(pieces)) - np.repeat(np.cumsum(orders) - orders, orders)
    gap = 28 // orders[pieces]
    last = np.array([m.last_day.day for m in months])[month[pieces]]
    day = np.minimum(phase[pieces] + number * gap, last)
    amount = total[pieces] // orders[pieces] + np.where(number == 0, total[pieces] % orders[pieces], 0)
    return customer[pieces], month[pieces], good[pieces], amount, day


def _with_refunds(
    draw: Generator, customer: Ints, month: Ints, good: Ints, total: Ints, day: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """A few lines are partly taken back by a negative line: a day later, or on the next month's bill."""
    back = np.flatnonzero((draw.random(len(total)) < _REFUND_SHARE) & (total > 1000))
    amount = -(total[back] * draw.uniform(0.05, 0.4, len(back))).astype(np.int64)
    is_order = day[back] > 0
    later = np.where(is_order, np.minimum(day[back] + 1, 28), 0)
    same = is_order & (later > day[back])
    back, amount, later = back[same | ~is_order], amount[same | ~is_order], later[same | ~is_order]
    joined = [np.concatenate([whole, part]) for whole, part in (
        (customer, customer[back]), (month, month[back]), (good, good[back]), (total, amount), (day, later))]  # fmt: skip
    order = np.lexsort((joined[2], joined[4], joined[0], joined[1]))
    return tuple(column[order] for column in joined)  # type: ignore[return-value]


def make_balances(draw: Generator, cents: Ints) -> Balances:
    """Customers pay most of a bill the month after; some drag, and a few hardly pay at all."""
    customers, months = cents.shape
    habit = draw.choice([1.0, 0.92, 0.55], customers, p=[0.8, 0.16, 0.04])[:, None]
    share = np.clip(habit * draw.uniform(0.93, 1.02, cents.shape), 0.0, 1.0)
    owed = np.zeros_like(cents)
    overdue, paid = np.zeros_like(cents), np.zeros_like(cents)
    before = np.zeros(customers, dtype=np.int64)
    for month in range(months):
        paid[:, month] = np.rint(before * share[:, month]).astype(np.int64)
        overdue[:, month] = before - paid[:, month]
        before = overdue[:, month] + cents[:, month]
        owed[:, month] = before
    customer, when = np.nonzero((owed > 0) | (paid > 0))
    at = (customer, when)
    return Balances(customer, when, owed[at], overdue[at], paid[at])
