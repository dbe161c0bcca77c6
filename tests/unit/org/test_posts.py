"""Lines of a description in two languages."""

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.org.core.posts import MOST_LETTERS, MOST_LINES, pair_lines


def test_lines_go_together_and_marks_of_lists_fall_away():
    assert pair_lines("- 一\n\n• 二 \n", "One\nTwo", field="x") == (("一", "One"), ("二", "Two"))
    assert pair_lines("一", "", field="x") == (("一", ""),)
    assert pair_lines("", "", field="x") == ()


@pytest.mark.parametrize(
    ("zh", "en", "code"),
    [
        ("一\n二", "One", "lines_differ"),
        ("", "One", "lines_differ"),
        ("一\n" * (MOST_LINES + 1), "", "lines_long"),
        ("一" * (MOST_LETTERS + 1), "", "lines_long"),
    ],
)
def test_texts_that_do_not_go_together_are_refused_at_their_field(zh, en, code):
    with pytest.raises(RuleBroken) as refusal:
        pair_lines(zh, en, field="duties_en")
    assert (refusal.value.code, refusal.value.field) == (code, "duties_en")
