import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.geo import Datum, Point, convert, distance_km

in_china = st.builds(Point, st.floats(18, 53), st.floats(75, 134))


def test_distance_from_beijing_to_shanghai():
    assert distance_km(Point(39.9042, 116.4074), Point(31.2304, 121.4737)) == pytest.approx(1067.3, abs=0.5)


def test_a_quarter_of_the_way_round_the_earth():
    assert distance_km(Point(0, 0), Point(0, 90)) == pytest.approx(10007.557, abs=0.01)


def test_tiananmen_on_a_chinese_map():
    shifted = convert(Point(39.908823, 116.397470), Datum.WGS84, Datum.GCJ02)
    assert (shifted.lat, shifted.lon) == (
        pytest.approx(39.910226, abs=2e-6),
        pytest.approx(116.403713, abs=2e-6),
    )


@given(in_china)
def test_the_shift_inside_china_is_some_hundred_metres(point):
    assert 0.02 < distance_km(point, convert(point, Datum.WGS84, Datum.GCJ02)) < 1.0


@given(in_china, st.sampled_from(list(Datum)), st.sampled_from(list(Datum)))
def test_there_and_back_is_the_same_place_within_a_decimetre(point, source, target):
    assert distance_km(point, convert(convert(point, source, target), target, source)) < 1e-4


def test_outside_china_the_datums_agree():
    des_moines = Point(41.5868, -93.6250)
    assert convert(des_moines, Datum.WGS84, Datum.BD09) == des_moines


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0)])
def test_there_is_no_such_place(lat, lon):
    with pytest.raises(ValueError, match="no such place"):
        Point(lat, lon)
