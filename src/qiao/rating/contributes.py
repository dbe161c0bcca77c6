"""What rating adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.runtime.contributions import Right, register

from .core.policy import KINDS

register(
    Right("rating.view", N_("See tiers, core customers and load")),
    *KINDS,
)
