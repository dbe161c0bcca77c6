"""A list on a map: every place of a short one, squares with how many lie in them of a long one."""

from typing import Any

from django.utils.translation import gettext as _

from qiao.runtime import figures
from qiao.runtime.i18n import say
from qiao.runtime.maps import Map

from .declare import Places

MOST = 1000
SQUARES = 400


def describe_places(rows: Any, view: Places, *, title: str) -> dict[str, Any]:
    """What the map shows, and how many rows have a place; two or three queries.

    Args:
        rows: In scope, searched and filtered.
        view: The map.
        title: Of the list.
    """
    count = view.count(rows)
    markers: Any = []
    if count <= MOST:
        markers = view.gather(rows, MOST)
        label = say(str(view.value_label)) if view.value_label else ""
    else:
        label = _("How many")
        for degrees in (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0):
            markers = view.cluster(rows, degrees)
            if len(markers) <= SQUARES:
                break
    return {
        "any": True,
        "view": "map",
        "count": figures.number(count),
        "map": Map(title, markers, value_label=label, height="tall"),
        "placed": figures.number(count),
        "clustered": count > MOST,
        "squares": figures.number(len(markers)),
        "most": figures.number(MOST),
    }
