"""What the design page shows: invented figures, marked as such on the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.trace import RuleRef, Step
from qiao.runtime import figures
from qiao.runtime.boards import Ranking, RankRow
from qiao.runtime.charts import Chart, Series
from qiao.runtime.contributions import TimelineEntry
from qiao.runtime.maps import Map, Marker, Tone

NO_COST = Incomplete(N_("No cost in the ledger for these products"), code="cost_missing")
UNITS = tuple(_name for _name in (
    N_("East city"), N_("West city"), N_("South city"), N_("North city"), N_("River county"), N_("Lake county"),
    N_("Hill county"), N_("Harbour county"),
))  # fmt: skip
REVENUE = (41_250_300, 36_480_120, 33_905_700, 28_110_050, 12_480_900, 9_034_410, 7_210_330, None)
CHANGE = ("0.084", "-0.031", "0", "0.127", "-0.142", "0.022", "0.305", None)


def months(count: int = 18) -> list[str]:
    """Labels of months up to October 2026."""
    return [
        figures.month(date(2026 - (count - 1 - i + 2) // 12, (9 - (count - 1 - i)) % 12 + 1, 1))
        for i in range(count)
    ]


def _wave(i: int, base: int, amplitude: int) -> Decimal:
    season = (0, -3, 2, 4, 3, 1, -1, -2, 1, 3, 5, 6)[i % 12]
    return Decimal(base + amplitude * season + i * 90_000)


def trend() -> Chart:
    """Revenue against last year, with a month missing."""
    now: list[Any] = [_wave(i, 8_200_000, 240_000) for i in range(18)]
    now[7] = Incomplete(N_("The billing feed of this month was not imported"))
    before = [_wave(i, 7_700_000, 210_000) for i in range(18)]
    return Chart(
        title=_("Revenue of East city, 6% above last year"), categories=months(), fmt="wan", axis=_("Month"),
        series=[Series(_("This year"), now), Series(_("Last year"), before, role="comparison")],
        links=[f"{reverse('design:design')}?month={i}" for i in range(18)],
    )  # fmt: skip


def bars() -> Chart:
    """Customers per life-cycle stage, now and a year ago."""
    return Chart(
        title=_("Customers by stage"), kind="bars", unit=_("customers"), axis=_("Stage"),
        categories=[_("New"), _("Growing"), _("Steady"), _("Declining"), _("Silent"), _("Lost")],
        series=[
            Series(_("This year"), [310, 1240, 5210, 880, 420, 260]),
            Series(_("Last year"), [280, 1310, 5050, 790, 460, 300], role="comparison"),
        ],
    )  # fmt: skip


def ranked() -> Chart:
    """Load per manager against the ratio."""
    return Chart(
        title=_("Customers per manager against the ratio"), kind="ranked", unit=_("customers"), axis=_("Manager"),
        categories=["张三丰", "李四光", "王五一", "赵六合", "钱七星", "孙八方"],
        series=[Series(_("Customers"), [148, 131, 122, 118, 96, 71]), Series(_("Ratio"), [120] * 6, role="target")],
    )  # fmt: skip


def shares() -> Chart:
    """Revenue split by segment over time."""
    return Chart(
        title=_("Revenue by segment"), kind="shares", fmt="share", axis=_("Month"), categories=months(6),
        series=[
            Series(_("Government"), [Decimal("0.42"), Decimal("0.41"), Decimal("0.43"), Decimal("0.40"), Decimal("0.39"), Decimal("0.40")]),
            Series(_("Finance"), [Decimal("0.33"), Decimal("0.34"), Decimal("0.31"), Decimal("0.33"), Decimal("0.34"), Decimal("0.32")]),
            Series(_("Others"), [Decimal("0.25"), Decimal("0.25"), Decimal("0.26"), Decimal("0.27"), Decimal("0.27"), Decimal("0.28")]),
        ],
    )  # fmt: skip


def curve() -> Chart:
    """The 80/20 curve of this year and last."""
    steps = list(range(0, 101, 5))

    def bent(power: float) -> list[Decimal]:
        return [Decimal(str(round(1 - (1 - step / 100) ** power, 4))) for step in steps]

    return Chart(
        title=_("The core 20% of customers bring 78% of the business"), kind="curve", fmt="share",
        axis=_("Cumulative share of customers"), categories=[f"{step}%" for step in steps],
        series=[Series(_("This year"), bent(6.8)), Series(_("Last year"), bent(5.9), role="comparison")],
        mark=(Decimal("0.20"), Decimal("0.7805")),
    )  # fmt: skip


def units_map() -> Map:
    """Units as points, sized by revenue, toned by change."""
    places = ((30.62, 114.28), (30.41, 113.10), (29.85, 114.90), (31.20, 113.95), (30.90, 114.85), (30.10, 113.60),
              (31.45, 114.60), (29.60, 113.80))  # fmt: skip
    markers = []
    for name, revenue, change, (lat, lon) in zip(UNITS, REVENUE, CHANGE, places, strict=True):
        tone: Tone = "neutral" if change in (None, "0") else "bad" if str(change).startswith("-") else "good"
        markers.append(
            Marker(
                lat,
                lon,
                _(name),
                figures.amount(revenue),
                (revenue or 0) / 41_250_300,
                tone,
                reverse("design:record"),
            )
        )
    return Map(title=_("Revenue of the units in October 2026"), markers=markers, value_label=_("Revenue"))


def units_ranking() -> Ranking:
    """Units compared with their movement."""
    before = (1, 3, 2, 4, 5, 7, 6, None)
    rows = [
        RankRow(
            label=_(name), value=NO_COST if revenue is None else Decimal(revenue), rank=None if revenue is None else i,
            change=None if change is None else Decimal(change), rank_before=before[i - 1], url=reverse("design:record"),
        )
        for i, (name, revenue, change) in enumerate(zip(UNITS, REVENUE, CHANGE, strict=True), 1)
    ]  # fmt: skip
    return Ranking(
        title=_("Units by revenue, October 2026"), value_label=_("Revenue"), rows=rows, fmt="wan", label=_("Unit"),
        change_label=_("Against last year"),
    )  # fmt: skip


def trace() -> Step:
    """Why a customer stands in a tier."""
    return Step(
        N_("Tier of %(customer)s"), "A", params={"customer": "云桥钢铁集团有限公司"}, rule=RuleRef("customer-tiers", 3, "tiers[0]"),
        parts=(
            Step(
                N_("Revenue of the last 12 months"), Decimal("1284300.55"), "yuan",
                parts=(
                    Step(N_("Billing feed, %(n)s lines"), Decimal("1190220.05"), "yuan", params={"n": 1_208}),
                    Step(N_("Orders feed, %(n)s lines"), Decimal("94080.50"), "yuan", params={"n": 64}),
                ),
            ),
            Step(N_("Row hit: from %(floor)s"), "A", params={"floor": 1_000_000}, rule=RuleRef("customer-tiers", 3, "tiers[0]")),
            Step(N_("Gross margin"), NO_COST),
        ),
    )  # fmt: skip


def timeline() -> list[TimelineEntry]:
    """A record's time line with several sources."""
    at = datetime(2026, 11, 20, 6, 40, tzinfo=UTC)
    return [
        TimelineEntry(at, _("Visited by Zhang Sanfeng"), _("Renewal discussed; a quotation is wanted by Friday."), "map-pin", "#", _("Visits")),
        TimelineEntry(at - timedelta(hours=3), _("Request opened: line fault"), "", "ticket", "#", _("Requests")),
        TimelineEntry(at - timedelta(days=2), _("Tier raised from B to A"), _("Revenue of the last 12 months passed 1,000,000."), "trending-up", "", _("Tiers")),
        TimelineEntry(at - timedelta(days=40), _("Handed over from Qian Qixing to Zhang Sanfeng"), "", "arrows-exchange", "", _("Assignments")),
    ]  # fmt: skip


