"""A list asked for again, outside the page: by an edit of its cells, an export's job, an undo.

The list's own view answers, with the viewer's rights and reach of that moment: there is no second rule who sees what.
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from qiao.kernel.errors import NotFound

from .declare import Listing
from .state import State

LONGEST_ADDRESS = 4000


@dataclass(frozen=True)
class Opened:
    """A list as its view gave it: the declaration, the rows in reach, those narrowed by the address."""

    listing: Listing
    rows: Any
    narrowed: Any
    state: State
    title: str
    request: HttpRequest


@dataclass
class Asking:
    """Set on a request whose list is wanted instead of its page."""

    opened: list[Opened] = field(default_factory=list)


def open_list(address: str, *, viewer: Any, user: Any) -> Opened:
    """The list at an address of this house, as the viewer may see it now.

    Args:
        address: Path with query.
        viewer: Who looks, with rights and reach.
        user: His log-in.

    Raises:
        NotFound: There is no list at the address.
        NotAllowed: The viewer may not open it.
        RuleBroken: The address's query is damaged.
    """
    path, _mark, query = address.partition("?")
    if len(address) > LONGEST_ADDRESS:
        raise NotFound
    try:
        match = resolve(path)
    except Resolver404:
        raise NotFound from None
    asking = Asking()
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "QUERY_STRING": query, "REMOTE_ADDR": ""}
    request.GET = QueryDict(query)
    request.user = user
    request.viewer, request.htmx, request.list_asked = viewer, False, asking  # type: ignore[attr-defined]
    if match.namespace in _NOT_LISTS:
        raise NotFound
    match.func(request, *match.args, **match.kwargs)
    if not asking.opened:
        raise NotFound
    return asking.opened[0]


_NOT_LISTS = frozenset({"lists", "imports"})  # these ask for lists themselves
