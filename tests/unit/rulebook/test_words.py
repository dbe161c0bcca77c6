from decimal import Decimal

import pytest

from qiao.kernel.table import Edge, Range
from qiao.rulebook.core.stored import load_article
from qiao.rulebook.core.terms import Term
from qiao.rulebook.core.words import Grid, Line, Speaker, describe

from .fruit import KINDS, TEXT

ENGLISH = Speaker("en")
CHINESE = Speaker("zh-hans", lambda text: {"fruits": "水果", "yes": "是"}.get(text, text))


def test_an_article_reads_as_lines_and_tables_in_the_order_of_its_fields():
    blocks = describe(load_article(TEXT, KINDS).body, ENGLISH)
    assert blocks[:4] == (
        Line("sold", "sold", "loose"),
        Line("days", "days kept", "3 days"),
        Line("washed", "washed", "yes"),
        Line("best", "best fruit", "apple"),
    )
    fruits, rows = blocks[4:]
    assert isinstance(fruits, Grid)
    assert fruits.headings == ("code", "fruit", "weight")
    assert fruits.rows[1].cells == ("pear", "Pear", "40 %")
    assert fruits.rows[1].path == "fruits[1]"
    assert [row.cells for row in rows.rows] == [
        ("up to 10 (included)", "0 %"),
        ("above 10 (not included)", "5 %"),
    ]


def test_the_same_article_reads_in_chinese():
    blocks = describe(load_article(TEXT, KINDS).body, CHINESE)
    assert blocks[2].text == "是"
    assert blocks[4].label == "水果"
    assert blocks[4].rows[0].cells[1] == "苹果"


def test_a_missing_note_is_no_line():
    assert not any(block.path == "note" for block in describe(load_article(TEXT, KINDS).body, ENGLISH))
    noted = load_article(TEXT + "  note: {zh: 注}\n", KINDS)
    assert describe(noted.body, ENGLISH)[-1] == Line("note", "note", "注")


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (Range(), "every amount"),
        (Range(upper=Edge(Decimal(3000), True)), "up to 3,000 (included)"),
        (Range(upper=Edge(Decimal(3000), False)), "below 3,000 (not included)"),
        (Range(lower=Edge(Decimal("3000.50"), True)), "from 3,000.5 (included)"),
        (Range(lower=Edge(Decimal(3000), False)), "above 3,000 (not included)"),
        (
            Range(Edge(Decimal(100000), True), Edge(Decimal(200000), False)),
            "from 100,000 (included) to 200,000 (not included)",
        ),
    ],
)
def test_a_range_says_who_owns_its_boundaries(within, said):
    assert ENGLISH.range(within, Term("x")) == said
