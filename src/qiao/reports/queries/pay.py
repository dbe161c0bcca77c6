"""Pay of a month with post and employment kind beside it, from whichever context delivers pay."""

from dataclasses import dataclass
from datetime import date

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.period import Month
from qiao.ledger.queries import last_closed_month
from qiao.org import queries as org
from qiao.runtime.contributions import PaySource, list_registered
from qiao.runtime.i18n import pick

from ..core.pay import Paid, PayGroup, compare_pay


@dataclass(frozen=True, slots=True)
class ComparedPay:
    """Pay of a month compared; ``source`` is the label of what delivered it."""

    month: Month
    source: str
    groups: tuple[PayGroup, ...]


def gather_pay(least_people: int, today: date) -> ComparedPay | Incomplete:
    """Pay of the newest closed month by employment kind at equal post and score.

    Args:
        least_people: A mean of fewer people is not shown.
        today: Where no month is closed yet, the month before this day's is asked for.
    """
    source = next(iter(list_registered(PaySource)), None)
    if source is None:
        return Incomplete(N_("Nothing delivers pay yet: it comes with the pay runs."), {}, "no_pay")
    closed = last_closed_month()
    month = Month.parse(closed) if closed else Month.containing(today) - 1
    staff = {row["id"]: row for row in org.list_employed(month.last_day)}
    paid = source.gather(sorted(staff), month)
    people = [
        Paid(
            pick(row["role_zh"], row["role_en"] or ""), paid[pk].score, pick(row["kind_zh"], row["kind_en"] or ""),
            paid[pk].pay_yuan,
        )
        for pk, row in staff.items()
        if pk in paid
    ]  # fmt: skip
    return ComparedPay(month, source.label, tuple(compare_pay(people, least_people=least_people)))
