"""Why somebody sees a record: the post or grant whose reach holds it. Requirement 14.5."""

from dataclasses import dataclass
from datetime import date

from qiao.kernel.errors import N_, RuleBroken

GRANT_REACHES = ("self", "unit", "unit_and_below", "all")
OF_A_UNIT = ("unit", "unit_and_below")
UNTIL_DECIDED_DAYS = (
    366  # where no article on granted rights is in force: what is not decided is not left open
)
REACH_WORDS = {
    "self": N_("Customers he serves"),
    "unit": N_("His unit"),
    "unit_and_below": N_("His unit and below"),
    "chosen": N_("Chosen units"),
    "all": N_("Everything"),
}


@dataclass(frozen=True, slots=True)
class Reaching:
    """One reason why a person sees a record.

    Attributes:
        person_id: Who.
        name: His name.
        role: Role type of the post that lets him, in the reader's language; empty for a grant.
        unit: Unit of that post or grant.
        why: all, unit, unit_and_below, chosen: the reach of the post holds the record's unit; serves: he is one of the
            people of the record himself; grant: a right granted for a time.
        part: What he is on the record, for ``serves``, such as its account manager.
        until: Last day of a grant.
    """

    person_id: int
    name: str
    role: str
    unit: str
    why: str
    part: str = ""
    until: date | None = None


def check_grant_span(starts_on: date, ends_before: date, longest_days: int) -> None:
    """Refuse a grant that does not end, in the past or too far away: what is needed for ever is a post's business.

    Args:
        starts_on: First day.
        ends_before: First day it is gone.
        longest_days: What policy allows.

    Raises:
        RuleBroken: The last day lies before the first one, or further after it than policy allows.
    """
    if ends_before <= starts_on:
        raise RuleBroken(
            N_("The last day lies before the first one."), code="grant_over", field="ends_before"
        )
    if (ends_before - starts_on).days > longest_days:
        raise RuleBroken(
            N_("A right is granted for %(days)s days at most; what is needed for longer belongs to a post."),
            code="grant_long",
            field="ends_before",
            days=longest_days,
        )
