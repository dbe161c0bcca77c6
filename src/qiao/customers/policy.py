"""What policy says about serving customers, as of a day."""

from datetime import date

from qiao.rulebook import queries as rulebook

from .core.assignment import DeputyPolicy


def deputy_policy(on: date) -> DeputyPolicy:
    """What is asked of deputies on a day (article kind ``deputies``); without an article nothing is asked."""
    policy = rulebook.find_policy(DeputyPolicy, on=on)
    return policy.body if policy else DeputyPolicy()
