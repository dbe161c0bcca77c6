"""The staffing watch in the API."""

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Router, Schema

from qiao.kernel.errors import Incomplete, NotFound
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.requests import Request

from .. import access
from . import staffing as page

router = Router()


class VerdictOut(Schema):
    """A unit by one rule. ``light``: good, warn, bad, unknown, nothing; ``missing`` says why there is no figure."""

    unit_id: int
    rule: str
    title: str
    light: str
    value: Decimal | None
    missing: str | None
    part: Decimal | None
    whole: Decimal | None
    unknown: int


class WatchOut(Schema):
    """Every unit judged. ``missing``: no article is in force."""

    on: date
    missing: str | None
    verdicts: list[VerdictOut]


class PersonBehind(Schema):
    """A person a rule counts."""

    id: int
    name: str
    code: str
    unit: str
    role: str


class GroupBehind(Schema):
    """People a rule counts; ``hidden`` where their ages may not be known."""

    label: str
    hidden: bool
    rows: list[PersonBehind]


class WhyOut(VerdictOut):
    """A verdict with the article, the place in it and the people behind."""

    article: str
    version: int
    place: str
    groups: list[GroupBehind]


class KindOut(Schema):
    """Mean pay of an employment kind in a group."""

    name: str
    people: int
    mean_yuan: Decimal | None
    missing: str
    to_highest: Decimal | None


class PayGroupOut(Schema):
    """People of one post and score."""

    post: str
    score: str
    kinds: list[KindOut]


class PayOut(Schema):
    """Pay by employment kind; ``missing`` says why there is nothing to compare."""

    month: str | None
    missing: str
    groups: list[PayGroupOut]


def _verdict(found: Any, unit: int, rule: Any) -> dict[str, Any]:
    one = found.verdicts[unit, rule.code]
    gone = isinstance(one.value, Incomplete)
    return {
        "unit_id": unit, "rule": rule.code, "title": page.title_of(rule.title), "light": one.light,
        "value": None if gone else one.value, "missing": say_error(one.value) if gone else None,
        "part": one.part, "whole": one.whole, "unknown": one.unknown,
    }  # fmt: skip


@router.get("/staffing", response=WatchOut, summary="Units against what is watched of their staff")
def staffing(request: Request) -> Any:
    found = page.watch_of(request.viewer)
    if isinstance(found, Incomplete):
        return {"on": clock.today(), "missing": say_error(found), "verdicts": []}
    verdicts = [_verdict(found, unit, rule) for unit in found.units for rule in found.rules]
    return {"on": found.on, "missing": None, "verdicts": verdicts}


@router.get("/staffing/pay", response=PayOut, summary="Pay by employment kind at equal post and score")
def pay(request: Request) -> Any:
    found = page.pay_of(request.viewer)
    for group in found["groups"]:
        for kind in group["kinds"]:
            kind["mean_yuan"] = None if kind["missing"] else kind["mean"]
    return found


@router.get("/staffing/{int:unit_id}/{rule}", response=WhyOut, summary="Why a unit's light is as it is")
def staffing_why(request: Request, unit_id: int, rule: str) -> Any:
    access.check_staffing_of(request.viewer, unit_id)
    found = page.watch_of(request.viewer, rule)
    one = None if isinstance(found, Incomplete) else found.rule(rule)
    if isinstance(found, Incomplete) or one is None or (unit_id, rule) not in found.verdicts:
        raise NotFound
    return {
        **_verdict(found, unit_id, one), "article": found.policy.article.code, "version": found.policy.version,
        "place": one.place, "groups": page.people_behind(request.viewer, one, unit_id, found),
    }  # fmt: skip
