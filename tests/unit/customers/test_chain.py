"""The decision chain: no circles, everybody below his head, nobody on top of another."""

from itertools import pairwise

import pytest

from qiao.customers.core.chain import BOX_WIDTH, check_reports_to, draw
from qiao.kernel.errors import RuleBroken


def test_a_line_may_not_close_to_a_circle():
    heads = {1: None, 2: 1, 3: 2}
    for head in (1, 2, 3):
        with pytest.raises(RuleBroken):
            check_reports_to(heads, 1, head)
    check_reports_to(heads, 3, 1)
    check_reports_to(heads, None, 3)


def test_a_head_is_of_the_same_customer():
    with pytest.raises(RuleBroken):
        check_reports_to({1: None}, 1, 9)


def test_the_drawing_puts_people_below_their_head_and_beside_each_other():
    drawing = draw({1: None, 2: 1, 3: 1, 4: None, 5: 99})
    at = {box.contact_id: (box.x, box.y) for box in drawing.boxes}

    assert set(at) == {1, 2, 3, 4, 5}
    assert at[2][1] == at[3][1] > at[1][1] == at[4][1] == at[5][1]
    assert at[1][0] == (at[2][0] + at[3][0]) // 2
    assert abs(at[2][0] - at[3][0]) > BOX_WIDTH
    tops = sorted(at[one][0] for one in (1, 4, 5))
    assert all(right - left > BOX_WIDTH for left, right in pairwise(tops))
    assert drawing.width >= max(x for x, _ in at.values()) + BOX_WIDTH


def test_nobody_is_drawn_on_nothing():
    assert draw({}).boxes == []
