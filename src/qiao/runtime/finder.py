"""The search of the top bar: every source a person may ask, each with its best few."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from .contributions import QuickAction, SearchHit, SearchSource, list_for
from .frame import navigation_of
from .guard import limits
from .i18n import say
from .pages import render_page
from .records.showing import places_of
from .search import closeness, words_match

SHOWN_EACH = 5
SHORTEST = 1


def find(viewer: Any, text: str) -> list[dict[str, Any]]:
    """Hits of every source a person may ask, by source; sources without a hit are left out."""
    groups = []
    if len(text) >= SHORTEST:
        for source in list_for(SearchSource, viewer):
            if hits := source.find(viewer, text, SHOWN_EACH):
                groups.append(
                    {
                        "code": source.code,
                        "label": say(source.label),
                        "hits": hits,
                        "full": len(hits) == SHOWN_EACH,
                    }
                )
    return groups


def find_pages(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    """Pages of the navigation and things to begin that are called so, in either language."""
    with override("en"):
        english = {e.url: e.label for _group, entries in navigation_of(viewer, "") for e in entries}
    pages = [
        SearchHit(e.label, e.url, group) for group, entries in navigation_of(viewer, "") for e in entries
    ]
    for action in list_for(QuickAction, viewer):
        url = reverse(action.url_name)
        english[url] = action.label
        pages.append(SearchHit(say(action.label), url, _("Begin")))
    found = [hit for hit in pages if words_match(text, hit.title, english.get(hit.url, ""))]
    return sorted(found, key=lambda hit: closeness(text, name=hit.title))[:limit]


def search(request: HttpRequest) -> HttpResponse:
    """Hits by source: below the search field for htmx, as a page otherwise."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    viewer = request.viewer  # type: ignore[attr-defined]
    limits.check(request, "search", viewer.user_id)
    groups = find(viewer, text) if text else places_of(viewer)
    return render_page(request, "ui/search.html", {"text": text, "groups": groups}, part="ui/parts/hits.html")
