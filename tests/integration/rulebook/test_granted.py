"""For how long a right is granted: the article says, and a year holds where none is in force."""

from datetime import timedelta

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.org import actions as org
from qiao.org import queries
from qiao.org.core.sight import check_grant_span
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
    soon = clock.today() + timedelta(days=1)
    text = Version.objects.get(kind="granted_rights").text
    text = text.replace("longest_days: 366", "longest_days: 30").replace("2018-01-01", soon.isoformat())
    row = actions.draft(text=text, by=cast.users["hr"])
    actions.approve(row=row, by=cast.users["administrator"])
    assert queries.longest_grant_days(clock.today()) == 366
    assert queries.longest_grant_days(soon) == 30
    check_grant_span(soon, soon + timedelta(days=30), 30)
    with pytest.raises(RuleBroken):
        check_grant_span(soon, soon + timedelta(days=31), 30)
