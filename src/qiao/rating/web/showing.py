"""What rating decided, as the pages show it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.kernel.period import Month
from qiao.kernel.text import Text
from qiao.kernel.trace import from_json
from qiao.runtime.charts import Chart, Series
from qiao.runtime.i18n import pick, say

from .. import queries
from ..core.measures import BUSINESS, PROFIT


def title_of(titles: dict[str, Text], code: str) -> str:
    """A tier's title in the reader's language; its code when no article knows it any more."""
    text = titles.get(code)
    return pick(text.zh, text.en) if text else code


def tier_words(tier: Any) -> dict[str, Any]:
    """A tier's name, serving department and channels in the reader's language."""
    return {
        "title": pick(tier.title.zh, tier.title.en),
        "department": pick(tier.department.zh, tier.department.en),
        "channels": [pick(one.zh, one.en) for one in tier.channels],
    }


def core_chart(curves: Sequence[Any]) -> Chart | None:
    """Both curves over the share of customers; None when neither could be drawn."""
    drawn = [row for row in curves if row.curve]
    if not drawn:
        return None
    names = {BUSINESS: _("business"), PROFIT: _("profit")}
    steps = [Decimal(n) / 20 for n in range(21)]
    series = [
        Series(names[row.measure], [_at(row.curve, share) for share in steps], "main" if n == 0 else "other")
        for n, row in enumerate(drawn)
    ]
    first = drawn[0]
    mark = (Decimal(first.members) / first.curve[-1][0], first.brought_share)
    return Chart(
        _("What the largest customers bring"),
        [str(n * 5) for n in range(21)],
        series,
        kind="curve",
        fmt="share",
        axis=_("Customers, largest first"),
        height="tall",
        mark=mark,
    )


def _at(curve: Sequence[Sequence[Any]], share: Decimal) -> Decimal:
    """The share brought by a share of customers: read between the two points around it."""
    before = (Decimal(0), Decimal(0))
    for _who, customers, brought in curve:
        point = (Decimal(customers), Decimal(brought))
        if point[0] >= share:
            width = point[0] - before[0]
            return point[1] if not width else before[1] + (point[1] - before[1]) * (share - before[0]) / width
        before = point
    return Decimal(1)


def curve_lines(curves: Sequence[Any]) -> list[dict[str, Any]]:
    """One line per measure: members, share, reasoning, or why there is none."""
    names = {BUSINESS: _("Core by business"), PROFIT: _("Core by profit")}
    return [
        {
            "row": row,
            "name": names[row.measure],
            "step": from_json(row.trace) if row.trace else None,
            "missing": say(row.incomplete["reason"], row.incomplete["params"]) if row.incomplete else "",
        }
        for row in curves
    ]


def movers(rows: Sequence[Any], on: date) -> list[dict[str, Any]]:
    """Customers whose tier changed, with the way they went."""
    titles, ranks = queries.tier_titles(on), queries.tier_ranks(on)
    return [
        {
            "customer": row,
            "url": reverse("customers:customer", args=[row.pk]) + "?tab=tier",
            "before": title_of(titles, row.current.tier_before),
            "after": title_of(titles, row.current.tier),
            "rose": ranks.get(row.current.tier, 99) < ranks.get(row.current.tier_before, 99),
        }
        for row in rows
    ]


def history(rows: Sequence[Any], on: date) -> list[dict[str, Any]]:
    """Tiers month by month; ``changed`` marks a month whose tier differs from the month before."""
    titles = queries.tier_titles(on)
    lines = []
    for n, row in enumerate(rows):
        before = rows[n + 1].value if n + 1 < len(rows) else row.value
        lines.append(
            {
                "month": str(Month.containing(row.month)),
                "title": title_of(titles, row.value) if row.value else "",
                "missing": say(row.incomplete["reason"], row.incomplete["params"]) if row.incomplete else "",
                "changed": row.value != before,
            }
        )
    return lines
