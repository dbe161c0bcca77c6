"""For how long a right is granted: the article says, and a year holds where none is in force."""

from datetime import timedelta

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.org import actions as org
from qiao.org import queries
from qiao.org.models import Grant
from qiao.rulebook import actions
from qiao.rulebook.models import Version
from qiao.runtime import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indicators")]


def grant(cast, days: int) -> Grant:
    return org.grant(
        person=cast.people["manager"], right="customers.export", scope_kind="self", reason="x", by=None,
        ends_before=clock.today() + timedelta(days=days),
    )  # fmt: skip


def test_without_an_article_a_year_holds(cast):
    assert queries.longest_grant_days(clock.today()) == 366
    assert grant(cast, 366).pk
    with pytest.raises(RuleBroken) as refusal:
        grant(cast, 367)
    assert (refusal.value.code, refusal.value.params["days"]) == ("grant_long", 366)


def test_the_article_in_force_decides(cast):
    actions.install_pack(name="telecom", by=None)
    assert queries.longest_grant_days(clock.today()) == 366
    row = Version.objects.get(kind="granted_rights")
    Version.objects.filter(pk=row.pk).update(text=row.text.replace("366", "30"))
    assert queries.longest_grant_days(clock.today()) == 30
    assert grant(cast, 30).pk
    with pytest.raises(RuleBroken):
        grant(cast, 31)
