"""The staffing watch: every unit with its lights, why each is as it is, the card for HR, and pay by employment kind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_, Incomplete, NotFound
from qiao.kernel.text import Text
from qiao.org import access as org_access
from qiao.org import queries as org
from qiao.rulebook.showing import article_parts
from qiao.runtime import clock, figures
from qiao.runtime.charts import Chart, Series
from qiao.runtime.i18n import is_chinese, pick, say, say_error
from qiao.runtime.pages import render_panel, render_part
from qiao.runtime.requests import Request

from .. import access, queries
from ..core.staffing import BAD, GOOD, NOTHING, UNKNOWN, WARN, Verdict

NO_ARTICLE = Incomplete(
    N_("No article on staffing is in force; the rulebook says what is watched."), {}, "no_article"
)
LIGHT_WORDS = {
    GOOD: (N_("in order"), "good"),
    WARN: (N_("near the limit"), "warn"),
    BAD: (N_("beyond the limit"), "bad"),
    UNKNOWN: (N_("not known"), "neutral"),
    NOTHING: (N_("nothing to judge"), "neutral"),
}
GROUP_WORDS = {
    "hit": N_("Who counts"),
    "unknown": N_("Of whom it is not noted"),
    "few": N_("Who shares the work"),
    "many": N_("Whose work is shared"),
}
MOST_PEOPLE = 60


def watch_of(viewer: Any, rule: str = "") -> queries.Watch | Incomplete:
    """The verdicts in a viewer's reach today, or that no article is in force.

    Args:
        viewer: Whose reach.
        rule: Only what stands in the same part of the article as this rule; everything when empty.

    Raises:
        NotAllowed: The right is missing.
    """
    reach = access.staffing_reach(viewer)
    policy = queries.find_watch(clock.today())
    return (
        NO_ARTICLE
        if policy is None
        else queries.judge_units(policy, reach, clock.today(), section=rule.partition("-")[0])
    )


def title_of(title: Text | str) -> str:
    """A rule's title in the reader's language."""
    return pick(title.zh, title.en) if isinstance(title, Text) else say(title)


def text_of(verdict: Verdict) -> str:
    """The figure of a verdict as it stands in its cell."""
    value = verdict.value
    if value is None or isinstance(value, Incomplete):
        return figures.MISSING
    if verdict.unit == "share":
        return figures.share(value)
    if verdict.unit == "money":
        return figures.amount(value)
    if verdict.unit == "to_one":
        return f"{figures.number(value, 1)} : 1"
    if verdict.unit == "people":
        return figures.number(value, 0)
    return figures.number(value, 2)


def describe(verdict: Verdict) -> dict[str, Any]:
    """A verdict with its words, for a cell or the panel."""
    word, tone = LIGHT_WORDS[verdict.light]
    missing = say_error(verdict.value) if isinstance(verdict.value, Incomplete) else ""
    return {
        "text": text_of(verdict),
        "tone": tone,
        "word": say(word),
        "missing": missing,
        "light": verdict.light,
    }


def staffing(request: Request) -> HttpResponse:
    """Units against what is watched of their staff."""
    found = watch_of(request.viewer)
    if isinstance(found, Incomplete):
        return render(request, "reports/staffing.html", {"missing": say_error(found)})
    tree = org.get_tree()
    context = {
        "rules": [title_of(rule.title) for rule in found.rules],
        "rows": [
            {
                "unit": unit,
                "name": org.unit_name(tree, unit),
                "cells": [
                    {**describe(found.verdicts[unit, rule.code]), "url": _why(unit, rule.code)}
                    for rule in found.rules
                ],
            }
            for unit in found.units
        ],
        "chart": chart_of(found),
        "parts": article_parts(found.policy),
        "today": found.on,
        "may_cost": request.viewer.can(org_access.LABOUR_COST),
    }
    return render(request, "reports/staffing.html", context)


def _why(unit: int, rule: str) -> str:
    return reverse("reports:staffing_why", args=[unit, rule])


def count_lights(found: queries.Watch) -> list[tuple[Any, Counter[str]]]:
    """How many units stand at each light, rule by rule."""
    return [
        (rule, Counter(found.verdicts[unit, rule.code].light for unit in found.units)) for rule in found.rules
    ]


def chart_of(found: queries.Watch) -> Chart | None:
    """Rules by the number of units beyond their limit, most first; None where every unit keeps every limit."""
    counted = [(title_of(rule.title), lights[BAD]) for rule, lights in count_lights(found) if lights[BAD]]
    if not counted:
        return None
    worst = sorted(counted, key=lambda pair: -pair[1])
    return Chart(
        _("Units beyond the limit, %(day)s") % {"day": figures.day(found.on)},
        [title for title, _number in worst],
        [Series(_("Units"), [number for _title, number in worst])],
        kind="ranked",
        unit=_("units"),
        axis=_("What is watched"),
        height="small",
    )


def staffing_why(request: Request, pk: int, rule: str) -> HttpResponse:
    """Why a unit's light is as it is: the rule, the figures, the people behind."""
    viewer = request.viewer
    access.check_staffing_of(viewer, pk)
    found = watch_of(viewer, rule)
    if isinstance(found, Incomplete):
        raise NotFound
    one = found.rule(rule)
    verdict = found.verdicts.get((pk, rule))
    if one is None or verdict is None:
        raise NotFound
    name = org.unit_name(org.get_tree(), pk)
    context = {
        "unit_name": name, "verdict": describe(verdict), "facts": facts_of(verdict), "at": one.place,
        "parts": article_parts(found.policy), "groups": people_behind(viewer, one, pk, found),
        "register": f"{reverse('org:register')}?unit={pk}", "rule_title": title_of(one.title),
    }  # fmt: skip
    return render_panel(request, title_of(one.title), "reports/staffing_why.html", context)


