"""How figures are written."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from qiao.ledger.core.catalogue import Indicator, Unit
from qiao.ledger.queries import FigureRow
from qiao.runtime import figures
from qiao.runtime.i18n import pick, say

KINDS = ("month", "quarter", "half", "year")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page shows it.

    Attributes:
        text: With its unit; a dash when there is none.
        reason: Why there is none, or what to know about it; hover text.
        why_url: Its explanation.
        value: Decimal for charts and movements, or Incomplete.
    """

    text: str
    reason: str
    why_url: str
    value: Any


def name_of(indicator: Indicator) -> str:
    """The indicator's name in the reader's language."""
    return pick(indicator.name_zh, indicator.name_en)


def meaning_of(indicator: Indicator) -> str:
    """The indicator's definition in the reader's language."""
    return pick(indicator.meaning_zh, indicator.meaning_en)


def write_value(unit: Unit, value: Any) -> str:
    """A value with its unit."""
    if figures.is_missing(value):
        return figures.MISSING
    if unit is Unit.YUAN:
        return figures.amount(value)
    if unit is Unit.SHARE:
        return figures.share(value)
    if unit is Unit.CHANGE:
        return figures.signed(figures.share(value), value)
    places = {Unit.COUNT: 0, Unit.DAYS: 1, Unit.TIMES: 2, Unit.QUANTITY: None}[unit]
    return figures.number(value.normalize() + 0 if places is None else value, places)


def show(row: FigureRow | None) -> Shown:
    """A stored figure; a dash where none was computed."""
    if row is None:
        return Shown(figures.MISSING, figures.reason_missing(None), "", None)
    result = row.result
    reason = figures.reason_missing(result.incomplete) if result.incomplete else ""
    if result.remark:
        reason = say(result.remark.message, result.remark.params)
    value = result.incomplete or result.value
    return Shown(write_value(row.indicator.unit, value), reason, reverse("ledger:why", args=[row.pk]), value)
