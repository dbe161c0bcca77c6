"""Units, their moves and what each day's tree says."""

from datetime import date

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.org import actions, queries
from qiao.org.access import viewer_of

pytestmark = pytest.mark.django_db


def test_a_move_changes_the_tree_from_its_day_on_and_not_before(cast):
    actions.move_unit(
        unit=cast.units["jia"], parent=cast.units["west"], on=date(2026, 3, 1), reason="划转", by=None
    )

    before, after = queries.get_tree(date(2026, 2, 28)), queries.get_tree(date(2026, 3, 1))

    assert cast.units["jia"].pk in before.descendants(cast.units["east"].pk)
    assert cast.units["jia"].pk not in after.descendants(cast.units["east"].pk)
    assert cast.units["jia"].pk in after.descendants(cast.units["west"].pk)


def test_a_unit_cannot_stand_below_itself(cast):
    with pytest.raises(RuleBroken) as refused:
        actions.move_unit(
            unit=cast.units["east"], parent=cast.units["jia"], on=date(2026, 3, 1), reason="", by=None
        )
    assert refused.value.code == "unit_cycle"


def test_a_unit_with_people_closes_only_when_another_takes_over(cast):
    with pytest.raises(RuleBroken) as refused:
        actions.close_unit(unit=cast.units["jia"], on=date(2026, 3, 1), reason="撤并", by=None)
    assert refused.value.code == "unit_in_use"

    actions.close_unit(
        unit=cast.units["jia"], on=date(2026, 3, 1), reason="撤并", by=None, merge_into=cast.units["yi"]
    )

    assert cast.units["jia"].pk not in queries.get_tree(date(2026, 3, 1)).nodes
    assert cast.units["jia"].pk in queries.get_tree(date(2026, 2, 28)).nodes
    ours = type(cast.customers["ours"]).objects.get(pk=cast.customers["ours"].pk)
    assert ours.home_unit_id == cast.units["yi"].pk
    postings = queries.list_postings(cast.people["manager"].pk)
    assert [(p.unit.code, p.starts_on, p.ends_before) for p in postings] == [
        ("yi", date(2026, 3, 1), None),
        ("jia", date(2020, 1, 1), date(2026, 3, 1)),
    ]


def test_a_supervisor_reaches_his_unit_and_below_only(cast):
    scope = viewer_of(cast.users["supervisor"]).scope("customers.view")
    assert scope.unit_ids == {cast.units[k].pk for k in ("east", "jia", "yi")}
    assert not scope.everything


def test_a_posting_that_overlaps_another_main_post_is_refused(cast):
    role = queries.list_role_types()[0]
    with pytest.raises(RuleBroken) as refused:
        actions.appoint(
            person=cast.people["manager"],
            unit=cast.units["yi"],
            role_type=role,
            starts_on=date(2026, 1, 1),
            by=None,
        )
    assert refused.value.code == "main_post_overlap"


def test_a_log_in_without_a_posting_in_force_has_no_rights(cast):
    posting = queries.list_postings(cast.people["manager"].pk)[0]
    actions.end_posting(posting=posting, on=date(2026, 11, 22), reason="离任", by=None)
    assert viewer_of(cast.users["manager"]).rights == frozenset()
