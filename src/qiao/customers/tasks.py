"""Jobs of customers: each parses, calls one action, reports progress."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.customers import actions, policy
from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.jobs import JobHandle, Outcome, register


@register(actions.SEARCH, N_("Look for duplicates"))
def find_duplicates(job: JobHandle) -> Outcome:
    """Pairs of files that look like one customer, over the whole register."""
    article = policy.duplicate_policy(clock.today())
    if article is None:
        raise RuleBroken(
            N_("No article on duplicates is in force; it says when two files look alike."), code="no_policy"
        )
    found = actions.find_pairs(policy=article, job=job)
    return Outcome(_("%(count)s suspected pairs.") % {"count": found}, reverse("customers:duplicates"))


@register(actions.KEEP_POOL, N_("Look at idle customers"))
def keep_pool(job: JobHandle, *, on: str) -> Outcome:
    """Warn of customers that fall back into the public pool, and let fall back what was warned of."""
    day = date.fromisoformat(on)
    article = policy.pool_policy(day)
    if article is None or not (article.is_on and article.returns):
        return Outcome(_("There is no public pool idle customers fall back into."))
    warned, returned = actions.keep_pool(policy=article, on=day, job=job)
    return Outcome(
        _("%(warned)s warned, %(returned)s fell back.") % {"warned": warned, "returned": returned},
        reverse("customers:pool"),
    )
