"""Packs go in force as a whole."""

from datetime import date

import pytest

from qiao.config.demo.enterprises import VOCABULARIES
from qiao.customers.core.assignment import DeputyPolicy
from qiao.kernel.errors import BadInput, NotFound, RuleBroken
from qiao.rating.core.policy import CustomerTiers
from qiao.rulebook import actions, queries
from qiao.rulebook.models import Version
from tests.unit.rating.packs import PACKS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indicators")]


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_in_force_after_installing_and_installing_again_changes_nothing(pack):
    installed = actions.install_pack(name=pack, by=None)
    assert {row.pack for row in installed} == {pack}
    policy = queries.get_policy(CustomerTiers, on=date(2021, 12, 31))
    assert policy.article.assumption.en
    assert queries.get_policy(DeputyPolicy, on=date(2021, 12, 31)).article.code == f"{pack}-deputies"
    assert actions.install_pack(name=pack, by=None) == []


def test_a_second_pack_of_the_same_kinds_is_refused_as_a_whole():
    actions.install_pack(name="telecom", by=None)
    before = Version.objects.count()
    with pytest.raises(BadInput, match="same kind and scope"):
        actions.install_pack(name="tobacco-city", by=None)
    assert Version.objects.count() == before


def test_an_article_that_exists_with_another_text_is_not_overwritten():
    texts = queries.read_pack("telecom")
    actions.install_articles(texts=texts, pack="telecom", by=None)
    texts["customer_tiers.yaml"] = (
        texts["customer_tiers.yaml"].replace("from: 500", "from: 600").replace("below: 500", "below: 600")
    )
    with pytest.raises(RuleBroken, match="telecom-tiers"):
        actions.install_articles(texts=texts, pack="telecom", by=None)


def test_packs_are_listed_and_an_unknown_one_is_not_found():
    assert set(queries.list_packs()) == set(VOCABULARIES), "every pack has its demo enterprise"
    with pytest.raises(NotFound):
        queries.read_pack("../packs/telecom")


def test_names_are_known_by_what_people_call_them_while_their_article_is_in_force():
    actions.install_pack(name="telecom", by=None)
    assert queries.titles_of("tier", on=date(2021, 12, 31))["key"].zh == "大客户（集团）"
    assert queries.titles_of("segment", on=date(2021, 12, 31))["finance"].en == "Finance"
    assert queries.titles_of("tier", on=date(2017, 12, 31)) == {}
