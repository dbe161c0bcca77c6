"""What the rulebook adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.runtime.contributions import ApprovalKind, NavItem, Right, register

from . import actions, queries

register(
    ApprovalKind(
        actions.APPROVAL, N_("Article of the rulebook"), queries.url_of, on_agreed=actions.put_in_force
    ),
    Right("rulebook.view", N_("Read the rulebook"), scoped=False),
    Right("rulebook.draft", N_("Draft articles"), scoped=False),
    Right("rulebook.approve", N_("Approve articles another person drafted"), scoped=False),
    NavItem(
        "rulebook", N_("Rulebook"), "rulebook:articles", "book", "rulebook.view", 500, group=N_("Policy")
    ),
)
