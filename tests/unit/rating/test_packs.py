"""The shipped packs are sound and written canonically."""

import pytest

from qiao.rulebook.core.checks import check_article
from qiao.rulebook.core.stored import dump_article, load_articles
from qiao.rulebook.core.words import Speaker, describe

from .packs import ALL, texts

PACKS = ["telecom", "tobacco-city"]
INDICATORS = {"indicator": lambda: ["revenue", "margin"]}


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
