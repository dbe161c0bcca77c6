from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.table import (
    BadTable,
    Band,
    BandTable,
    Edge,
    OutsideTable,
    Range,
    Reading,
    find_faults,
    slice_amount,
)


def edge(text):
    """``[5`` owns 5, ``(5`` does not."""
    return Edge(Decimal(text[1:]), included=text[0] == "[") if text else None


def band(lower, upper, value="x"):
    return Band(Range(edge(lower), edge(upper)), value)


KEY_ACCOUNTS = BandTable(
    (band("", "[3000", "ordinary"), band("(3000", "(10000", "key"), band("[10000", "", "vip"))
)


@pytest.mark.parametrize(
    ("spend", "tier"),
    [("-5", "ordinary"), ("3000", "ordinary"), ("3000.01", "key"), ("9999.99", "key"), ("10000", "vip")],
)
def test_the_row_that_owns_the_boundary_gets_it(spend, tier):
    assert KEY_ACCOUNTS.hit(Decimal(spend)).band.value == tier


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([], "no rows"),
        ([band("", "(5"), band("[6", "")], "a gap: neither row 1 nor row 2 holds the numbers from 5 to 6"),
        ([band("", "(6"), band("[5", "")], "an overlap: rows 1 and 2 both hold the numbers from 5 to 6"),
        ([band("", "[5"), band("[5", "")], "rows 1 and 2 both own the boundary 5"),
        ([band("", "(5"), band("(5", "")], "neither row 1 nor row 2 owns the boundary 5"),
        ([band("", ""), band("[5", "")], "row 1 has no upper end, yet row 2 follows it"),
        ([band("", "[5"), band("", "")], "row 2 has no lower end, yet row 1 stands before it"),
        ([band("[5", "(5")], "row 1 holds nothing: it runs from 5 to 5"),
    ],
)
def test_rows_that_are_no_table_are_refused_in_words(bands, said):
    with pytest.raises(BadTable) as refusal:
        BandTable(tuple(bands))
    assert said in str(refusal.value)


def test_every_fault_is_named_at_once():
    faults = find_faults(
        [Range(edge(low), edge(high)) for low, high in (("", "(1"), ("[2", "[3"), ("[3", ""))]
    )
    assert [(f.row, str(f)[:5]) for f in faults] == [(1, "a gap"), (2, "rows ")]


def test_a_single_number_may_be_a_row():
    table = BandTable((band("", "(0", "minus"), band("[0", "[0", "nought"), band("(0", "", "plus")))
    assert table.hit(Decimal(0)).band.value == "nought"


def test_beyond_the_table_is_an_error_and_never_nought():
    with pytest.raises(OutsideTable):
        BandTable((band("[0", "(10"),)).hit(Decimal(10))


RATES = (band("[0", "[30000", Decimal("0.02")), band("(30000", "", Decimal("0.03")))


def test_one_table_read_two_ways_gives_two_amounts():
    def earned(reading):
        return sum(s.amount * s.rate for s in slice_amount(BandTable(RATES, reading), Decimal(60000)))

    assert earned(Reading.WHOLE) == 1800
    assert earned(Reading.MARGINAL) == 1500


def test_a_table_read_by_row_cuts_nothing():
    with pytest.raises(ValueError, match="only a WHOLE table"):
        slice_amount(BandTable(RATES), Decimal(5))


@given(
    st.lists(st.integers(-1000, 1000), min_size=1, max_size=8, unique=True).map(sorted),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.integers(-1100, 1100),
)
def test_a_table_open_at_both_ends_gives_every_number_to_exactly_one_row(cuts, owners, x):
    ends = [None, *zip(cuts, owners, strict=False), None]
    bands = tuple(
        Band(
            Range(
                Edge(Decimal(low[0]), low[1]) if low else None,
                Edge(Decimal(high[0]), not high[1]) if high else None,
            ),
            row,
        )
        for row, (low, high) in enumerate(pairwise(ends))
    )
    table = BandTable(bands)
    assert [row for row, b in enumerate(bands) if b.range.holds(Decimal(x))] == [table.hit(Decimal(x)).row]


@given(st.decimals(0, 200000, places=2))
def test_slices_add_up_to_the_amount(amount):
    slices = slice_amount(BandTable(RATES, Reading.MARGINAL), amount)
    assert sum(s.amount for s in slices) == amount
