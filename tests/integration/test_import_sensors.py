"""`cityops sensors import`: the device registry from spreadsheets and maps, with every kind of mistake in it."""

from datetime import UTC, datetime
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from rich.console import Console
from typer.testing import CliRunner

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue
from cityops.command_line import app
from cityops.devices.sensors import Sensor
from cityops.geography.coordinates import wgs84_to_bd09, wgs84_to_gcj02
from cityops.imports import programs
from cityops.imports.findings import ImportRefused, Weight
from cityops.imports.geometry.places import NO_AREA
from cityops.imports.import_progress import PlainLines
from cityops.storage import Database
from cityops.storage.devices.registry import load_sensors
from cityops.storage.devices.stored_areas import store_areas

NOW = datetime(2026, 7, 30, 4, 0, tzinfo=UTC)
HEADER = "sensor,kind,name,lon,lat\n"
GOOD = "aq-1,air_station,人民广场,121.475,31.23\n"


@pytest.fixture
def city(database: Database) -> Database:
    """A city with a district and a street in it."""
    with database.transaction() as tx:
        store_areas(
            tx,
            [
                area("310000", AreaLevel.CITY, 121, 31, 122, 32),
                area("310101", AreaLevel.DISTRICT, 121.4, 31.2, 121.6, 31.3),
                area("310101001", AreaLevel.STREET, 121.47, 31.22, 121.48, 31.24),
                Area("310102", "无图形", AreaLevel.DISTRICT),
            ],
        )
    return database


def area(code: str, level: AreaLevel, west: float, south: float, east: float, north: float) -> Area:
    return Area(code, code, level, geometry=shapely.geometry.mapping(shapely.box(west, south, east, north)))


def import_file(
    database: Database,
    path: Path,
    catalogue: Catalogue,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    dry_run: bool = False,
    swap_axes: bool = False,
) -> programs.Result[Sensor]:
    return programs.import_sensors(
        database,
        programs.ImportSource(path, crs, encoding, swap_axes=swap_axes),
        catalogue=catalogue,
        order=programs.ImportOrder("tester", NOW, dry_run),
        reporter=PlainLines(Console(quiet=True)),
    )


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def stored(database: Database) -> dict[str, Sensor]:
    with database.transaction() as tx:
        return load_sensors(tx)


def audits(database: Database) -> int:
    with database.transaction() as tx:
        count: int = tx.value("SELECT count(*) FROM audit_log WHERE action = 'sensors.import' AND success")
        return count


def refusal(database: Database, path: Path, catalogue: Catalogue, *, crs: str | None = None) -> str:
    """Import a bad file; return why it is refused, having checked that nothing changed."""
    with pytest.raises(ImportRefused) as refused:
        import_file(database, path, catalogue, crs=crs)

    assert (stored(database), audits(database)) == ({}, 0)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_spreadsheet_is_read_in_any_of_its_encodings(
    city: Database, tmp_path: Path, catalogue: Catalogue, encoding: str
) -> None:
    import_file(city, write(tmp_path / "s.csv", HEADER + GOOD, encoding), catalogue)

    assert stored(city) == {
        "aq-1": Sensor("aq-1", "310101001", "environment", "air_station", "人民广场", 121.475, 31.23)
    }
    assert audits(city) == 1


def test_a_sensor_is_in_the_smallest_area_that_contains_it(
    city: Database, tmp_path: Path, catalogue: Catalogue
) -> None:
    places = {"a": (121.475, 31.23), "b": (121.5, 31.25), "c": (121.9, 31.9), "d": (121.4, 31.25)}
    rows = "".join(f"{name},air_station,{name},{lon},{lat}\n" for name, (lon, lat) in places.items())
    import_file(city, write(tmp_path / "s.csv", HEADER + rows), catalogue)

    assert {sensor_id: sensor.area for sensor_id, sensor in stored(city).items()} == {
        "a": "310101001",
        "b": "310101",
        "c": "310000",
        "d": "310101",
    }


def test_a_sensor_outside_every_area_is_reported_and_kept_apart(
    city: Database, tmp_path: Path, catalogue: Catalogue
) -> None:
    result = import_file(city, write(tmp_path / "s.csv", HEADER + GOOD + "far,air_station,远,100,40\n"), catalogue)

    assert [(finding.row, finding.code, finding.column) for finding in result.findings.of(Weight.WARNING)] == [
        (2, "far", "area")
    ]
    assert stored(city)["far"].area == NO_AREA


