from dataclasses import replace
from datetime import date

import pytest

from qiao.rulebook.core.article import Scope
from qiao.rulebook.core.checks import check_article
from qiao.rulebook.core.stored import load_article

from .fruit import KINDS, TEXT

ARTICLE = load_article(TEXT, KINDS)


def said(text=TEXT, others=(), **changes):
    article = replace(load_article(text, KINDS), **changes)
    return [str(fault) for fault in check_article(article, KINDS, others, {})]


def test_a_sound_article_has_no_faults():
    assert said() == []


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        (
            "{above: 10}",
            "{above: 12}",
            "body.rows[1]: a gap: neither row 1 nor row 2 holds the numbers from 10 to 12",
        ),
        ("{above: 10}", "{from: 10}", "body.rows[1]: rows 1 and 2 both own the boundary 10"),
        (
            "{above: 10}",
            "{above: 10, to: 20}",
            "body.rows[1]: the last row must be open above, or large numbers hit no row",
        ),
        ("0.40", "0.30", "body.fruits: the weights add up to 90.00 %, not 100 %"),
        ("code: pear", "code: apple", "body.fruits[1].code: “apple” stands here twice"),
        ("best: apple", "best: plum", "body.best: “plum” is not known; known: apple, pear"),
    ],
)
def test_what_the_types_cannot_say_is_checked(was, now, fault):
    assert fault in said(TEXT.replace(was, now))


def test_an_article_names_its_source_or_its_assumption():
    assert said(source=()) == ["source: name the source, or state the assumption the article rests on"]


def test_an_article_cannot_end_before_it_starts():
    assert said(ends_before=date(2020, 1, 1)) == ["ends_before: the article would end before it starts"]


def test_two_articles_of_one_kind_and_scope_never_hold_on_the_same_day():
    other = replace(ARTICLE, code="other", starts_on=date(2022, 1, 1))
    assert "“other” of the same kind and scope is in force from 2022-01-01" in said(others=[other])[0]
    assert said(others=[replace(other, scope=Scope(unit="north"))]) == []
    assert said(others=[other], ends_before=date(2022, 1, 1)) == []


def test_names_may_come_from_other_articles_and_from_outside():
    meaty = TEXT.replace("best: apple", "best: plum")
    other = replace(ARTICLE, code="other", scope=Scope(unit="north"), body=replace(
        ARTICLE.body, fruits=(replace(ARTICLE.body.fruits[0], code="plum"),)))  # fmt: skip
    assert said(meaty, others=[other]) == []
    article = load_article(meaty, KINDS)
    assert check_article(article, KINDS, [], {"fruit": lambda: ["plum"]}) == []
