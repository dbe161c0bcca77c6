from decimal import Decimal

import pytest

from qiao.kernel.errors import BadInput
from qiao.rulebook.core.stored import dump_article, load_article, load_articles

from .fruit import KINDS, TEXT, Sold


def problems(text):
    with pytest.raises(BadInput) as refusal:
        load_article(text, KINDS, file="fruit.yaml")
    return [(p.place.row, p.place.column, str(p.message % p.params)) for p in refusal.value.problems]


def test_an_article_is_read_with_its_types():
    article = load_article(TEXT, KINDS)
    assert (article.kind, article.code, article.title.en) == ("fruit", "demo-fruit", "Fruit rules")
    assert article.scope.is_enterprise
    assert article.body.sold is Sold.LOOSE
    assert str(article.body.fruits[0].weight) == "0.60"
    assert article.body.rows[0].kilos.holds(Decimal(10))
    assert not article.body.rows[1].kilos.holds(Decimal(10))
    assert article.body.rows[0].discount == 0


def test_writing_what_was_read_gives_the_same_text():
    assert dump_article(load_article(TEXT, KINDS)) == TEXT


def test_every_fault_is_named_at_once_with_its_line_and_field():
    broken = (
        TEXT.replace("days: 3", "days: 0")
        .replace("washed: true", "washed: yes")
        .replace("weight: 0.40", "weigth: 0.40")
        .replace("{to: 10}", "{to: 10, below: 12}")
        .replace("2021-01-01", "2021-02-30")
        .replace("sold: loose", "sold: hanging")
    )
    assert problems(broken) == [
        (5, "starts_on", "a date like 2021-12-31 is expected, not “2021-02-30”"),
        (11, "body.sold", "“hanging” is none of: loose, packed"),
        (12, "body.days", "0 is less than 1"),
        (13, "body.washed", "true or false is expected, not “yes”"),
        (21, "body.fruits[1].weigth", "there is no field “weigth”; is “weight” meant?"),
        (19, "body.fruits[1].weight", "“weight” is missing"),
        (23, "body.rows[0].kilos", "“to” and “below” name the same end"),
    ]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("weight: 0.60", "weight: 6e-1", "a number is expected, not “6e-1”"),
        ("weight: 0.60", "weight: .nan", "a number is expected, not “.nan”"),
        ("weight: 0.60", "weight: 1.5", "1.5 is more than 1"),
        ("weight: 0.60", "weight: 0", "0 is not more than 0"),
        ("days: 3", "days: 3.5", "a whole number is expected, not “3.5”"),
        ("days: 3", "days: " + "9" * 30, "a number is expected"),
        ("days: 3", "days: [3]", "a single value is expected here"),
        ("{to: 10}", "10", "a range is expected here"),
        ("{to: 10}", "{upto: 10}", "a range knows from, above, to and below, not “upto”"),
        ("title: {zh: 梨, en: Pear}", "title: {en: Pear}", "“zh” is missing"),
        ("title: {zh: 梨, en: Pear}", 'title: {zh: " ", en: Pear}', "a text is expected here"),
        ("kind: fruit", "kind: meat", "“meat” is no kind of article; known: fruit"),
        ("best: apple", "best: null", "a single value is expected here"),
        ("scope: {}", "scope: {town: X}", "there is no field “town”"),
        ("days: 3", "days: 3\n  days: 4", "“days” stands here twice"),
        ("scope: {}", "scope: &a {}\nother: *a", "no anchors and aliases"),
        ("body:", "body", "not YAML"),
        ("body:", "body: [", "not YAML"),
    ],
)
def test_each_slip_is_said_in_words(was, now, said):
    assert any(said in text for _, _, text in problems(TEXT.replace(was, now, 1)))


def test_a_text_no_article_can_have_is_refused_before_it_is_read():
    assert "longer than any article" in problems("x" * 1_000_001)[0][2]
    assert "nested more deeply" in problems("[" * 100_000)[0][2]


def test_yaml_objects_are_only_texts():
    assert any(
        "expected" in text
        for *_, text in problems(TEXT.replace("days: 3", "days: !!python/name:os.system x"))
    )


def test_words_yaml_would_turn_into_other_things_stay_words():
    article = load_article(
        TEXT.replace("code: demo-fruit", "code: on").replace("best: apple", "best: 1:30"), KINDS
    )
    assert (article.code, article.body.best) == ("on", "1:30")
    assert load_article(dump_article(article), KINDS) == article


def test_a_pack_reports_the_faults_of_every_file():
    with pytest.raises(BadInput) as refusal:
        load_articles(
            {"b.yaml": TEXT.replace("days: 3", "days: x"), "a.yaml": "kind: meat", "c.yaml": TEXT}, KINDS
        )
    assert [p.place.file for p in refusal.value.problems] == ["a.yaml", "b.yaml"]
