"""The way an approval takes: stages one after another, in each all signers or any one of them.

The caller reads the route from policy; nothing here knows what is approved. Source: requirement 3.5, issue of
the workbench.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qiao.kernel.errors import N_, RuleBroken

ALL, ANY = "all", "any"
MODES = (ALL, ANY)
WAITING, AGREED, REFUSED, SKIPPED = "waiting", "agreed", "refused", "skipped"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a route.

    Attributes:
        name: What people call it, already in words of the enterprise.
        mode: ``all``: joint sign; ``any``: one of them is enough.
        signers: People asked.
    """

    name: str
    mode: str
    signers: tuple[int, ...]


def check_route(route: Sequence[Stage], author: int, in_service: frozenset[int]) -> None:
    """Refuse a route nobody could walk.

    Args:
        route: The stages.
        author: Who asks; he never signs his own.
        in_service: Those of the signers who have not left.

    Raises:
        RuleBroken: The route is empty, a stage has nobody, the author or somebody who left is asked.
    """
    if not route:
        raise RuleBroken(N_("The route of the approval is empty."), code="route_empty")
    for stage in route:
        if stage.mode not in MODES:
            raise RuleBroken(
                N_("Stage “%(stage)s” must be signed by all or by any one."),
                code="route_mode",
                stage=stage.name,
            )
        if not stage.signers:
            raise RuleBroken(N_("Nobody can sign stage “%(stage)s”."), code="route_nobody", stage=stage.name)
        if author in stage.signers:
            raise RuleBroken(
                N_("Stage “%(stage)s” asks the author, who cannot approve his own request."),
                code="route_author", stage=stage.name,
            )  # fmt: skip
        if not set(stage.signers) <= in_service:
            raise RuleBroken(
                N_("Stage “%(stage)s” asks somebody who is not in service."),
                code="route_left", stage=stage.name,
            )  # fmt: skip


def decide_stage(mode: str, verdicts: Sequence[str]) -> str:
    """Where a stage stands.

    Joint: one refusal refuses, all must agree. Any one: one agreement is enough, only all refusing refuses.

    Args:
        mode: ``all`` or ``any``.
        verdicts: Of every signer asked: waiting, agreed or refused; skipped ones are left out.

    Returns:
        waiting, agreed or refused.
    """
    if mode == ANY:
        if AGREED in verdicts:
            return AGREED
        return WAITING if WAITING in verdicts else REFUSED
    if REFUSED in verdicts:
        return REFUSED
    return WAITING if WAITING in verdicts else AGREED


def find_seats(
    person: int, waiting: Sequence[int], stands_for: Mapping[int, str], author: int
) -> tuple[int, ...]:
    """The signers in whose place a person may decide: himself first, then those he stands for.

    Args:
        person: Who wants to decide.
        waiting: Signers still asked in the present stage.
        stands_for: People he acts for today, with the ground (``delegate`` or ``substitute``).
        author: Never decides, not even for somebody else.
    """
    if person == author:
        return ()
    return tuple(
        signer
        for signer in sorted(waiting, key=lambda s: s != person)
        if signer == person or signer in stands_for
    )
