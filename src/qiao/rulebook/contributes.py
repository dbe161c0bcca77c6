"""What the rulebook adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.runtime.contributions import NavItem, Right, register

register(
    Right("rulebook.view", N_("Read the rulebook"), scoped=False),
    Right("rulebook.draft", N_("Draft articles"), scoped=False),
    Right("rulebook.approve", N_("Approve articles another person drafted"), scoped=False),
    NavItem(
        "rulebook", N_("Rulebook"), "rulebook:articles", "book", "rulebook.view", 500, group=N_("Policy")
    ),
)
