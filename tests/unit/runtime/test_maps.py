"""Positions are drawn in the datum of the tiles below them."""

import pytest

from qiao.runtime.maps import Map, Marker

TIANANMEN = Map("Places", [Marker(39.908823, 116.397470, "天安门")])


def drawn(settings, url: str, datum: str) -> list[float]:
    settings.QIAO_TILE_URL, settings.QIAO_TILE_DATUM = url, datum
    return TIANANMEN.data()["markers"][0][:2]


def test_on_chinese_tiles_a_place_is_shifted_as_they_are(settings):
    assert drawn(settings, "https://tiles.invalid/{z}/{x}/{y}", "gcj02") == pytest.approx(
        [39.910226, 116.403713], abs=2e-6
    )


@pytest.mark.parametrize(("url", "datum"), [("https://tiles.invalid/{z}/{x}/{y}", "wgs84"), ("", "gcj02")])
def test_elsewhere_and_on_the_blank_ground_it_stays_as_stored(settings, url, datum):
    assert drawn(settings, url, datum) == [39.908823, 116.397470]