def facts_of(verdict: Verdict) -> list[tuple[str, str]]:
    """What the figure is made of."""
    money = verdict.unit == "money"
    lines = []
    for label, value in ((_("Counted"), verdict.part), (_("Of"), verdict.whole)):
        if value is not None:
            exact = (
                figures.amount(value)
                if money and isinstance(value, Decimal) and label == _("Counted")
                else figures.number(value)
            )
            lines.append((label, exact))
    if verdict.unknown:
        lines.append((_("Not noted"), figures.number(verdict.unknown)))
    return lines


def people_behind(viewer: Any, rule: queries.Rule, unit: int, found: queries.Watch) -> list[dict[str, Any]]:
    """The people a rule counts; where it counts ages, only for those who may know them."""
    if rule.counted is None:
        return []
    if getattr(rule.counted.row, "age_at_most", None) is not None and not org_access.may_know_ages(viewer):
        return [{"label": say(GROUP_WORDS["hit"]), "hidden": True, "rows": []}]
    groups = []
    for word, condition in rule.counted.counts.items():
        if word not in GROUP_WORDS:
            continue
        rows = queries.list_behind(condition, unit, found.on, MOST_PEOPLE + 1)
        groups.append(
            {
                "label": say(GROUP_WORDS[word]),
                "hidden": False,
                "more": len(rows) > MOST_PEOPLE,
                "rows": [_person(row) for row in rows[:MOST_PEOPLE]],
            }
        )
    return groups


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    language = "zh" if is_chinese() else "en"
    unit, role = (
        row[f"post__{part}__name_{language}"] or row[f"post__{part}__name_zh"]
        for part in ("unit", "role_type")
    )
    return {"id": row["id"], "name": row["name"], "code": row["code"], "unit": unit or "", "role": role or ""}


def staffing_card(request: Request) -> HttpResponse:
    """Rules with the number of units beyond and near their limits."""
    found = watch_of(request.viewer)
    if isinstance(found, Incomplete):
        return render_part(request, "reports/staffing_card.html", {"missing": say_error(found)})
    rows: list[dict[str, Any]] = [
        {"title": title_of(rule.title), "bad": lights[BAD], "warn": lights[WARN], "unknown": lights[UNKNOWN]}
        for rule, lights in count_lights(found)
    ]
    worst = sorted(rows, key=lambda row: (-row["bad"], -row["warn"]))
    return render_part(request, "reports/staffing_card.html", {"rows": worst, "units": len(found.units)})


def pay(request: Request) -> HttpResponse:
    """Pay by employment kind at equal post and score; says so plainly while nothing delivers pay."""
    compared = pay_of(request.viewer)
    return render(request, "reports/staffing_pay.html", compared)


def pay_of(viewer: Any) -> dict[str, Any]:
    """The comparison of the newest closed month, or why there is none.

    Raises:
        NotAllowed: The right is missing, or does not reach everybody.
    """
    access.check_pay(viewer)
    policy = queries.find_watch(clock.today())
    if policy is None:
        return {"missing": say_error(NO_ARTICLE), "groups": [], "month": None}
    found = queries.gather_pay(policy.body.least_people, clock.today())
    if isinstance(found, Incomplete):
        return {"missing": say_error(found), "groups": [], "month": None}
    return {
        "missing": "",
        "groups": _named(found.groups),
        "month": str(found.month),
        "source": say(found.source),
    }


def _named(groups: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "post": group.post,
            "score": group.score,
            "kinds": [
                {
                    "name": kind.employment,
                    "people": kind.people,
                    "mean": kind.mean_yuan,
                    "missing": say_error(kind.mean_yuan) if isinstance(kind.mean_yuan, Incomplete) else "",
                    "to_highest": kind.to_highest,
                }
                for kind in group.kinds
            ],
        }
        for group in groups
    ]
