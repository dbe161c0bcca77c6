"""What policy says about serving customers, as of a day."""

from datetime import date

from .core.assignment import DeputyPolicy


def deputy_policy(on: date) -> DeputyPolicy:
    """What is asked of deputies on a day (article kind ``deputies``)."""
    return DeputyPolicy()
