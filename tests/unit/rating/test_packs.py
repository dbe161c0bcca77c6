"""The shipped packs are sound and written canonically."""

from pathlib import Path

import pytest

from qiao.rulebook.core.checks import check_article
from qiao.rulebook.core.stored import dump_article, load_articles
from qiao.rulebook.core.words import Speaker, describe

from .packs import ALL, PACKS, texts

INDICATORS = {"indicator": lambda: ["revenue", "margin"], "customer_fact": lambda: ["note", "order", "task"]}


@pytest.mark.parametrize("pack", PACKS)
def test_every_article_passes_the_checks_of_publishing(pack):
    articles = load_articles(texts(pack), ALL)
    for article in articles:
        others = [other for other in articles if other is not article]
        assert check_article(article, ALL, others, INDICATORS) == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_file_is_in_canonical_form(pack):
    files = texts(pack)
    for article, (name, text) in zip(load_articles(files, ALL), sorted(files.items()), strict=True):
        assert dump_article(article) == text, name


@pytest.mark.parametrize("pack", PACKS)
def test_every_article_names_a_requirement_and_speaks_both_languages(pack):
    for article in load_articles(texts(pack), ALL):
        assert article.source
        assert article.title.en
        assert describe(article.body, Speaker("en"))


@pytest.mark.parametrize("pack", PACKS)
def test_both_articles_that_speak_of_the_core_mean_the_same_share(pack):
    bodies = {article.kind: article.body for article in load_articles(texts(pack), ALL)}
    assert bodies["activity"].core_share == bodies["core_customers"].customers_share


def test_the_examples_articles_are_sound_too():
    folder = Path(__file__).resolve().parents[3] / "examples" / "iowa" / "policy"
    articles = load_articles({p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.yaml")}, ALL)
    for article in articles:
        assert article.assumption is not None, "every threshold of the example is an assumption"
        others = [other for other in articles if other is not article]
        assert check_article(article, ALL, others, INDICATORS) == []
