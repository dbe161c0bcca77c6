"""What every page's frame needs: navigation by role, the person, the language.

The frame is the same for everybody of a role at one place, but for name, address, form token and what waits unread: it
is rendered once for them and these are filled in.
"""

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .contributions import NavItem, door, list_registered
from .i18n import say


class Entry(NamedTuple):
    """An entry of the navigation as shown."""

    code: str
    label: str
    url: str
    icon: str
    here: bool
    counted: bool = False

    @property
    def count_mark(self) -> str:
        """Where the count of what waits is filled in; empty for an entry without one."""
        return f"q-fill-in-count-{self.code}" if self.counted else ""


Navigation = tuple[tuple[str, tuple[Entry, ...]], ...]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the person, and the address of map tiles."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or not viewer.is_known:
        return {"viewer": None, "tile_url": settings.QIAO_TILE_URL}
    end_look = {"end_look_url": door("end_look")} if viewer.looked_at_by else {}
    return {"viewer": viewer, "tile_url": settings.QIAO_TILE_URL, **end_look}


def navigation_of(viewer: Any, path: str) -> Navigation:
    """Navigation entries this person may open, by group, with the one he is at marked."""
    offered = _offered(get_language() or "", viewer.rights, viewer.profile)
    # The longest address wins: the audit's pages stand below the address of its first one.
    around = [e.url for _group, entries in offered for e in entries if _is_within(path, e.url)]
    here = max(around, key=len, default="")
    return tuple(
        (group, tuple(e._replace(here=True) if e.url == here else e for e in entries))
        for group, entries in offered
    )


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


@lru_cache(maxsize=200)
def _offered(_language: str, rights: frozenset[str], profile: str) -> Navigation:
    groups: dict[str, list[Entry]] = {}
    for item in list_registered(NavItem):
        if (item.right == "" or item.right in rights) and (item.profiles is None or profile in item.profiles):
            entry = Entry(
                item.code, say(item.label), _address(item.url_name), item.icon, False, item.count is not None
            )
            groups.setdefault(say(item.group) if item.group else "", []).append(entry)
    return tuple((label, tuple(entries)) for label, entries in groups.items())


def frame_part(template: str, request: HttpRequest, viewer: Any, csrf_token: Any) -> SafeString:
    """A template of the frame with this request's name, address and form token.

    Args:
        template: Reads ``viewer``, ``navigation``, ``path`` and the three texts that are filled in.
        request: The request.
        viewer: The person, or None.
        csrf_token: The form token of the request.
    """
    path = request.path
    navigation = navigation_of(viewer, path) if viewer else ()
    place = path if path in {"/", _address("me")} else ""
    text = _render(template, get_language() or "", navigation, place, viewer is not None)
    post = " · ".join(filter(None, (viewer.unit_name, viewer.role_name))) if viewer else ""
    values = {
        "name": viewer.name if viewer else "",
        "post": post,
        "address": request.get_full_path(),
        "token": str(csrf_token),
    }
    text = _FILLED_IN.sub(lambda found: escape(values[found[1]]), text)
    return mark_safe(_COUNTED.sub(lambda found: _count(request, viewer, found[1]), text))


_FILLED_IN = re.compile("q-fill-in-(name|post|address|token)")
_COUNTED = re.compile("q-fill-in-count-([a-z_]+)")
MOST_COUNTED = 99


def _count(request: HttpRequest, viewer: Any, code: str) -> str:
    """How many wait unread at an entry, asked once a request: sidebar and bottom bar both tell it."""
    counts = request.__dict__.setdefault("navigation_counts", {})
    if code not in counts:
        item = next(item for item in list_registered(NavItem) if item.code == code)
        counts[code] = item.count(viewer) if item.count else 0
    n = counts[code]
    if not n:
        return ""
    shown = f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n)
    spoken = escape(_("%(n)s unread") % {"n": shown})
    return f'<b class="q-unread"><span aria-hidden="true">{shown}</span><span class="visually-hidden"> {spoken}</span></b>'


@lru_cache(maxsize=1000)
def _render(template: str, _language: str, navigation: Navigation, place: str, known: bool) -> str:
    context = {
        "known": known,
        "navigation": navigation,
        "place": place,
        "name": "q-fill-in-name",
        "post": "q-fill-in-post",
        "address": "q-fill-in-address",
        "csrf_token": "q-fill-in-token",
    }
    return str(get_template(template).render(context))


@cache
def _address(url_name: str) -> str:
    """Addresses of navigation entries never change while the server runs."""
    return reverse(url_name)
