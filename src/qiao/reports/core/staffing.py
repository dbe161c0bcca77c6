"""Verdicts on a unit's staff: exact counts and sums in, a light and its figure out. Missing facts never count as 0."""

from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.errors import N_, Incomplete

GOOD, WARN, BAD, UNKNOWN, NOTHING = "good", "warn", "bad", "unknown", "nothing"
LIGHTS = (GOOD, WARN, BAD, UNKNOWN, NOTHING)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a unit.

    Attributes:
        light: One of ``LIGHTS``; ``nothing`` where there is nobody to judge.
        value: The figure judged, or why there is none.
        unit: Unit code of the figure: share, people, money, days, per_account.
        part, whole, unknown: What it is made of: people who count, people looked at, people of whom it is not noted.
    """

    light: str
    value: Decimal | Incomplete | None
    unit: str = ""
    part: Decimal | int | None = None
    whole: Decimal | int | None = None
    unknown: int = 0


def judge_share(*, hits: int, unknown: int, whole: int, at_least: Decimal, near: Decimal) -> Verdict:
    """A share that must not be too small.

    People of whom a condition is not noted could belong to either side: where that would change the light, the
    figure is not given.

    Args:
        hits: People known to meet every condition.
        unknown: People of whom it is not known.
        whole: Everybody looked at.
        at_least, near: The limit, and how far below it is still called near.
    """
    if whole == 0:
        return Verdict(NOTHING, None, "share", 0, 0)
    low, high = Decimal(hits) / whole, Decimal(hits + unknown) / whole
    lights = {_rising(value, at_least, at_least - near) for value in (low, high)}
    if len(lights) > 1:
        missing = Incomplete(
            N_("Of %(unknown)s of %(whole)s people it is not noted."),
            {"unknown": unknown, "whole": whole},
            "not_noted",
        )
        return Verdict(UNKNOWN, missing, "share", hits, whole, unknown)
    return Verdict(lights.pop(), low, "share", hits, whole, unknown)


def _rising(value: Decimal, good_from: Decimal, warn_from: Decimal) -> str:
    return GOOD if value >= good_from else WARN if value >= warn_from else BAD


def judge_ratio(*, many: int, few: int, good_at_most: Decimal, failing_from: Decimal) -> Verdict:
    """So many to one; nobody on the small side fails as soon as there is anybody on the other."""
    if many == 0:
        return Verdict(NOTHING, None, "to_one", many, few)
    if few == 0:
        missing = Incomplete(N_("Nobody to share the work with."), {}, "nobody")
        return Verdict(BAD, missing, "to_one", many, few)
    value = Decimal(many) / few
    light = GOOD if value <= good_at_most else BAD if value >= failing_from else WARN
    return Verdict(light, value, "to_one", many, few)


def judge_presence(*, number: int, unknown: int, at_least: int) -> Verdict:
    """Somebody must be there; who may count or not cannot settle it."""
    if number >= at_least:
        return Verdict(GOOD, Decimal(number), "people", number, at_least, unknown)
    if number + unknown >= at_least:
        missing = Incomplete(
            N_("Of %(unknown)s people the employment kind is not noted."), {"unknown": unknown}, "not_noted"
        )
        return Verdict(UNKNOWN, missing, "people", number, at_least, unknown)
    return Verdict(BAD, Decimal(number), "people", number, at_least, unknown)


def judge_group(*, people: int, whole: int, at_least: Decimal, at_most: Decimal, near: Decimal) -> Verdict:
    """A share that must lie within two bounds."""
    if whole == 0:
        return Verdict(NOTHING, None, "share", 0, 0)
    value = Decimal(people) / whole
    out = max(at_least - value, value - at_most, Decimal(0))
    light = GOOD if out == 0 else WARN if out <= near else BAD
    return Verdict(light, value, "share", people, whole)


def judge_at_most(
    *, part: Decimal | Incomplete, whole: Decimal | Incomplete, at_most: Decimal, near: Decimal, unit: str
) -> Verdict:
    """A quotient that must not be too large; near from ``(1 - near)`` of the limit on."""
    missing = next((value for value in (part, whole) if isinstance(value, Incomplete)), None)
    if missing is not None or isinstance(part, Incomplete) or isinstance(whole, Incomplete):
        return Verdict(UNKNOWN, missing, unit)
    if whole == 0:
        return Verdict(NOTHING, None, unit, part, whole)
    value = part / whole
    light = BAD if value > at_most else WARN if value > at_most * (1 - near) else GOOD
    return Verdict(light, value, unit, part, whole)


def judge_at_least(
    *, part: Decimal | Incomplete, whole: Decimal, at_least: Decimal, near: Decimal, unit: str
) -> Verdict:
    """A quotient that must not be too small; near down to ``(1 - near)`` of the limit."""
    if isinstance(part, Incomplete):
        return Verdict(UNKNOWN, part, unit)
    if whole == 0:
        return Verdict(NOTHING, None, unit, part, whole)
    value = part / whole
    return Verdict(_rising(value, at_least, at_least * (1 - near)), value, unit, part, whole)
