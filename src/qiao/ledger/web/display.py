"""How figures are written."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from qiao.ledger.queries import FigureRow
from qiao.ledger.writing import meaning_of, name_of, write_value
from qiao.runtime import figures
from qiao.runtime.i18n import say

__all__ = ["KINDS", "Shown", "meaning_of", "name_of", "show", "write_value"]

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
