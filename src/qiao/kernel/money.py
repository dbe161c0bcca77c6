"""Money: Decimal yuan in the cores, whole cents in the lake, and the roundings by name.

"Yuan" stands for the enterprise's one currency unit; nothing here converts between currencies.
"""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from qiao.kernel.errors import QiaoError

CENT = Decimal("0.01")
ZERO_YUAN = Decimal("0.00")
_WIDE = Context(prec=80)  # wider than any amount: a quotient must not reach a half by its own rounding


class SubCentAmount(QiaoError, ValueError):
    """An amount with a fraction of a cent reached a place that stores whole cents."""

    def __init__(self, amount_yuan: Decimal) -> None:
        self.amount_yuan = amount_yuan
        super().__init__(f"{amount_yuan} is not a whole number of cents; round it by a stated rule first")


class Rounding(StrEnum):
    """How a fraction is dropped. An article names one; nothing rounds by default."""

    HALF_UP = "half_up"  # 四舍五入: half goes away from zero
    HALF_EVEN = "half_even"  # 四舍六入五成双
    DOWN = "down"  # 舍去: towards zero
    FLOOR = "floor"  # towards minus infinity
    CEILING = "ceiling"  # 进位: towards plus infinity


DECIMAL_NAMES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.FLOOR: ROUND_FLOOR,
    Rounding.CEILING: ROUND_CEILING,
}


def yuan_from_cents(amount_cents: int) -> Decimal:
    """Whole cents as yuan with two places, exactly."""
    return Decimal(amount_cents).scaleb(-2)


def cents(amount_yuan: Decimal) -> int:
    """Yuan as whole cents.

    Raises:
        SubCentAmount: The amount has a fraction of a cent, or is not a finite number.
    """
    if not amount_yuan.is_finite():
        raise SubCentAmount(amount_yuan)
    scaled = amount_yuan.scaleb(2)
    whole = int(scaled)
    if scaled != whole:
        raise SubCentAmount(amount_yuan)
    return whole


def round_to(amount: Decimal, step: Decimal, rounding: Rounding) -> Decimal:
    """Round to a multiple of ``step`` (``0.01`` cents, ``1`` yuan, ``10`` tens of yuan).

    Args:
        amount: Any finite amount.
        step: > 0.
        rounding: Which way.
    """
    if step <= 0:
        raise ValueError(f"a rounding step is positive, not {step}")
    multiples = _WIDE.divide(amount, step).quantize(Decimal(1), DECIMAL_NAMES[rounding], _WIDE)
    return _WIDE.multiply(multiples, step)


def round_to_cents(amount_yuan: Decimal, rounding: Rounding) -> Decimal:
    """Round to whole cents by a named rule."""
    return amount_yuan.quantize(CENT, rounding=DECIMAL_NAMES[rounding])
