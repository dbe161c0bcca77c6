"""The catalogue of indicators: what each figure means, what it is made of, when it cannot be given.

Every figure is a sum of *measures* over customers, or the ratio of two such sums. The engine that adds up measures
is ``qiao.ledger.indicators``; this module says which measures there are and what they mean.
"""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """How a figure is shown."""

    YUAN = "yuan"
    QUANTITY = "quantity"
    COUNT = "count"
    DAYS = "days"
    SHARE = "share"
    CHANGE = "change"  # a share shown with its sign
    TIMES = "times"


class Additivity(StrEnum):
    """What may be added up."""

    SUM = "sum"  # over customers and months
    STOCK = "stock"  # over customers, not over months
    RATIO = "ratio"  # not at all; numerator and denominator may
    RANK = "rank"  # not at all; needs the ranked list of one holder


class Scale(StrEnum):
    """What one unit of a measure is."""

    CENTS = "cents"
    PLAIN = "plain"


class Need(StrEnum):
    """A condition without which there is no figure."""

    SALES = "sales"  # sales of every month of the period
    YEAR_BEFORE = "year_before"  # sales of the same months a year earlier
    PERIOD_BEFORE = "period_before"  # sales of the same number of months of the preceding period
    LAST_3 = "last_3"
    LAST_12 = "last_12"
    COST = "cost"  # every line carries its cost
    ONE_UNIT = "one_unit"  # every line carries a quantity, all in one measuring unit
    ORDER_DAYS = "order_days"  # every active month of every customer has lines by day
    RECEIVABLES = "receivables"  # receivables at the end of the last month
    PAYMENTS = "payments"
    HISTORY = "history"  # not a bar: fewer known months are remarked