def test_a_city_without_areas_takes_sensors_too(database: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    import_file(database, write(tmp_path / "s.csv", HEADER + GOOD), catalogue)

    assert stored(database)["aq-1"].area == NO_AREA


def test_a_given_area_wins_and_an_unknown_one_is_reported(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    given = {"a": "310000", "b": "440101", "c": ""}
    rows = "".join(f"{name},air_station,{name},121.475,31.23,{code}\n" for name, code in given.items())
    result = import_file(city, write(tmp_path / "s.csv", HEADER.strip() + ",area\n" + rows), catalogue)

    assert [sensor.area for sensor in stored(city).values()] == ["310000", "440101", "310101001"]
    assert [(finding.row, finding.code, finding.column) for finding in result.findings.of(Weight.WARNING)] == [
        (2, "b", "area")
    ]


@pytest.mark.parametrize("in_column", [True, False])
def test_offset_coordinates_are_converted(
    city: Database, tmp_path: Path, catalogue: Catalogue, in_column: bool
) -> None:
    lon, lat = (degrees.item() for degrees in wgs84_to_bd09(np.array([121.475]), np.array([31.23])))
    header, tail = ("sensor,kind,name,lon,lat,crs\n", ",bd09") if in_column else (HEADER, "")
    path = write(tmp_path / "s.csv", f"{header}aq-1,air_station,人民广场,{lon},{lat}{tail}\n")
    import_file(city, path, catalogue, crs=None if in_column else "bd09")
    sensor = stored(city)["aq-1"]

    assert (sensor.lon, sensor.lat) == pytest.approx((121.475, 31.23), abs=1e-9)


def test_each_row_may_have_its_own_offset(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    lon, lat = (degrees.item() for degrees in wgs84_to_gcj02(np.array([121.475]), np.array([31.23])))
    rows = f"a,air_station,一,{lon},{lat},\nb,air_station,二,121.475,31.23,WGS84\n"
    import_file(city, write(tmp_path / "s.csv", "sensor,kind,name,lon,lat,crs\n" + rows), catalogue, crs="gcj02")

    assert [pytest.approx((121.475, 31.23), abs=1e-9)] * 2 == [
        (sensor.lon, sensor.lat) for sensor in stored(city).values()
    ]


@pytest.mark.parametrize("name", ["s.geojson", "s.gpkg", "s.shp"])
def test_points_of_a_map_are_sensors(city: Database, tmp_path: Path, catalogue: Catalogue, name: str) -> None:
    points = geopandas.GeoDataFrame(
        {"SENSOR": ["aq-1"], "Kind": ["air_station"], "name": ["人民广场"]},
        geometry=[shapely.MultiPoint([(121.475, 31.23)]) if name == "s.gpkg" else shapely.Point(121.475, 31.23)],
        crs="EPSG:4326",
    )
    points.to_crs("EPSG:4528" if name == "s.shp" else "EPSG:4326").to_file(tmp_path / name)
    import_file(city, tmp_path / name, catalogue)
    sensor = stored(city)["aq-1"]

    assert sensor.area == "310101001"
    assert (sensor.lon, sensor.lat) == pytest.approx((121.475, 31.23), abs=1e-8)


def test_projected_columns_are_converted(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    point = geopandas.GeoSeries([shapely.Point(121.475, 31.23)], crs="EPSG:4326").to_crs("EPSG:4528")[0]
    path = write(tmp_path / "s.csv", f"{HEADER}aq-1,air_station,人民广场,{point.x},{point.y}\n")
    import_file(city, path, catalogue, crs="4528")
    sensor = stored(city)["aq-1"]

    assert (sensor.lon, sensor.lat) == pytest.approx((121.475, 31.23), abs=1e-9)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("aq 2,air_station,二,121.4,31.2", "row 2, column sensor: 'aq 2' is no sensor id"),
        (",air_station,二,121.4,31.2", "row 2, column sensor: '' is no sensor id"),
        ("aq-1,air_station,二,121.4,31.2", "row 1 (aq-1), column sensor: aq-1 stands in rows 1, 2"),
        ("aq-2,teapot,二,121.4,31.2", "row 2 (aq-2), column kind: 'teapot' is no kind of the catalogue"),
        ("aq-2,air_station,,121.4,31.2", "row 2 (aq-2), column name: the name is empty"),
        ("aq-2,air_station,二,1214.7,31.2", "row 2 (aq-2), column lon: 1214.7 is outside -180 to 180"),
        ("aq-2,air_station,二,31.2,121.4", "row 2 (aq-2), column lat: 121.4 is outside -90 to 90"),
        ("aq-2,air_station,二,31.2,121.4", "in the wrong order, it seems: turn them round with --swap-axes"),
        (
            "aq-2,air_station,二,0,0",
            "row 2 (aq-2), column lon: 0, 0 is what a device says that does not know its place",
        ),
        ("aq-2,air_station,二,东,31.2", "row 2 (aq-2), column lon: '东' is no number"),
        ("aq-2,air_station,二,121.4,", "row 2 (aq-2), column lat: '' is no number"),
        ("aq-2,air_station,二,nan,31.2", "row 2 (aq-2), column lon: 'nan' is no number"),
        ("aq-2,air_station,二,inf,31.2", "row 2 (aq-2), column lon: 'inf' is no number"),
        ("aq-2,air_station,二,121.4", "row 2: 4 cells under a header of 5"),
        ('aq-2,air_station,"二,121.4,31.2', "s.csv is no CSV"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_stored(
    city: Database, tmp_path: Path, catalogue: Catalogue, row: str, expected: str
) -> None:
    assert expected in refusal(city, write(tmp_path / "s.csv", HEADER + GOOD + row + "\n"), catalogue)


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("area", "浦东", "row 1 (aq-1), column area: '浦东' is no string of 1 to 32 digits"),
        ("crs", "mars", "row 1 (aq-1), column crs: 'mars' is unknown. Use one of: wgs84, gcj02, bd09"),
    ],
)
def test_a_bad_optional_cell_is_named(
    city: Database, tmp_path: Path, catalogue: Catalogue, column: str, cell: str, expected: str
) -> None:
    text = f"{HEADER.strip()},{column}\n{GOOD.strip()},{cell}\n"

    assert expected in refusal(city, write(tmp_path / "s.csv", text), catalogue)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "s.csv is empty"),
        (HEADER, "there are no rows"),
        (
            "sensor,kind,name\naq-1,air_station,一\n",
            "column lon: there is no such column. The file has: sensor, kind, name",
        ),
        ("sensor,kind,name,lon,lat,lat\na,air_station,一,1,2,2\n", "a column stands twice in the header"),
    ],
)
def test_a_file_without_what_is_needed_is_refused(
    city: Database, tmp_path: Path, catalogue: Catalogue, text: str, expected: str
) -> None:
    assert expected in refusal(city, write(tmp_path / "s.csv", text), catalogue)


