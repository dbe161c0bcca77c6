"""What an indicator yields: an exact numerator and denominator, or a named reason why there is none."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from qiao.kernel.errors import Incomplete

_SHOWN_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader must know about a figure that stands nevertheless.

    Attributes:
        message: English source text with ``%(name)s`` places.
        params: Values for the places.
        code: Stable short name.
    """

    message: str
    params: dict[str, Any] = field(default_factory=dict)
    code: str = "note"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure of one subject in one period.

    Attributes:
        numerator: Exact; None when incomplete.
        denominator: Exact; None when the indicator is not a ratio.
        incomplete: Why there is no figure, or None.
        remark: What to know about the figure, or None.
    """

    numerator: Decimal | None
    denominator: Decimal | None = None
    incomplete: Incomplete | None = None
    remark: Remark | None = None

    @property
    def value(self) -> Decimal | None:
        """The figure for showing: numerator, or the ratio to six places; None when incomplete.

        Thresholds never read this: they compare numerator with threshold × denominator, exactly.
        """
        if self.incomplete or self.numerator is None:
            return None
        if self.denominator is None:
            return self.numerator
        return (self.numerator / self.denominator).quantize(_SHOWN_PLACES, rounding=ROUND_HALF_EVEN)
