"""What rating adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.ledger.core.closing import CloseStep
from qiao.runtime.contributions import Right, register

from .actions import decide_month
from .core.policy import KINDS

register(
    CloseStep("rating.decide", N_("Segments, tiers, core and load"), 40, decide_month),
    Right("rating.view", N_("See tiers, core customers and load")),
    *KINDS,
)
