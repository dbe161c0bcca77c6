"""Coordinates in the three datums met in China, and distance.

Positions are stored as WGS-84 with the datum of their source kept. Chinese maps shift them: GCJ-02 by
300–500 m (a published obfuscation polynomial), BD-09 by some more on top. Outside China the datums agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import asin, atan2, cos, fabs, isfinite, pi, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
_KRASOVSKY_AXIS_M = 6378245.0
_KRASOVSKY_ECCENTRICITY = 0.00669342162296594323
_BD_PI = pi * 3000.0 / 180.0


class Datum(StrEnum):
    """Which system a pair of coordinates is written in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees; which datum it is in, the holder knows."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lat) and isfinite(self.lon) and abs(self.lat) <= 90 and abs(self.lon) <= 180):
            raise ValueError(f"no such place: latitude {self.lat}, longitude {self.lon}")


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance by the haversine formula; both points in the same datum."""
    half_lat = radians(b.lat - a.lat) / 2
    half_lon = radians(b.lon - a.lon) / 2
    h = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def convert(point: Point, source: Datum, target: Datum) -> Point:
    """Rewrite a position of datum ``source`` in datum ``target``; exact to well under a metre both ways."""
    if source == target:
        return point
    if source == Datum.BD09:
        return convert(_bd_to_gcj(point), Datum.GCJ02, target)
    if target == Datum.BD09:
        return _gcj_to_bd(convert(point, source, Datum.GCJ02))
    return _wgs_to_gcj(point) if source == Datum.WGS84 else _gcj_to_wgs(point)


def _is_shifted(point: Point) -> bool:
    """Whether the obfuscation applies here: the customary box around China."""
    return 72.004 <= point.lon <= 137.8347 and 0.8293 <= point.lat <= 55.8271


def _wave(x: float) -> float:
    return (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0


def _shift_lat(x: float, y: float) -> float:
    plain = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x))
    slow = (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    slower = (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    return plain + _wave(x) + slow + slower


def _shift_lon(x: float, y: float) -> float:
    plain = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x))
    slow = (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    slower = (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return plain + _wave(x) + slow + slower


def _wgs_to_gcj(point: Point) -> Point:
    if not _is_shifted(point):
        return point
    x, y = point.lon - 105.0, point.lat - 35.0
    flattening = 1 - _KRASOVSKY_ECCENTRICITY * sin(radians(point.lat)) ** 2
    root = sqrt(flattening)
    metres_per_lat = _KRASOVSKY_AXIS_M * (1 - _KRASOVSKY_ECCENTRICITY) / (flattening * root) * pi / 180.0
    metres_per_lon = _KRASOVSKY_AXIS_M / root * cos(radians(point.lat)) * pi / 180.0
    return Point(
        point.lat + _shift_lat(x, y) / metres_per_lat,
        point.lon + _shift_lon(x, y) / metres_per_lon,
    )


def _gcj_to_wgs(point: Point) -> Point:
    """Invert by fixed-point iteration: the shift changes slowly, so five rounds leave nothing measurable."""
    guess = point
    for _ in range(5):
        shifted = _wgs_to_gcj(guess)
        guess = Point(guess.lat + point.lat - shifted.lat, guess.lon + point.lon - shifted.lon)
    return guess


def _gcj_to_bd(point: Point) -> Point:
    if not _is_shifted(point):
        return point
    reach = sqrt(point.lon**2 + point.lat**2) + 0.00002 * sin(point.lat * _BD_PI)
    angle = atan2(point.lat, point.lon) + 0.000003 * cos(point.lon * _BD_PI)
    return Point(reach * sin(angle) + 0.006, reach * cos(angle) + 0.0065)


def _bd_to_gcj(point: Point) -> Point:
    if not _is_shifted(point):
        return point
    guess = Point(point.lat - 0.006, point.lon - 0.0065)
    for _ in range(5):
        shifted = _gcj_to_bd(guess)
        guess = Point(guess.lat + point.lat - shifted.lat, guess.lon + point.lon - shifted.lon)
    return guess
