"""Places of a ranking: the best first, equals share a place, who has no figure has no place and is named all the same."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def place_all(values: Mapping[K, Decimal | None], *, good_is_up: bool = True) -> dict[K, int]:
    """The place of each that has a figure, from 1; after two who share place 2 comes place 4.

    Args:
        values: Figures; None where there is none.
        good_is_up: Whether more is better.

    Source: requirement 4.5.
    """
    known = {key: value for key, value in values.items() if value is not None}
    return {
        key: 1 + sum(other > value if good_is_up else other < value for other in known.values())
        for key, value in known.items()
    }
