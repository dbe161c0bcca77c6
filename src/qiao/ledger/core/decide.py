"""From summed measures to a figure, or to the reason why there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.period import Month
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.calendar import Window
from qiao.ledger.core.catalogue import MEASURES, Indicator, Need, Scale, parse_sum
from qiao.ledger.core.results import Remark, Result

_SHOWN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Coverage:
    """Months each fact is known for, from the manifest: no file is not the same as no sales."""

    sales: frozenset[Month]
    receivables: frozenset[Month] = frozenset()
    payments: frozenset[Month] = frozenset()

    def known_before(self, first: Month, most: int) -> int:
        """Unbroken months of sales known just before a month, at most ``most``."""
        known = 0
        while known < most and first - (known + 1) in self.sales:
            known += 1
        return known


Measures = Mapping[str, int | Decimal | None]


def decide_result(
    indicator: Indicator, measures: Measures, window: Window, coverage: Coverage, rule: ActivityRule
) -> Result:
    """The figure of one holder in one window.

    Args:
        indicator: From the catalogue.
        measures: Sums by measure name; money in cents; besides ``units``, the number of measuring units.
        window: The period as far as it is counted.
        coverage: Months known.
        rule: The article in force.

    Returns:
        Numerator and denominator (money in yuan), or the reason why there is none; never 0 for "not known".
    """
    for need in indicator.needs:
        missing = _check(need, measures, window, coverage)
        if missing is not None:
            return Result(None, None, missing)
    numerator = _total(indicator.numerator, measures)
    remark = _remark(indicator, window, coverage, rule)
    if not indicator.denominator:
        return Result(numerator, None, None, remark)
    denominator = _total(indicator.denominator, measures)
    if denominator == 0:
        reason = Incomplete(N_("There is nothing to divide by."), code="nothing_to_divide_by")
        return Result(None, None, reason, remark)
    return Result(numerator, denominator, None, remark)


def _total(text: str, measures: Measures) -> Decimal:
    total = Decimal(0)
    for name, sign in parse_sum(text):
        amount = Decimal(measures.get(name) or 0)
        total += sign * (amount.scaleb(-2) if MEASURES[name] is Scale.CENTS else amount)
    return total


def _check(need: Need, measures: Measures, window: Window, coverage: Coverage) -> Incomplete | None:
    until = window.until
    wanted: dict[Need, tuple[Iterable[Month], frozenset[Month], str]] = {
        Need.SALES: (window.months, coverage.sales, N_("No sales imported for %(months)s.")),
        Need.YEAR_BEFORE: (
            (m - 12 for m in window.months),
            coverage.sales,
            N_("No sales imported for %(months)s, the year before."),
        ),
        Need.PERIOD_BEFORE: (
            (m - window.length for m in window.months),
            coverage.sales,
            N_("No sales imported for %(months)s, the period before."),
        ),
        Need.LAST_3: (
            (until - n for n in range(2, -1, -1)),
            coverage.sales,
            N_("No sales imported for %(months)s."),
        ),
        Need.LAST_12: (
            (until - n for n in range(11, -1, -1)),
            coverage.sales,
            N_("No sales imported for %(months)s."),
        ),
        Need.RECEIVABLES: ((until,), coverage.receivables, N_("No receivables imported for %(months)s.")),
        Need.PAYMENTS: (window.months, coverage.payments, N_("No payments imported for %(months)s.")),
    }
    if need in wanted:
        months, known, message = wanted[need]
        gaps = [m for m in months if m not in known]
        return (
            Incomplete(message, {"months": _list(gaps)}, f"{need}_missing")
            if gaps
            else _check_age(need, measures)
        )
    return _check_lines(need, measures)


def _check_age(need: Need, measures: Measures) -> Incomplete | None:
    unknown = measures.get("overdue_unknown") or 0
    if need is Need.RECEIVABLES and unknown:
        message = N_("%(count)s receivables do not say how old they are.")
        return Incomplete(message, {"count": int(unknown)}, "age_missing")
    return None


def _check_lines(need: Need, measures: Measures) -> Incomplete | None:
    def count(name: str) -> int:
        return int(measures.get(name) or 0)

    if need is Need.COST and count("uncosted"):
        params = {"count": count("uncosted"), "lines": count("lines")}
        return Incomplete(N_("%(count)s of %(lines)s lines carry no cost."), params, "cost_missing")
    if need is Need.ONE_UNIT and count("unmeasured"):
        params = {"count": count("unmeasured"), "lines": count("lines")}
        return Incomplete(N_("%(count)s of %(lines)s lines carry no quantity."), params, "quantity_missing")
    if need is Need.ONE_UNIT and count("units") > 1:
        message = N_("The quantities are in %(count)s different units.")
        return Incomplete(message, {"count": count("units")}, "units_differ")
    if need is Need.ORDER_DAYS and count("blind_months"):
        params = {"count": count("blind_months"), "months": count("active_months")}
        message = N_("%(count)s of %(months)s active customer months have no lines by day.")
        return Incomplete(message, params, "days_missing")
    return None


def _remark(indicator: Indicator, window: Window, coverage: Coverage, rule: ActivityRule) -> Remark | None:
    if Need.HISTORY not in indicator.needs:
        return None
    known = coverage.known_before(window.months[0], rule.new_after_months)
    if known >= rule.new_after_months:
        return None
    message = N_("Only %(known)s of the %(wanted)s months before are known.")
    return Remark(message, {"known": known, "wanted": rule.new_after_months}, "history_short")


def _list(months: list[Month]) -> str:
    shown = ", ".join(str(m) for m in months[:_SHOWN_MONTHS])
    return shown + (" …" if len(months) > _SHOWN_MONTHS else "")
