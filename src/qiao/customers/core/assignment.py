"""Who may serve whom: the decisions behind an assignment."""

from collections.abc import Collection
from dataclasses import dataclass

from qiao.kernel.errors import N_, RuleBroken
from qiao.rulebook.core.kinds import ArticleKind
from qiao.rulebook.core.terms import term


@dataclass(frozen=True, slots=True)
class DeputyPolicy:
    """What policy asks of deputies.

    Attributes:
        must_be_primary_elsewhere: A deputy is primary of another account.

    Source: article kind ``deputies``, requirement 6.2.
    """

    must_be_primary_elsewhere: bool = term(
        N_("a deputy is account manager of another customer"), default=False
    )


DEPUTIES = ArticleKind(
    code="deputies",
    label=N_("Deputies"),
    help=N_("Who may be deputy of a customer."),
    body_type=DeputyPolicy,
    order=60,
)


def check_assignment(
    *,
    role: str,
    person_id: int,
    other_role_person_ids: Collection[int | None],
    is_primary_elsewhere: bool,
    policy: DeputyPolicy,
) -> None:
    """Refuse an assignment that policy forbids.

    Args:
        role: primary or deputy.
        person_id: Who is to serve.
        other_role_person_ids: Who holds the other role at the customers concerned.
        is_primary_elsewhere: Whether he is primary of a customer not among those concerned.
        policy: What policy asks.

    Raises:
        RuleBroken: Primary and deputy would be the same person, or the deputy is primary nowhere.
    """
    if person_id in other_role_person_ids:
        raise RuleBroken(
            N_("One person cannot be both account manager and deputy of a customer."),
            code="same_person",
            field="person",
        )
    if role == "deputy" and policy.must_be_primary_elsewhere and not is_primary_elsewhere:
        raise RuleBroken(
            N_("Policy asks that a deputy is account manager of another customer."),
            code="deputy_not_primary",
            field="person",
        )