# Measures an engine adds up, with their scale.
MEASURES: dict[str, Scale] = {
    "revenue": Scale.CENTS,
    "cost": Scale.CENTS,
    "quantity": Scale.PLAIN,
    "lines": Scale.PLAIN,
    "uncosted": Scale.PLAIN,  # lines without cost
    "unmeasured": Scale.PLAIN,  # lines without quantity
    "order_days": Scale.PLAIN,
    "gap_days": Scale.PLAIN,
    "gaps": Scale.PLAIN,
    "active_months": Scale.PLAIN,
    "blind_months": Scale.PLAIN,  # active months without lines by day
    "active": Scale.PLAIN,
    "new": Scale.PLAIN,
    "silent": Scale.PLAIN,
    "lost": Scale.PLAIN,
    "year_before": Scale.CENTS,
    "period_before": Scale.CENTS,
    "last_3": Scale.CENTS,
    "last_12": Scale.CENTS,
    "owed": Scale.CENTS,
    "overdue": Scale.CENTS,
    "overdue_unknown": Scale.PLAIN,  # receivables whose age is not known
    "paid": Scale.CENTS,
    "categories": Scale.PLAIN,
    "core_revenue": Scale.CENTS,
    "core_margin": Scale.CENTS,
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of the catalogue.

    Attributes:
        code: Stable name.
        version: Raised when the meaning changes; results carry it.
        name_zh, name_en: What people call it.
        meaning_zh, meaning_en: The definition in words, thresholds left to the article ``activity``.
        unit: How it is shown.
        numerator: Measures added (``+``) and taken away (``-``), for example ``revenue - cost``.
        denominator: The same, or empty when the figure is no ratio.
        additivity: What may be added up.
        needs: Conditions without which it is incomplete.
        levels: Holders it exists for: customer, manager, unit.
        better: ``up``, ``down`` or empty where neither is good.
        source: Facts it stands on.
        owner: Who answers for the definition.
    """

    code: str
    version: int
    name_zh: str
    name_en: str
    meaning_zh: str
    meaning_en: str
    unit: Unit
    numerator: str
    denominator: str = ""
    additivity: Additivity = Additivity.SUM
    needs: tuple[Need, ...] = (Need.SALES,)
    levels: frozenset[str] = frozenset({"customer", "manager", "unit"})
    better: str = "up"
    source: str = "sales"
    owner: str = "ledger"


_GROUPS = frozenset({"manager", "unit"})

CATALOGUE: tuple[Indicator, ...] = (
    Indicator(
        "revenue", 1, "收入", "Revenue",
        "期内销售收入合计，退款为负数冲减。", "Sum of sales in the period; refunds count negative.",
        Unit.YUAN, "revenue",
    ),
    Indicator(
        "quantity", 1, "销量", "Quantity",
        "期内销售数量合计；计量单位不一致时不相加。",
        "Sum of quantities in the period; quantities of different units are not added.",
        Unit.QUANTITY, "quantity", needs=(Need.SALES, Need.ONE_UNIT),
    ),
    Indicator(
        "margin", 1, "毛利", "Gross margin",
        "收入减成本；任何一行缺成本则不给出。", "Revenue less cost; not given while any line lacks its cost.",
        Unit.YUAN, "revenue - cost", needs=(Need.SALES, Need.COST),
    ),
    Indicator(
        "margin_share", 1, "毛利率", "Gross margin share",
        "毛利除以收入。", "Gross margin divided by revenue.",
        Unit.SHARE, "revenue - cost", "revenue", Additivity.RATIO, (Need.SALES, Need.COST),
    ),
    Indicator(
        "customers_active", 1, "活跃客户数", "Active customers",
        "期内至少有一行销售的客户数。", "Customers with at least one line in the period.",
        Unit.COUNT, "active", additivity=Additivity.STOCK,
    ),
    Indicator(
        "customers_new", 1, "新增客户数", "New customers",
        "期内首次产生收入，且此前规定月数内没有收入的客户数；已知历史不足时注明。",
        "Customers whose first revenue lies in the period and who had none in the months the article names before "
        "it; a shorter known history is remarked.",
        Unit.COUNT, "new", needs=(Need.SALES, Need.HISTORY),
    ),
    Indicator(
        "customers_silent", 1, "沉默客户数", "Silent customers",
        "期末距最近一次订货的天数达到沉默天数、未达到流失天数的客户数。",
        "Customers whose last order at the end of the period is at least the silent days and less than the lost "
        "days ago.",
        Unit.COUNT, "silent", additivity=Additivity.STOCK, better="down",
    ),
    Indicator(
        "customers_lost", 1, "流失客户数", "Lost customers",
        "期内距最近一次订货达到流失天数的客户数；同一地址在规定天数内启用新编号的，不算流失。",
        "Customers whose last order became the lost days old within the period; not lost is who goes on at the same "
        "address under a new number within the days the article names.",
        Unit.COUNT, "lost", additivity=Additivity.STOCK, better="down",
    ),
    Indicator(
        "orders", 1, "订货天次", "Order days",
        "期内有正向订货的客户天数合计。", "Days with a positive line, added over customers.",
        Unit.COUNT, "order_days", needs=(Need.SALES, Need.ORDER_DAYS),
    ),
    Indicator(
        "order_frequency", 1, "月均订货次数", "Orders per active month",
        "订货天次除以活跃客户月数。", "Order days divided by customers' active months.",
        Unit.TIMES, "order_days", "active_months", Additivity.RATIO, (Need.SALES, Need.ORDER_DAYS),
    ),
    Indicator(
        "order_gap", 1, "平均订货间隔", "Mean gap between orders",
        "期内每次订货距该客户上一次订货的天数的平均。",
        "Mean days from an order in the period back to the same customer's order before it.",
        Unit.DAYS, "gap_days", "gaps", Additivity.RATIO, (Need.SALES, Need.ORDER_DAYS), better="down",
    ),
    Indicator(
        "categories", 1, "户均购买品类数", "Categories per customer",
        "期内客户购买的不同品类数，除以活跃客户数。",
        "Different categories a customer bought in the period, divided by active customers.",
        Unit.TIMES, "categories", "active", Additivity.RATIO,
    ),
    Indicator(
        "revenue_per_customer", 1, "户均收入", "Revenue per active customer",
        "收入除以活跃客户数。", "Revenue divided by active customers.",
        Unit.YUAN, "revenue", "active", Additivity.RATIO,
    ),
    Indicator(
        "revenue_yoy", 1, "收入同比", "Revenue against last year",
        "同一批客户：本期收入减上年同期收入，除以上年同期收入。客户按当月归属计算两边。",
        "Same customers: revenue less that of the same months a year earlier, divided by the latter. Both sides "
        "follow the customer's holder of the current month.",
        Unit.CHANGE, "revenue - year_before", "year_before", Additivity.RATIO, (Need.SALES, Need.YEAR_BEFORE),
    ),
    Indicator(
        "revenue_mom", 1, "收入环比", "Revenue against the period before",
        "同一批客户：本期收入减上一同类期间相同月数的收入，除以后者。",
        "Same customers: revenue less that of as many months of the preceding period of the same kind, divided by "
        "the latter.",
        Unit.CHANGE, "revenue - period_before", "period_before", Additivity.RATIO,
        (Need.SALES, Need.PERIOD_BEFORE),
    ),
    Indicator(
        "revenue_last_3", 1, "近3个月收入", "Revenue of the last 3 months",
        "截至期末月的3个月收入合计，各月按当月归属。", "Revenue of the 3 months up to the last, each month with its holder.",
        Unit.YUAN, "last_3", additivity=Additivity.STOCK, needs=(Need.LAST_3,),
    ),
    Indicator(
        "revenue_last_12", 1, "近12个月收入", "Revenue of the last 12 months",
        "截至期末月的12个月收入合计，各月按当月归属。",
        "Revenue of the 12 months up to the last, each month with its holder.",
        Unit.YUAN, "last_12", additivity=Additivity.STOCK, needs=(Need.LAST_12,),
    ),
    Indicator(
        "receivables", 1, "应收账款余额", "Receivables",
        "期末月应收账款余额。", "Receivables at the end of the last month.",
        Unit.YUAN, "owed", additivity=Additivity.STOCK, needs=(Need.RECEIVABLES,), better="down", source="receivables",
    ),
    Indicator(
        "overdue_share", 1, "逾期30天以上应收占收入比", "Receivables over 30 days as share of revenue",
        "期末账龄30天以上的应收账款除以期内收入。",
        "Receivables older than 30 days at the end of the period divided by its revenue.",
        Unit.SHARE, "overdue", "revenue", Additivity.RATIO, (Need.SALES, Need.RECEIVABLES), better="down",
        source="receivables, sales",
    ),
    Indicator(
        "payments", 1, "回款", "Payments received",
        "期内回款合计。", "Payments received in the period.",
        Unit.YUAN, "paid", needs=(Need.PAYMENTS,), source="payments",
    ),
    Indicator(
        "core_revenue_share", 1, "核心客户收入占比", "Core customers' share of revenue",
        "按收入排名前列（比例见条款，向上取整）的活跃客户的收入，除以全部收入。",
        "Revenue of the first active customers by revenue (the share by number is the article's, rounded up), "
        "divided by all revenue.",
        Unit.SHARE, "core_revenue", "revenue", Additivity.RANK, levels=_GROUPS, better="",
    ),
    Indicator(
        "core_margin_share", 1, "核心客户毛利占比", "Core customers' share of gross margin",
        "按毛利排名前列的活跃客户的毛利，除以全部毛利。",
        "Gross margin of the first active customers by gross margin, divided by all gross margin.",
        Unit.SHARE, "core_margin", "revenue - cost", Additivity.RANK, (Need.SALES, Need.COST), levels=_GROUPS,
        better="",
    ),
)  # fmt: skip

_BY_CODE = {indicator.code: indicator for indicator in CATALOGUE}


def get_indicator(code: str) -> Indicator:
    """An indicator by its code.

    Raises:
        KeyError: There is none.
    """
    return _BY_CODE[code]


def parse_sum(text: str) -> tuple[tuple[str, int], ...]:
    """The measures of a numerator or denominator with their signs.

    ``revenue - cost`` is ``(("revenue", 1), ("cost", -1))``.

    Raises:
        KeyError: A name is no measure.
    """
    terms: list[tuple[str, int]] = []
    sign = 1
    for token in text.split():
        if token in {"+", "-"}:
            sign = 1 if token == "+" else -1
        else:
            if token not in MEASURES:
                raise KeyError(token)
            terms.append((token, sign))
    return tuple(terms)
