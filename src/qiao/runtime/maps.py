"""What a map shows, declared in Python; ``static/qiao/map.js`` draws it, ``{% map %}`` places it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings

from qiao.kernel.geo import Datum, Point, convert

Tone = Literal["good", "bad", "warn", "info", "neutral"]


@dataclass(frozen=True, slots=True)
class Marker:
    """A point.

    Attributes:
        latitude: WGS-84 degrees.
        longitude: WGS-84 degrees.
        label: Its name.
        value: Its figure, already written out, or empty.
        size: 0-1, relative area of the point.
        tone: Good, bad or neutral; the figure carries the meaning, the colour supports it.
        url: Where it leads, or empty.
    """

    latitude: float
    longitude: float
    label: str
    value: str = ""
    size: float = 0.2
    tone: Tone = "info"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """A map with points; the same points are listed in a table for readers who cannot see it.

    Attributes:
        title: What the points are and what their figure means.
        markers: The points.
        value_label: Heading of the figure in the table.
        height: small, normal or tall.
    """

    title: str
    markers: Sequence[Marker]
    value_label: str = ""
    height: Literal["small", "normal", "tall"] = "normal"

    def data(self) -> dict[str, Any]:
        """What the browser needs to draw it, positions in the datum of the tiles below them."""
        datum = Datum(settings.QIAO_TILE_DATUM) if settings.QIAO_TILE_URL else Datum.WGS84
        places = (convert(Point(m.latitude, m.longitude), Datum.WGS84, datum) for m in self.markers)
        return {
            "markers": [
                [place.lat, place.lon, m.label, m.value, max(0.0, min(1.0, m.size)), m.tone, m.url]
                for m, place in zip(self.markers, places, strict=True)
            ]
        }
