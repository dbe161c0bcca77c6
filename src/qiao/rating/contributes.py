"""What rating adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.ledger.core.closing import CloseStep
from qiao.runtime.contributions import HomeCard, NavItem, RecordPart, RecordTab, Right, register

from .actions import decide_month
from .core.policy import KINDS

register(
    CloseStep("rating.decide", N_("Segments, tiers, core and load"), 40, decide_month),
    Right("rating.view", N_("See tiers, core customers and load")),
    NavItem(
        "rating.core",
        N_("Core customers"),
        "rating:core",
        "chart-line",
        "rating.view",
        300,
        group=N_("Policy"),
    ),
    NavItem(
        "rating.movers",
        N_("Movers"),
        "rating:movers",
        "trending-up",
        "rating.view",
        310,
        group=N_("Policy"),
    ),
    NavItem("rating.loads", N_("Load"), "rating:loads", "scale", "rating.view", 320, group=N_("Policy")),
    RecordPart("customer", "tier", N_("Tier and its service"), "rating:tier_brief", "rating.view", 20),
    RecordTab("customer", "tier", N_("Tier"), "rating:tier", "rating.view", 50),
    HomeCard("rating.core", N_("20/80"), "rating:core_card", "rating.view", 60, frozenset({"executive"}), 6),
    HomeCard(
        "rating.movers",
        N_("Movers"),
        "rating:movers_card",
        "rating.view",
        50,
        frozenset({"manager", "supervisor"}),
        6,
    ),
    HomeCard(
        "rating.loads", N_("Load"), "rating:loads_card", "rating.view", 40, frozenset({"supervisor"}), 6
    ),
    *KINDS,
)
