"""For how long a right is granted beyond a person's posts. Requirement 14.5."""

from dataclasses import dataclass

from qiao.kernel.errors import N_

from .kinds import ArticleKind
from .terms import term


@dataclass(frozen=True, slots=True)
class GrantedRightsPolicy:
    """What is asked of rights granted for a time.

    Attributes:
        longest_days: A right ends so many days after it begins at the latest; longer is a post's business.
    """

    longest_days: int = term(N_("longest time"), unit="days", at_least=1)


GRANTED_RIGHTS = ArticleKind(
    code="granted_rights",
    label=N_("Granted rights"),
    help=N_("For how long a right may be granted beyond a person's posts."),
    body_type=GrantedRightsPolicy,
    order=130,
)
