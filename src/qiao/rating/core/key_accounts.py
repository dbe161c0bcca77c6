"""Is a customer a key account: any one of the written conditions suffices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.period import Month
from qiao.kernel.trace import Step
from qiao.rulebook.core.article import Policy

from .figures import Measured, Spend, measure
from .policy import Condition, KeyAccounts, Level


@dataclass(frozen=True, slots=True)
class KeyAccountDecision:
    """Whether a customer is a key account, by which conditions, how far it reaches.

    Attributes:
        met: Codes of the conditions met, in the article's order.
        level: Code of the level; None when it is no key account.
        step: The whole reasoning.
    """

    is_key_account: bool
    met: tuple[str, ...]
    level: str | None
    step: Step


def may_be_key_account(body: KeyAccounts, segment: str | None) -> bool | None:
    """Whether the article speaks of this segment; None when it depends on a segment that is not known."""
    if not body.segments:
        return True
    return None if segment is None else segment in body.segments


def decide_key_account(
    policy: Policy[KeyAccounts],
    *,
    month: Month,
    segment: str | None,
    spend: Spend | Incomplete,
    marks: Collection[str],
) -> KeyAccountDecision | Incomplete:
    """Decide whether a customer is a key account in a month.

    Args:
        policy: Conditions and levels.
        month: The month decided.
        segment: The customer's segment code, or None when not known.
        spend: The ledger's sum over the article's window, or why there is none.
        marks: Codes of conditions and levels recorded for the customer with evidence, in force on the last
            day.

    Returns:
        The decision, or Incomplete when a missing fact could still make the customer a key account.

    Source: requirement 5.3.
    """
    body = policy.body
    allowed = may_be_key_account(body, segment)
    if allowed is None:
        return Incomplete(N_("the customer's segment is not known"), code="segment_missing")
    if not allowed:
        label = N_("no key account: the rule does not speak of this segment")
        return KeyAccountDecision(False, (), None, Step(label, False, rule=policy.ref("segments")))
    measured = (
        spend if isinstance(spend, Incomplete) else measure(body.figure, spend, month, policy.ref("figure"))
    )
    judged = [_judge(policy, n, condition, measured, marks) for n, condition in enumerate(body.conditions)]
    met = tuple(c.code for c, step in zip(body.conditions, judged, strict=True) if step.value is True)
    if not met:
        unknown = next((step.value for step in judged if isinstance(step.value, Incomplete)), None)
        if unknown is not None:
            return unknown
        label = N_("no key account: no condition is met")
        return KeyAccountDecision(
            False, (), None, Step(label, False, rule=policy.ref("conditions"), parts=tuple(judged))
        )
    row, level = _decide_level(body, marks)
    reach = Step(N_("level"), level.title, rule=policy.ref(f"levels[{row}]"))
    label = N_("key account: %(count)s of %(total)s conditions are met, one suffices")
    params = {"count": len(met), "total": len(judged)}
    step = Step(label, True, params=params, rule=policy.ref("conditions"), parts=(*judged, reach))
    return KeyAccountDecision(True, met, level.code, step)


def _judge(
    policy: Policy[KeyAccounts],
    number: int,
    condition: Condition,
    measured: Measured | Incomplete,
    marks: Collection[str],
) -> Step:
    rule = policy.ref(f"conditions[{number}]")
    params = {"condition": condition.title}
    if condition.code in marks:
        return Step(N_("%(condition)s: recorded with evidence"), True, params=params, rule=rule)
    if condition.figure is None:
        return Step(N_("%(condition)s: not recorded"), False, params=params, rule=rule)
    if isinstance(measured, Incomplete):
        return Step(N_("%(condition)s: the figure is missing"), measured, params=params, rule=rule)
    met = condition.figure.holds(measured.total_yuan, measured.over)
    label = (
        N_("%(condition)s: the figure is in the range") if met else N_("%(condition)s: the figure is outside")
    )
    return Step(label, met, params=params, rule=rule, parts=(measured.step,))


def _decide_level(body: KeyAccounts, marks: Collection[str]) -> tuple[int, Level]:
    """The widest level recorded; the last one when none is."""
    for row, level in enumerate(body.levels):
        if level.code in marks:
            return row, level
    return len(body.levels) - 1, body.levels[-1]