@dataclass(frozen=True)
class SampleJob:
    """A job as its panel needs it."""

    id: int
    title: str
    state_text: str
    tone: str
    is_live: bool = False
    done: int = 0
    total: int | None = None
    message: str = ""
    error: str = ""
    panel_url: str = ""
    cancel_url: str = ""
    result_url: str = ""


def job(step: int) -> SampleJob:
    """A job that moves by a tenth with each look."""
    url = reverse("design:progress", args=[step + 1])
    if step >= 10:
        return SampleJob(
            9001, _("Import customers"), _("Done"), "good", message=_("12,480 rows imported"), result_url="#"
        )
    return SampleJob(
        9001,
        _("Import customers"),
        _("Running"),
        "info",
        True,
        step * 1248,
        12_480,
        _("Reading rows"),
        "",
        url,
        "",
    )


def jobs() -> list[SampleJob]:
    """A job in every state that stands still."""
    return [
        SampleJob(
            9002, _("Close October 2026"), _("Done"), "good", message=_("412 figures written"), result_url="#"
        ),
        SampleJob(
            9003,
            _("Import the ledger"),
            _("Failed"),
            "bad",
            error=_("The disk is full: nothing was imported."),
        ),
        SampleJob(
            9004,
            _("Import the ledger"),
            _("Cancelled"),
            "neutral",
            message=_("Stopped before anything was written"),
        ),
    ]


def list_rows() -> list[dict[str, Any]]:
    """Rows of the sample list: one of every kind of value, long names, missing figures."""
    names = ("云桥钢铁集团有限公司", "东市第一人民医院", "河滨县教育局", "长江航运物流发展股份有限公司东市分公司经营管理中心",
             "湖景大酒店", "Harbour View International Trading & Logistics (Holdings) Limited", "北山铜业", "春风商贸")  # fmt: skip
    tiers = ("A", "A", "B", "A", "B", "C", "C", "")
    rows = []
    for i in range(137):
        name = names[i % 8] if i < 8 else f"{names[i % 8]}{i}"
        rows.append(
            {
                "id": i + 1, "name": name, "code": f"C{i + 1:06d}", "unit": UNITS[i % 8], "tier": tiers[i % 8],
                "revenue": None if i % 8 == 7 else Decimal(2_480_300) / (i + 1), "change": None if i % 8 == 7 else Decimal(i % 9 - 4) / 50,
                "share": Decimal(i % 10) / 100, "lines": 4210 // (i + 1), "since": date(2020 + i % 6, 1 + i % 12, 1 + i % 28),
                "last": None if i % 5 == 4 else datetime(2026, 11, 1 + i % 20, 2, 30, tzinfo=UTC), "key": i % 3 == 0,
            }
        )  # fmt: skip
    return rows


ALL_CHARTS: tuple[Callable[[], Chart], ...] = (trend, curve, bars, ranked, shares)
