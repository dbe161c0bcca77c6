"""Ages, bands, and what a certificate's days say."""

from datetime import date, timedelta

from qiao.org.core.headcount import roll_up
from qiao.org.core.register import age_on, band_ages, state_of_certificate, years_before
from qiao.org.core.tree import UnitNode, build_tree

ON = date(2026, 11, 22)


def test_every_birthday_falls_into_the_band_of_its_age():
    youngest = {1: 0, 2: 26, 3: 36, 4: 46}
    bands = band_ages(list(youngest.items()), ON)

    for days in range(0, 365 * 70, 61):
        born = ON - timedelta(days=days)
        found = [
            b.word_id for b in bands if born <= b.born_until and (b.born_after is None or born > b.born_after)
        ]
        expected = max(w for w, age in youngest.items() if age <= age_on(born, ON))
        assert found == [expected], born


def test_who_has_his_birthday_today_counts_the_new_year():
    assert age_on(date(1991, 11, 22), ON) == 35
    assert age_on(date(1991, 11, 23), ON) == 34
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)


def test_a_certificate_is_near_its_end_within_its_days_of_notice():
    def state(days, notice=60):
        return state_of_certificate(
            valid_before=None if days is None else ON + timedelta(days=days), notice_days=notice, today=ON
        )

    assert [state(d) for d in (None, 61, 60, 1, 0, -5)] == [
        "valid",
        "valid",
        "ending",
        "ending",
        "ended",
        "ended",
    ]
    assert state(1, notice=0) == "valid"


def test_a_unit_counts_all_below_it_and_a_closed_unit_nowhere():
    def node(pk, above):
        return UnitNode(pk, str(pk), "x", "", "", above)

    tree = build_tree(ON, [node(1, None), node(2, 1), node(3, 2), node(4, 1)])
    totals = roll_up(tree, [(3, "a", 2), (4, "a", 1), (1, "b", 5), (9, "a", 7), (None, "a", 1)])

    assert {key: totals.get(key, 0) for key in ((1, "a"), (2, "a"), (3, "a"), (4, "a"), (1, "b"), (2, "b"))} == {
        (1, "a"): 3, (2, "a"): 2, (3, "a"): 2, (4, "a"): 1, (1, "b"): 5, (2, "b"): 0,
    }  # fmt: skip
