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


# Published with their projects' own tests: github.com/googollee/eviltransform (python/test.py) and
# github.com/wandergis/coordtransform (test/app.js). The last point of the first list is an answer of a map service's
# conversion interface, as an R package's tests keep it.
WGS_AND_GCJ = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
    (39.915, 116.404, 39.91640428150164, 116.41024449916938),
]
FROM_A_MAP_SERVICE = (39.90734, 116.39089, 39.90874539, 116.39713623)
GCJ_AND_BD = [(39.915, 116.404, 39.92133699351021, 116.41036949371029)]
BD_AND_GCJ = [(39.915, 116.404, 39.90865673957631, 116.39762729119315)]


def metres_apart(source, target, lat, lon, wanted_lat, wanted_lon):
    found = convert(Point(lat, lon), source, target)
    return distance_km(found, Point(wanted_lat, wanted_lon)) * 1000


@pytest.mark.parametrize("case", WGS_AND_GCJ)
def test_published_points_of_wgs_84_and_gcj_02_agree_both_ways(case):
    lat, lon, gcj_lat, gcj_lon = case
    assert metres_apart(Datum.WGS84, Datum.GCJ02, lat, lon, gcj_lat, gcj_lon) < 0.01
    assert metres_apart(Datum.GCJ02, Datum.WGS84, gcj_lat, gcj_lon, lat, lon) < 0.01


def test_a_map_services_own_answer_is_met_within_a_metre():
    assert metres_apart(Datum.WGS84, Datum.GCJ02, *FROM_A_MAP_SERVICE) < 1


@pytest.mark.parametrize("case", GCJ_AND_BD)
def test_published_points_of_bd_09_agree(case):
    assert metres_apart(Datum.GCJ02, Datum.BD09, *case) < 0.01


# Their way back is an approximation, ours inverts exactly: the two differ by less than two metres.
@pytest.mark.parametrize("case", BD_AND_GCJ)
def test_published_points_read_back_from_bd_09_agree_within_metres(case):
    assert metres_apart(Datum.BD09, Datum.GCJ02, *case) < 2


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
