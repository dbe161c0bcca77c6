"""Where a place is, as stored."""

import re

from qiao.kernel.errors import N_, RuleBroken
from qiao.kernel.geo import Datum, Point, convert

_SHORTEST_ADDRESS = 5


def stored_place(lat: float | None, lon: float | None, datum: Datum) -> tuple[float | None, float | None]:
    """Coordinates in degrees of a source's datum as WGS-84.

    Args:
        lat, lon: Degrees, or both None where the place is not known.
        datum: What the source writes them in.

    Raises:
        RuleBroken: Only one is given, or they are no place on earth.
    """
    if lat is None and lon is None:
        return None, None
    if lat is None or lon is None:
        raise RuleBroken(N_("Give latitude and longitude, or neither."), code="site_coordinates", field="lat")
    try:
        point = convert(Point(lat=lat, lon=lon), datum, Datum.WGS84)
    except ValueError:
        raise RuleBroken(
            N_("These coordinates are no place on earth."), code="site_coordinates", field="lat"
        ) from None
    return point.lat, point.lon


def place_key(address: str) -> str | None:
    """An address without what people write differently; None when it says too little to compare."""
    key = re.sub(r"[\W_]+", "", address).upper()
    return key if len(key) >= _SHORTEST_ADDRESS else None
