from qiao.rulebook.core.stored import load_article
from qiao.rulebook.core.words import Grid, Speaker, describe

from .fruit import KINDS, TEXT

ENGLISH = Speaker("en")


def test_a_name_shows_by_what_people_call_it_and_without_a_title_by_its_code():
    body = load_article(TEXT, KINDS).body
    best = {b.path: b for b in describe(body, ENGLISH, titles={"best": "the Apple"})}["best"]
    assert best.text == "the Apple"
    assert {b.path: b for b in describe(body, ENGLISH)}["best"].text == "apple"


def test_titles_reach_into_the_rows_of_tables():
    body = load_article(TEXT, KINDS).body
    (grid,) = [b for b in describe(body, ENGLISH, titles={"fruits[1].code": "PEAR!"}) if isinstance(b, Grid)][
        :1
    ]
    assert [row.cells[0] for row in grid.rows] == ["apple", "PEAR!"]
