"""Customers of a list on the map."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.customers import queries
from qiao.runtime import figures
from qiao.runtime.maps import Marker


def markers(rows: Any, limit: int) -> list[Marker]:
    """A point for each main site with coordinates."""
    return [
        Marker(
            p["lat"], p["lon"], p["name"], value=p["tier"], url=reverse("customers:customer", args=[p["id"]])
        )
        for p in queries.list_map_points(rows, limit)
    ]


def squares(rows: Any, degrees: float) -> list[Marker]:
    """A circle for each square of so many degrees, its area by how many main sites lie in it."""
    found = queries.count_places(rows, degrees)
    largest = max((count for _lat, _lon, count in found), default=1)
    return [
        Marker(lat, lon, _("Customers"), value=figures.number(count), size=max(0.04, count / largest))
        for lat, lon, count in found
    ]
