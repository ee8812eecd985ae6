"""`cityops roads import`: the roads of a real city, whatever they are called, and the detectors that stand on them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from rich.console import Console
from typer.testing import CliRunner

from cityops.command_line import app
from cityops.devices.sensors import Sensor
from cityops.imports.changes import RoadResult
from cityops.imports.findings import ImportRefused, Weight
from cityops.imports.import_progress import PlainLines
from cityops.imports.programs import ImportOrder, ImportSource
from cityops.imports.roads import road_program
from cityops.imports.roads.road_table import RoadColumns
from cityops.map_features import Layer, MapFeature
from cityops.standards.tpi import Road
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensors, registry_fingerprint
from cityops.storage.devices.stored_areas import load_features

NOW = datetime(2026, 7, 30, 4, 0, tzinfo=UTC)
WEST, EAST = shapely.LineString([(121.40, 31.2), (121.45, 31.2)]), shapely.LineString([(121.45, 31.2), (121.50, 31.2)])
NORTH = shapely.LineString([(121.45, 31.2), (121.45, 31.3)])

OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="31.2" lon="121.40"/><node id="2" lat="31.2" lon="121.45"/><node id="3" lat="31.2" lon="121.50"/>
<node id="4" lat="31.3" lon="121.45"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="trunk"/><tag k="name" v="延安高架路"/></way>
<way id="2"><nd ref="2"/><nd ref="3"/><tag k="highway" v="trunk"/><tag k="name" v="延安高架路"/></way>
<way id="3"><nd ref="2"/><nd ref="4"/><tag k="highway" v="residential"/></way>
<way id="4"><nd ref="3"/><nd ref="4"/><tag k="waterway" v="river"/></way>
</osm>"""


@pytest.fixture
def city(database: Database) -> Database:
    places = {"on": (121.46, 31.2005), "off": (121.46, 31.22)}
    detectors = [
        Sensor(name, "0", "traffic", "traffic_detector", name, lon, lat) for name, (lon, lat) in places.items()
    ]
    with database.transaction() as tx:
        register_sensors(tx, detectors, NOW)
    return database


def import_file(database: Database, path: Path, *maps: str, dry_run: bool = False, **columns: Any) -> RoadResult:
    return road_program.import_roads(
        database,
        ImportSource(path),
        columns=RoadColumns(**{"road_class": "highway", "name": "name"} | columns),
        class_map=maps,
        order=ImportOrder("tester", NOW, dry_run),
        reporter=PlainLines(Console(quiet=True)),
    )


def write(path: Path, rows: Sequence[tuple[str | None, str | None, shapely.Geometry]], column: str = "highway") -> Path:
    classes, names, shapes = zip(*rows, strict=True)
    frame = geopandas.GeoDataFrame({column: classes, "name": names}, geometry=list(shapes), crs="EPSG:4326")
    frame.to_file(path)
    return path


def roads(database: Database) -> list[MapFeature]:
    with database.transaction() as tx:
        return [feature for feature in load_features(tx) if feature.layer is Layer.ROAD]


def test_an_openstreetmap_extract_is_read_and_its_pieces_are_joined(city: Database, tmp_path: Path) -> None:
    (tmp_path / "city.osm").write_text(OSM)
    result = import_file(city, tmp_path / "city.osm")
    (road,) = roads(city)

    assert (road.kind, road.name) == ("expressway", "延安高架路")
    assert shapely.geometry.shape(road.geometry).equals(shapely.line_merge(shapely.union_all([WEST, EAST])))
    assert result.findings.of(Weight.WARNING)[0].text.endswith("left out: residential (1)")


def test_detectors_are_snapped_and_those_that_stand_on_no_road_are_told(city: Database, tmp_path: Path) -> None:
    result = import_file(city, write(tmp_path / "a.gpkg", [("primary", "中山路", WEST), ("primary", "中山路", EAST)]))

    assert (result.detectors, result.on_roads) == (2, 1)
    assert result.measured[Road.MAIN] == pytest.approx(2.4, abs=0.01)
    (told,) = result.findings.of(Weight.WARNING)
    assert told.text == "detectors with no road within 150 m do not count for the index"
    assert told.detail == "off (2217 m)"


@pytest.mark.parametrize(
    ("value", "road_class"),
    [("motorway_link", "expressway"), ("Primary", "main"), ("tertiary", "minor"), ("快速路", "expressway"),
     ("次干道", "minor"), ("main", "main"), ("branch", "minor")],
)  # fmt: skip
def test_the_classes_of_others_are_known(city: Database, tmp_path: Path, value: str, road_class: str) -> None:
    import_file(city, write(tmp_path / "a.gpkg", [(value, "一", WEST)], "CLASS"), road_class="CLASS")

    assert [road.kind for road in roads(city)] == [road_class]


def test_a_class_of_the_city_is_mapped(city: Database, tmp_path: Path) -> None:
    rows = [("41000", "一", WEST), ("residential", "二", NORTH)]
    import_file(city, write(tmp_path / "a.gpkg", rows), "41000=main", "residential=minor")

    assert sorted(road.kind for road in roads(city)) == ["main", "minor"]


@pytest.mark.parametrize(
    ("rows", "maps", "expected"),
    [
        ([("footway", "一", WEST)], [], "no row is a line with a known class"),
        ([("primary", "一", shapely.Point(1, 1))], [], "no row is a line with a known class"),
        ([("primary", "一", WEST)], ["primary=fast"], "Give value=class; the classes are expressway, main, minor"),
        ([("primary", "一", shapely.LineString([(31.2, 121.4), (31.2, 121.5)]))], [], "--swap-axes"),
    ],
)
def test_a_file_without_roads_is_refused_and_the_network_stays(
    city: Database, tmp_path: Path, rows: Any, maps: list[str], expected: str
) -> None:
    import_file(city, write(tmp_path / "good.gpkg", [("primary", "中山路", WEST)]))
    with pytest.raises(ImportRefused) as refused:
        import_file(city, write(tmp_path / "bad.gpkg", rows), *maps)

    assert expected in str(refused.value)
    assert [road.name for road in roads(city)] == ["中山路"]


def test_a_missing_class_column_is_named_with_those_that_are_there(city: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [("primary", "中山路", WEST)], "fclass")

    with pytest.raises(ImportRefused, match=r"column highway: there is no such column\. The file has: fclass, name"):
        import_file(city, path)


def test_the_new_network_replaces_the_old_and_is_seen_at_once(city: Database, tmp_path: Path) -> None:
    import_file(city, write(tmp_path / "a.gpkg", [("primary", "中山路", WEST)]))
    with city.transaction() as tx:
        before = registry_fingerprint(tx)
    result = import_file(city, write(tmp_path / "b.gpkg", [("trunk", "延安路", WEST)]))
    with city.transaction() as tx:
        after = registry_fingerprint(tx)

    assert (result.replaced, [road.name for road in roads(city)]) == (1, ["延安路"])
    assert before != after


def test_a_dry_run_tells_the_same_and_stores_nothing(city: Database, tmp_path: Path) -> None:
    result = import_file(city, write(tmp_path / "a.gpkg", [("primary", "中山路", EAST)]), dry_run=True)

    assert (result.on_roads, roads(city)) == (1, [])


def test_the_verb_reports_classes_and_detectors(
    city: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    path = write(tmp_path / "a.gpkg", [("primary", "中山路", EAST)])
    done = CliRunner().invoke(app, ["roads", "import", str(path), "--name-column", "name"])

    assert done.exit_code == 0, done.output
    assert "1 of 2 traffic detectors stand on a road" in done.output
    assert "Stored." in done.output
