"""What every page's frame needs: navigation by role, the person, the language."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from .contributions import NavItem, list_for
from .i18n import say


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: navigation entries this person may open, grouped, with the current one marked."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or not viewer.is_known:
        return {"viewer": None, "navigation": [], "tile_url": settings.QIAO_TILE_URL}
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in list_for(NavItem, viewer):
        url = _address(item.url_name)
        here = request.path == url or (url != "/" and request.path.startswith(url))
        entry = {"code": item.code, "label": say(item.label), "url": url, "icon": item.icon, "here": here}
        groups.setdefault(say(item.group) if item.group else "", []).append(entry)
    navigation = [{"label": label, "items": items} for label, items in groups.items()]
    return {"viewer": viewer, "navigation": navigation, "tile_url": settings.QIAO_TILE_URL}


@cache
def _address(url_name: str) -> str:
    """Addresses of navigation entries never change while the server runs."""
    return reverse(url_name)
