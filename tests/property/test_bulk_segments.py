"""Segments of many customers at once equal the decisions one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiao.kernel.errors import Incomplete
from qiao.kernel.money import yuan_from_cents
from qiao.kernel.period import Month
from qiao.rating.core.bulk_segments import SegmentInputs, decide_segments_in_bulk
from qiao.rating.core.figures import Spend
from qiao.rating.core.segments import decide_segment
from tests.unit.rating.packs import PACKS, policy

INDUSTRIES = ("trade", "banking", "private", "fishing", "grocery")
near = st.sampled_from([0, 900000, 6000000, 300000, 2000000]).flatmap(lambda at: st.integers(at - 2, at + 2))


@pytest.mark.parametrize("pack", PACKS)
def test_bulk_equals_one_by_one(pack):
    segments = policy(pack, "segments")
    types = segments.body.business_types
    bought = st.lists(st.integers(-5, 5), min_size=len(types), max_size=len(types))
    rows = st.lists(
        st.tuples(st.integers(-1, len(INDUSTRIES) - 1), near, st.integers(0, 4), bought), min_size=1
    )

    def one(industry, cents, since, by_type):
        found = decide_segment(
            segments,
            month=Month(2021, 12),
            industry=None if industry < 0 else INDUSTRIES[industry],
            spend=Spend(yuan_from_cents(cents), since or None),
            revenue_by_category={
                kind.categories[0]: yuan_from_cents(amount)
                for kind, amount in zip(types, by_type, strict=True)
            },
        )
        if isinstance(found, Incomplete):
            return found.code
        return found.segment, found.business_type

    @settings(max_examples=60, deadline=None)
    @given(rows)
    def compare(rows):
        inputs = SegmentInputs(
            industry=np.array([row[0] for row in rows], dtype=np.int64),
            industries=INDUSTRIES,
            cents=np.array([row[1] for row in rows], dtype=np.int64),
            months_since_first=np.array([row[2] for row in rows], dtype=np.int64),
            bought_cents=np.array([row[3] for row in rows], dtype=np.int64).reshape(len(rows), len(types)),
        )
        found = decide_segments_in_bulk(segments, inputs)
        said = [
            {-1: "industry_missing", -2: "industry_unknown"}.get(segment)
            or (segments.body.segments[segment].code, types[kind].code if kind >= 0 else None)
            for segment, kind in zip(found.segment.tolist(), found.business_type.tolist(), strict=True)
        ]
        assert said == [one(*row) for row in rows]

    compare()
