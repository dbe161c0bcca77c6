"""What rating adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.rulebook.core.kinds import NameSource
from qiao.runtime.contributions import Right, register

from .core.policy import INDICATOR, KINDS

register(
    Right("rating.view", N_("See tiers, core customers and load")),
    *KINDS,
    NameSource(INDICATOR, lambda: [indicator.code for indicator in CATALOGUE]),
)
