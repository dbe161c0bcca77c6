"""Spans that fill gaps, and chains of merges."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qiao.customers.core.merging import Stretch, cut_out, last_of, standing_for

DAY = date(2026, 1, 1).toordinal()
stretches = st.builds(
    lambda start, length: Stretch(
        date.fromordinal(DAY + start), date.fromordinal(DAY + start + length) if length else None
    ),
    st.integers(0, 40),
    st.one_of(st.none(), st.integers(1, 20)),
)


def covered(stretch):
    last = min(stretch.end.toordinal(), DAY + 70)
    return set(range(stretch.starts_on.toordinal(), last))


@given(stretches, st.lists(stretches, max_size=5))
def test_what_is_left_is_each_day_no_other_covers(stretch, taken):
    pieces = cut_out(stretch, taken)
    wanted = covered(stretch) - set().union(*map(covered, taken))
    assert sorted(d for piece in pieces for d in covered(piece)) == sorted(wanted)
    assert all(p.starts_on < p.end for p in pieces)


def test_a_merge_of_a_merge_leads_to_the_last():
    assert last_of({1: 2, 2: 3}, 1) == 3
    assert standing_for({1: 2, 2: 3}) == [(1, 3), (2, 3)]
