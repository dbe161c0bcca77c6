"""Generate the demo: the same pack, seed and month always give the same data."""

from dataclasses import dataclass

import numpy as np

from qiao.kernel.period import Month
from qiao.runtime import clock

from .enterprises import VOCABULARIES
from .facts import DemoFacts, compute_facts
from .ledger import Balances, Sales, list_months, make_balances, make_monthly_cents, make_sales
from .vocabulary import Vocabulary
from .world import World, make_world

SEED = 20210901
MONTHS = 30


@dataclass(frozen=True, slots=True)
class Demo:
    """A whole demo enterprise in memory."""

    words: Vocabulary
    months: tuple[Month, ...]
    world: World
    sales: Sales
    balances: Balances | None
    facts: DemoFacts


def last_full_month() -> Month:
    """The month before today's."""
    return Month.containing(clock.today()) - 1


def generate(
    pack: str, *, until: Month, seed: int = SEED, customers: int | None = None, months: int = MONTHS
) -> Demo:
    """Draw a demo enterprise.

    Args:
        pack: Name of a pack with a vocabulary.
        until: Last month of the ledger.
        seed: Where chance starts.
        customers: How many customers; as many as the enterprise has when None.
        months: How many months of ledger, at least 24.

    Raises:
        KeyError: The pack has no vocabulary.
    """
    words = VOCABULARIES[pack]
    spans = list_months(until, months)
    # One stream per part: more customers or another part never shift what a part draws.
    seeds = np.random.SeedSequence([seed, len(pack)]).spawn(4)
    people, amounts, lines, credit = (np.random.default_rng(s) for s in seeds)
    world = make_world(words, people, customers or words.customers, spans[0], spans[-1])
    cents = make_monthly_cents(words, amounts, world, spans)
    sales = make_sales(words, lines, world, spans, cents)
    balances = make_balances(credit, cents) if words.credit else None
    net = np.zeros_like(cents)
    np.add.at(net, (sales.customer, sales.month), sales.revenue_cents)
    facts = compute_facts(net, len(sales.customer), [month.month for month in spans])
    return Demo(words, spans, world, sales, balances, facts)
