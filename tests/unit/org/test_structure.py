"""Units against a template: found by code or by kind and name, missing with the code they would get."""

from datetime import date

from qiao.org.core.structure import Wanted, compare_unit, order_wanted
from qiao.org.core.tree import UnitNode, build_tree

WANTED = [
    Wanted(3, "desk", "city", 1, "room", "受理室", ""),
    Wanted(1, "kac", "city", None, "centre", "服务中心", ""),
    Wanted(2, "mm", "city", 1, "room", "市场室", ""),
    Wanted(9, "x", "city", 77, "room", "无处", ""),
]


def tree_of(*nodes):
    return build_tree(date(2026, 1, 1), [UnitNode(*node) for node in nodes])


def compare(*nodes):
    places = compare_unit(tree_of((1, "E", "city", "东市", "", None), *nodes), 1, order_wanted(WANTED))
    return {p.wanted.code: (p.depth, p.unit_id, p.above_unit_id, p.code) for p in places}


def test_an_empty_unit_misses_all_of_its_template_top_down():
    assert [one.code for one, _depth in order_wanted(WANTED)] == ["kac", "desk", "mm"]
    assert compare() == {
        "kac": (0, None, 1, "E-kac"), "desk": (1, None, None, "E-kac-desk"), "mm": (1, None, None, "E-kac-mm"),
    }  # fmt: skip


def test_a_unit_is_found_by_its_name_and_kind_and_codes_follow_what_is_there():
    found = compare((2, "OWN", "centre", "服务中心", "", 1), (3, "OWN-mm", "other", "别名", "", 2))
    assert found == {"kac": (0, 2, 1, "OWN"), "desk": (1, None, 2, "OWN-desk"), "mm": (1, 3, 2, "OWN-mm")}


def test_the_same_name_elsewhere_or_of_another_kind_is_not_it():
    found = compare((2, "A", "office", "服务中心", "", 1), (3, "B", "room", "市场室", "", 1))
    assert [row[1] for row in found.values()] == [None, None, None]