def test_a_missing_column_of_ours_is_to_be_renamed(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    path = write(tmp_path / "s.csv", HEADER.replace("sensor,", "sensor_id,") + GOOD)

    assert "Call sensor_id so" in refusal(city, path, catalogue)


def test_axes_the_other_way_round_are_turned(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    path = write(tmp_path / "s.csv", HEADER + "aq-1,air_station,人民广场,31.23,121.475\n")
    import_file(city, path, catalogue, swap_axes=True)

    assert (stored(city)["aq-1"].lon, stored(city)["aq-1"].lat) == (121.475, 31.23)


def test_a_sensor_far_from_all_others_is_told(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    rows = GOOD + "aq-2,air_station,二,121.48,31.24\naq-3,air_station,三,12.148,31.24\n"
    result = import_file(city, write(tmp_path / "s.csv", HEADER + rows), catalogue)

    assert ("aq-3", "12.1480, 31.2400") in [
        (finding.code, finding.detail) for finding in result.findings.of(Weight.WARNING)
    ]


def test_a_file_in_no_known_encoding_is_refused(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "s.csv").write_bytes(HEADER.encode() + b"aq-1,air_station,\xff\xff\xff,121.4,31.2\n")

    assert "Give --encoding" in refusal(city, tmp_path / "s.csv", catalogue)


def test_a_line_on_a_map_is_no_sensor(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    shapes = [shapely.Point(121, 31), shapely.LineString([(121, 31), (122, 32)])]
    frame = geopandas.GeoDataFrame(
        {"sensor": ["a", "b"], "kind": ["air_station", "air_station"], "name": ["一", "二"]},
        geometry=shapes,
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "s.geojson")

    assert "row 2 (b), column geometry: a LineString where a point is wanted" in refusal(
        city, tmp_path / "s.geojson", catalogue
    )


def test_a_kind_that_the_database_does_not_know_asks_for_the_migration(
    city: Database, tmp_path: Path, catalogue: Catalogue
) -> None:
    with city.transaction() as tx:
        tx.execute("DELETE FROM sensor_kind WHERE kind = 'air_station'")

    assert "Run `cityops db migrate` first" in refusal(city, write(tmp_path / "s.csv", HEADER + GOOD), catalogue)


def test_a_second_import_changes_only_what_differs(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    import_file(city, write(tmp_path / "s.csv", HEADER + GOOD + "b,air_station,二,121.5,31.25\n"), catalogue)
    again = write(tmp_path / "t.csv", HEADER + GOOD + "b,air_station,乙,121.5,31.25\nc,air_station,三,121.5,31.25\n")

    assert import_file(city, again, catalogue, dry_run=True).changes.counts() == {
        "new": 1,
        "changed": 1,
        "unchanged": 1,
    }
    assert set(stored(city)) == {"aq-1", "b"}

    import_file(city, again, catalogue)

    assert stored(city)["b"].name == "乙"


def test_quoted_commas_and_lines_stay_in_their_cell(city: Database, tmp_path: Path, catalogue: Catalogue) -> None:
    text = HEADER.replace("\n", "\r\n") + 'aq-1,air_station,"人民广场, 东",121.475,31.23\r\n\r\n'
    import_file(city, write(tmp_path / "s.csv", text), catalogue)

    assert stored(city)["aq-1"].name == "人民广场, 东"


def test_the_verb_imports_and_reports(
    city: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    path = str(write(tmp_path / "s.csv", HEADER + GOOD + "far,air_station,远,100,40\n"))
    preview = CliRunner().invoke(app, ["sensors", "import", path, "--dry-run"])

    assert (preview.exit_code, stored(city)) == (0, {})
    assert "warning: row 2 (far), column area: outside every area; stored in area 0" in preview.output

    done = CliRunner().invoke(app, ["sensors", "import", path])

    assert (done.exit_code, len(stored(city))) == (0, 2)
