import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from cityops.geography.coordinates import wgs84_to_bd09, wgs84_to_gcj02
from cityops.imports.findings import Finding, Findings, ImportRefused, Weight
from cityops.imports.geometry.polygons import make_polygons, to_wgs84
from cityops.imports.geometry.systems import find_system

BOWTIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def made(*shapes: BaseGeometry | None) -> tuple[np.ndarray, list[Finding]]:
    findings = Findings("a.geojson")
    polygons = make_polygons(np.array(shapes, dtype=object), [f"1{n}" for n in range(len(shapes))], findings)
    return polygons, findings.all


def test_a_valid_polygon_is_turned_as_rfc_7946_wants_it_and_otherwise_kept() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])
    (polygon,), findings = made(clockwise)

    assert findings == []
    assert shapely.is_ccw(polygon.exterior)
    assert polygon.equals(clockwise)


def test_a_polygon_that_crosses_itself_is_repaired_and_reported_with_its_row() -> None:
    (_, polygon), findings = made(shapely.box(0, 0, 1, 1), BOWTIE)

    gained = "area 0 → 6154 km² (+6154)"  # the two halves of an 8 enclose nothing together
    assert findings == [Finding(Weight.REPAIR, "repaired: Self-intersection", 2, "11", "geometry", gained)]
    assert shapely.is_valid(polygon)
    assert polygon.area == pytest.approx(0.5)


@pytest.mark.parametrize("shape", [shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)])])
def test_a_point_or_line_is_refused_with_its_row(shape: BaseGeometry) -> None:
    (_, polygon), findings = made(shapely.box(0, 0, 1, 1), shape)

    text = f"a {shape.geom_type} is no area. Remove the row, or draw a polygon"
    assert polygon is None
    assert findings == [Finding(Weight.ERROR, text, 2, "11", "geometry")]


def test_of_a_mixed_geometry_the_polygons_are_kept_and_the_rest_is_reported() -> None:
    inner = shapely.GeometryCollection([shapely.box(2, 0, 3, 1), shapely.Point(9, 9)])
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (9, 9)]), inner])
    (polygon,), findings = made(mixed)

    assert [(finding.weight, finding.text) for finding in findings] == [
        (Weight.REPAIR, "left out what is no polygon (LineString, Point)")
    ]
    assert polygon.geom_type == "MultiPolygon"
    assert polygon.area == pytest.approx(2)


def test_the_area_that_a_repair_gains_is_told() -> None:
    hole_outside = shapely.Polygon(shapely.box(0, 0, 1, 1).exterior, [shapely.box(3, 0, 3.1, 1).exterior])
    _, findings = made(hole_outside)

    assert [(finding.text, finding.detail) for finding in findings] == [
        ("repaired: Hole lies outside shell", "area 1.108e+04 → 1.354e+04 km² (+2462)")
    ]


@pytest.mark.parametrize(
    ("inside", "reason", "change"),
    [
        (BOWTIE, "Self-intersection", "area 1.231e+04 → 1.846e+04 km² (+6154)"),
        (shapely.box(2, 0, 3, 1), "parts that overlap", "area 2.462e+04 → 1.231e+04 km² (-1.231e+04)"),
    ],
)
def test_a_repair_inside_a_collection_is_told_with_its_area(inside: BaseGeometry, reason: str, change: str) -> None:
    (polygon,), findings = made(shapely.GeometryCollection([shapely.box(2, 0, 3, 1), inside]))

    assert [(finding.weight, finding.text, finding.detail) for finding in findings] == [
        (Weight.REPAIR, f"repaired inside a collection: {reason}", change)
    ]
    assert shapely.is_valid(polygon)


def test_a_collection_of_polygons_without_surface_is_refused() -> None:
    (polygon,), findings = made(shapely.GeometryCollection([shapely.Polygon([(0, 0), (1, 1), (0, 0)])]))

    assert polygon is None
    assert [finding.weight for finding in findings] == [Weight.ERROR]


