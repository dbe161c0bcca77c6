"""What policy says about serving customers, as of a day."""

from datetime import date

from qiao.rulebook.queries import find_policy

from .core.assignment import DeputyPolicy


def deputy_policy(on: date) -> DeputyPolicy:
    """What is asked of deputies on a day (article kind ``deputies``); nothing where no article is in force."""
    policy = find_policy(DeputyPolicy, on=on)
    return policy.body if policy else DeputyPolicy()
