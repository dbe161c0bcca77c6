"""The search of the top bar in the API."""

from typing import Annotated, Any

from ninja import Query, Router, Schema

from . import finder
from .guard import limits
from .requests import Request
from .typed import Line

router = Router()


class HitOut(Schema):
    """One result; ``url`` is its page."""

    title: str
    url: str
    note: str


class HitsOut(Schema):
    """The best few results of one source; ``full``: there may be more."""

    code: str
    label: str
    full: bool
    hits: list[HitOut]


@router.get("", response=list[HitsOut], summary="Search customers, people and what else is in sight")
def search(request: Request, q: Annotated[Line, Query(max_length=100)]) -> Any:
    limits.check(request, "search", request.viewer.user_id)
    return finder.find(request.viewer, q)