def test_a_polygon_without_surface_is_refused() -> None:
    _, findings = made(shapely.Polygon([(0, 0), (1, 1), (0, 0)]))

    assert [finding.weight for finding in findings] == [Weight.ERROR]
    assert findings[0].text.startswith("the polygon has no surface")


@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
def test_a_row_without_geometry_is_refused(shape: BaseGeometry | None) -> None:
    (polygon,), findings = made(shape)

    assert polygon is None
    assert [finding.weight for finding in findings] == [Weight.ERROR]


@pytest.mark.parametrize(("crs", "forward"), [("gcj02", wgs84_to_gcj02), ("BD09", wgs84_to_bd09)])
def test_every_vertex_is_converted(crs: str, forward: object) -> None:
    truth = shapely.box(121, 31, 122, 32) - shapely.box(121.4, 31.4, 121.6, 31.6)
    shifted = shapely.transform(truth, lambda xy: np.column_stack(forward(xy[:, 0], xy[:, 1])))  # type: ignore[operator]
    (back,) = to_wgs84(np.array([shifted]), find_system(crs, in_file=None), ["1"], Findings("a"))

    assert not shifted.equals_exact(truth, 1e-4)
    assert back.equals_exact(truth, 1e-12)


def test_the_offset_of_projected_tiles_is_undone_after_the_projection() -> None:
    truth = np.array([[121.5272106], [31.1774276]])
    shifted = np.radians(np.array(wgs84_to_gcj02(truth[0], truth[1])))
    mercator = 6378137 * np.array([shifted[0], np.log(np.tan(np.pi / 4 + shifted[1] / 2))])
    lon, lat = find_system("gcj02", in_file="EPSG:3857").to_wgs84(*mercator)

    assert pytest.approx(truth, abs=1e-9) == np.array([lon, lat])


def test_metres_without_their_system_are_refused_with_the_row() -> None:
    findings = Findings("a")
    shapes = np.array([shapely.box(121, 31, 122, 32), shapely.box(500_000, 3_400_000, 501_000, 3_401_000)])
    to_wgs84(shapes, find_system("4326", in_file=None), ["1", "2"], findings)

    assert [(finding.row, finding.code, finding.column) for finding in findings.all] == [(2, "2", "geometry")]


@pytest.mark.parametrize(
    ("crs", "shape"),
    [
        ("4326", shapely.box(31, 121, 32, 122)),  # no latitude at all
        ("4490", shapely.box(43, 87, 44, 88)),  # degrees in either order, but not of China
        ("4549", shapely.box(3_400_000, 500_000, 3_401_000, 501_000)),  # northing first, as surveyors write
    ],
)
def test_axes_in_the_wrong_order_are_refused_with_the_option_that_turns_them(crs: str, shape: BaseGeometry) -> None:
    system, findings = find_system(crs, in_file=None), Findings("a")
    to_wgs84(np.array([shape]), system, ["1"], findings)

    assert [(found.weight, found.row) for found in findings.all] == [(Weight.ERROR, 1)]
    assert "--swap-axes" in findings.all[0].text

    findings = Findings("a")
    (turned,) = to_wgs84(np.array([shape]), system.turned(), ["1"], findings)

    assert findings.all == []
    assert shapely.box(80, 25, 130, 50).contains(turned)


def test_a_place_that_the_projection_is_not_made_for_is_told() -> None:
    findings = Findings("a")
    to_wgs84(np.array([shapely.box(2, 48, 3, 49)]), find_system("4490", in_file=None), ["1"], findings)

    assert [found.weight for found in findings.all] == [Weight.WARNING]
    assert "lies outside of what" in findings.all[0].text


@pytest.mark.parametrize("wanted", ["99999999", "mars", "EPSG:"])
def test_an_unknown_system_is_refused(wanted: str) -> None:
    with pytest.raises(ImportRefused, match="Give --crs an EPSG code"):
        find_system(wanted, in_file=None)


def test_a_file_without_system_is_refused_when_none_is_given() -> None:
    with pytest.raises(ImportRefused, match="Give --crs"):
        find_system(None, in_file=None)
