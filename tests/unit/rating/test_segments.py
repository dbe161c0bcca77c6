from decimal import Decimal

import pytest

from qiao.kernel.errors import Incomplete
from qiao.kernel.period import Month
from qiao.rating.core.figures import Spend
from qiao.rating.core.segments import decide_segment

from .packs import policy

SEGMENTS = policy("telecom", "segments")
GAP = Incomplete("no ledger")


def segment_of(industry, total=0, bought=None, spend=None):
    return decide_segment(
        SEGMENTS,
        month=Month(2021, 12),
        industry=industry,
        spend=spend or Spend(Decimal(total), 40),
        revenue_by_category={code: Decimal(yuan) for code, yuan in (bought or {}).items()},
    )


@pytest.mark.parametrize(
    ("industry", "mean", "segment"),
    [
        ("government", 0, "party_government_military"),
        ("trade", "2999.99", "enterprise_small"),
        ("trade", 3000, "enterprise_medium"),
        ("trade", 20000, "enterprise_large"),
        ("private", 50, "individual"),
    ],
)
def test_the_industry_on_file_and_where_needed_the_figure_decide(industry, mean, segment):
    assert segment_of(industry, Decimal(mean) * 3).segment == segment


def test_the_business_type_is_what_is_bought_most_and_the_order_decides_between_equals():
    assert segment_of("trade", 9, {"internet": 5, "mobile": 4}).business_type == "value_added_internet"
    assert segment_of("trade", 9, {"ip": 3, "paging": 3, "mobile": 4}).business_type == "ip_paging"
    assert segment_of("trade", 9, {"internet": 4, "mobile": 4}).business_type == "mobile"
    assert segment_of("trade", 9, {"unheard_of": 4}).business_type is None


def test_what_is_missing_is_named():
    assert segment_of(None).code == "industry_missing"
    assert segment_of("fishing").code == "industry_unknown"
    assert segment_of("trade", spend=GAP) is GAP
    assert segment_of("banking", spend=GAP).segment == "finance"
