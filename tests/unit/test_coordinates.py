"""GCJ-02 and BD-09 there and back, against the published test points of docs/reference/standards.md#coordinates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.geography.coordinates import Crs, arrays_to_wgs84, to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

# lon, lat in WGS-84, GCJ-02 and BD-09; columns Shanghai, Shenzhen, Beijing, and the fourth point.
WGS84 = np.array([[121.5272106, 113.912316, 116.377817, 121.0917077], [31.1774276, 22.543847, 39.911954, 30.6107779]])
GCJ02 = np.array(
    [
        [121.531541859, 113.917176481, 116.384047225, 121.09626927850977],
        [31.175303984, 22.540796132, 39.913345455, 30.608604368560773],
    ]
)
BD09 = np.array(
    [
        [121.538015686, 113.923684729, 116.390454713, 121.10271724622564],
        [31.181328607, 22.546667438, 39.919575551, 30.61484575976839],
    ]
)
FORWARD_TOLERANCE = 1e-6  # degrees: implementations differ by the axis they use
METRES_PER_DEGREE = 111_320

china = given(lon=st.floats(73.1, 137), lat=st.floats(1.5, 55))


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return METRES_PER_DEGREE * math.hypot(east, lat - other_lat)


def test_gcj02_of_the_published_points() -> None:
    shifted = np.array(wgs84_to_gcj02(*WGS84))

    assert pytest.approx(GCJ02, abs=FORWARD_TOLERANCE, rel=0) == shifted


def test_the_offset_has_the_published_digits() -> None:
    """The reference rows carry nine decimals and more; with the Krasovsky axis we agree with all of them."""
    assert pytest.approx(GCJ02, abs=1e-9, rel=0) == np.array(wgs84_to_gcj02(*WGS84))


def test_bd09_of_the_published_points() -> None:
    shifted = np.array(wgs84_to_bd09(*WGS84))

    assert pytest.approx(BD09, abs=FORWARD_TOLERANCE, rel=0) == shifted


@pytest.mark.parametrize(("column", "shift"), [(0, 474.92), (1, 603.53), (2, 553.44)])
def test_the_shift_in_metres(column: int, shift: float) -> None:
    point, shifted = WGS84[:, column], np.array(wgs84_to_gcj02(*WGS84))[:, column]

    assert metres(*point, *shifted) == pytest.approx(shift, rel=0.005)


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
def test_the_inverse_errs_by_less_than_a_hundred_millionth_of_a_metre(crs: Crs) -> None:
    forward = {Crs.GCJ02: wgs84_to_gcj02, Crs.BD09: wgs84_to_bd09}[crs]
    x, y = forward(*WGS84)
    back = np.array(arrays_to_wgs84(x, y, crs))

    assert [point for point in zip(*WGS84, *back, strict=True) if metres(*point) >= 1e-8] == []


@pytest.mark.parametrize(("crs", "column"), [(Crs.GCJ02, GCJ02), (Crs.BD09, BD09)])
def test_the_published_points_lead_back(crs: Crs, column: np.ndarray) -> None:
    assert pytest.approx(WGS84, abs=1e-8, rel=0) == np.array(arrays_to_wgs84(column[0], column[1], crs))


@china
def test_gcj02_and_back_is_the_same_place_anywhere_in_china(lon: float, lat: float) -> None:
    x, y = wgs84_to_gcj02(np.array([lon]), np.array([lat]))

    assert metres(lon, lat, *to_wgs84(float(x[0]), float(y[0]), Crs.GCJ02)) < 1e-6


@china
def test_bd09_and_back_is_the_same_place_anywhere_in_china(lon: float, lat: float) -> None:
    x, y = wgs84_to_bd09(np.array([lon]), np.array([lat]))

    assert metres(lon, lat, *to_wgs84(float(x[0]), float(y[0]), Crs.BD09)) < 1e-6


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(-0.1278, 51.5074), (72.0039, 30), (137.8348, 30), (110, 0.8292), (110, 55.8272), (200, -100)],
)
def test_gcj02_outside_china_is_wgs84(lon: float, lat: float) -> None:
    x, y = wgs84_to_gcj02(np.array([lon]), np.array([lat]))

    assert (lon, lat) == (x[0], y[0])
    assert (lon, lat) == to_wgs84(lon, lat, Crs.GCJ02)


@pytest.mark.parametrize(("lon", "lat"), [(72.004, 30), (137.8347, 30), (110, 0.8293), (110, 55.8271)])
def test_the_edge_of_china_is_shifted(lon: float, lat: float) -> None:
    x, y = wgs84_to_gcj02(np.array([lon]), np.array([lat]))

    assert (lon, lat) != (x[0], y[0])


@pytest.mark.parametrize("lon", [math.nan, math.inf])
@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
def test_a_point_that_is_nowhere_stays_nowhere(crs: Crs, lon: float) -> None:
    assert math.isnan(to_wgs84(lon, 30, crs)[0])


def test_wgs84_is_returned_as_it_came() -> None:
    assert to_wgs84(121.5, 31.2, Crs.WGS84) == (121.5, 31.2)


@pytest.mark.parametrize("crs", Crs)
def test_one_point_gives_plain_floats(crs: Crs) -> None:
    """The database driver writes numpy's floats in a way that PostgreSQL refuses."""
    assert [float, float] == [type(degrees) for degrees in to_wgs84(121.5, 31.2, crs)]


def test_one_point_and_many_agree() -> None:
    many = np.array(arrays_to_wgs84(BD09[0], BD09[1], Crs.BD09))
    singly = np.array([to_wgs84(lon, lat, Crs.BD09) for lon, lat in BD09.T]).T

    assert pytest.approx(many, abs=1e-12, rel=0) == singly


def test_no_points_are_no_points() -> None:
    lon, lat = arrays_to_wgs84(np.array([]), np.array([]), Crs.GCJ02)

    assert (lon.size, lat.size) == (0, 0)
