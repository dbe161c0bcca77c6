"""Ready questions a reader starts from instead of an empty page."""

from dataclasses import dataclass

LEADERS = frozenset({"executive", "supervisor", "hr", "back_office", "auditor", "administrator"})
MANAGERS = frozenset({"manager"})
EVERYBODY = LEADERS | MANAGERS


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready question.

    Attributes:
        code: Stable name.
        title_zh, title_en: What it asks.
        query: Its address.
        profiles: Whom it is offered to.
        icon: Stands beside it.
    """

    code: str
    title_zh: str
    title_en: str
    query: str
    profiles: frozenset[str] = EVERYBODY
    icon: str = "chart-bar"


GALLERY: tuple[Ready, ...] = (
    Ready("trend", "收入走势与去年同期对比", "Revenue by month against last year",
          "i=revenue&i=customers_active&r=period&by=month&last=12&cmp=year", icon="chart-line"),
    Ready("units", "各下级单位本月收入与变动", "Units this month, with the change",
          "i=revenue&i=customers_active&i=margin_share&r=unit2&by=month&last=1&cmp=year", LEADERS),
    Ready("units_months", "各下级单位逐月收入", "Units by month",
          "i=revenue&r=unit2&c=period&by=month&last=6&chart=stacked", LEADERS, "chart-area"),
    Ready("managers", "客户经理业绩前二十名", "The twenty leading account managers",
          "i=revenue&i=customers_active&i=revenue_yoy&r=manager&by=month&last=1&cmp=before&top=20", LEADERS, "users"),
    Ready("average", "客户经理与平均水平对比", "Account managers against the average",
          "i=revenue_per_customer&i=margin_share&r=manager&by=quarter&last=1&cmp=average&top=30", LEADERS, "users"),
    Ready("tiers", "各等级客户的收入与毛利", "Revenue and margin by tier",
          "i=revenue&i=margin_share&i=customers_active&i=revenue_per_customer&r=tier&by=month&last=1&cmp=year",
          icon="layout-list"),
    Ready("segments", "细分市场逐季收入", "Segments by quarter",
          "i=revenue&r=segment&c=period&by=quarter&last=4&chart=stacked", icon="chart-area"),
    Ready("categories", "品类构成与变动", "Categories and their change",
          "i=revenue&i=margin_share&i=customers_active&r=category&by=month&last=1&cmp=year", icon="package"),
    Ready("heat", "单位与品类热力图", "Units by category as a heat map",
          "i=revenue&r=unit2&c=category&by=month&last=1&chart=heat", LEADERS, "layout-grid"),
    Ready("lost", "新增、沉默与流失客户", "New, silent and lost customers",
          "i=customers_new&i=customers_silent&i=customers_lost&i=customers_active&r=period&by=month&last=12",
          icon="users"),
    Ready("customers", "收入最多的三十个客户", "The thirty largest customers",
          "i=revenue&i=margin_share&i=revenue_yoy&r=customer&by=month&last=1&cmp=before&top=30",
          icon="building-store"),
    Ready("core", "核心客户20/80", "The core, 20/80",
          "i=revenue&i=core_revenue_share&i=core_margin_share&r=unit2&by=month&last=1", LEADERS, "chart-pie"),
    Ready("receivables", "应收与逾期", "Receivables and what is overdue",
          "i=receivables&i=overdue_share&i=payments&r=unit2&by=month&last=1&cmp=before", LEADERS, "chart-bar"),
)  # fmt: skip


def ready_for(profile: str) -> tuple[Ready, ...]:
    """What a profile is offered."""
    return tuple(one for one in GALLERY if profile in one.profiles)
