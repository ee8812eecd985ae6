"""`cityops city import`: every kind of file that a city has, and every kind of mistake in it."""

import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from rich.console import Console
from shapely.geometry.base import BaseGeometry
from typer.testing import CliRunner

from cityops.areas import Area, AreaLevel
from cityops.command_line import app
from cityops.geography.coordinates import wgs84_to_gcj02
from cityops.imports import programs
from cityops.imports.areas.area_table import AreaColumns
from cityops.imports.findings import ImportRefused, Weight
from cityops.imports.import_progress import PlainLines
from cityops.storage import Database
from cityops.storage.devices.stored_areas import load_areas, store_areas

NOW = datetime(2026, 7, 30, 4, 0, tzinfo=UTC)
COLUMNS = AreaColumns("code", "name")
HUANGPU, XUHUI = shapely.box(121.4, 31.2, 121.5, 31.3), shapely.box(121.3, 31.1, 121.4, 31.2)
BOWTIE = shapely.Polygon([(121, 31), (121.1, 31.1), (121.1, 31), (121, 31.1)])
SHANGHAI = shapely.box(121, 31, 122, 32)

Rows = Sequence[tuple[Any, str, BaseGeometry | None]]
TWO: Rows = [("310101", "黄浦区", HUANGPU), ("310104", "徐汇区", XUHUI)]


def frame(rows: Rows, crs: str | None = "EPSG:4326") -> geopandas.GeoDataFrame:
    codes, names, shapes = zip(*rows, strict=True)
    return geopandas.GeoDataFrame({"code": codes, "name": names}, geometry=list(shapes), crs=crs)


def write(path: Path, rows: Rows = TWO, **options: Any) -> Path:
    frame(rows).to_file(path, **options)
    return path


def import_file(
    database: Database,
    path: Path,
    *,
    level: AreaLevel = AreaLevel.DISTRICT,
    columns: AreaColumns = COLUMNS,
    dry_run: bool = False,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    swap_axes: bool = False,
    change_levels: bool = False,
) -> programs.Result[Area]:
    return programs.import_areas(
        database,
        programs.ImportSource(path, crs, encoding, layer, swap_axes),
        level=level,
        columns=columns,
        order=programs.ImportOrder("tester", NOW, dry_run),
        reporter=PlainLines(Console(quiet=True)),
        change_levels=change_levels,
    )


def stored(database: Database) -> dict[str, Area]:
    with database.transaction() as tx:
        return load_areas(tx)


def stored_shape(database: Database, code: str) -> BaseGeometry:
    geometry = stored(database)[code].geometry
    assert geometry is not None
    return shapely.geometry.shape(geometry)


def audited(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as tx:
        return tx.rows("SELECT actor, action, object, at, detail FROM audit_log ORDER BY audit_id")


def refusal(database: Database, path: Path, **options: Any) -> str:
    """Import a bad file; return why it is refused, having checked that nothing changed."""
    with pytest.raises(ImportRefused) as refused:
        import_file(database, path, **options)

    assert (stored(database), audited(database)) == ({}, [])
    return str(refused.value)


@pytest.mark.parametrize("name", ["districts.geojson", "districts.gpkg", "districts.shp", "districts.fgb"])
def test_any_vector_format_is_stored_whole(database: Database, tmp_path: Path, name: str) -> None:
    import_file(database, write(tmp_path / name))
    areas = stored(database)

    assert sorted((area.code, area.name, area.level) for area in areas.values()) == [
        ("310101", "黄浦区", AreaLevel.DISTRICT),
        ("310104", "徐汇区", AreaLevel.DISTRICT),
    ]
    assert stored_shape(database, "310101").equals(HUANGPU)


def test_an_import_is_audited_with_its_counts(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "districts.geojson"))

    assert audited(database) == [
        {
            "actor": "tester",
            "action": "city.import",
            "object": "districts.geojson",
            "at": NOW,
            "detail": {
                "level": "district",
                "crs": "as in the file",
                "new": 2,
                "changed": 0,
                "unchanged": 0,
                "repairs": 0,
                "warnings": 2,  # both stand at the top until their city comes
            },
        }
    ]


def test_a_dry_run_tells_the_same_and_stores_nothing(database: Database, tmp_path: Path) -> None:
    result = import_file(database, write(tmp_path / "districts.geojson"), dry_run=True)

    assert result.changes.counts() == {"new": 2, "changed": 0, "unchanged": 0}
    assert (stored(database), audited(database)) == ({}, [])


def test_a_second_import_changes_only_what_differs(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "districts.geojson"))
    again = write(tmp_path / "again.geojson", [TWO[0], ("310104", "徐汇", XUHUI), ("310105", "长宁区", BOWTIE)])
    result = import_file(database, again)

    assert [
        [area.code for area in areas]
        for areas in (result.changes.new, result.changes.changed, result.changes.unchanged)
    ] == [["310105"], ["310104"], ["310101"]]
    assert stored(database)["310104"].name == "徐汇"


@pytest.mark.parametrize("declared", [None, "GBK", "936", "nonsense"])
def test_a_shapefile_in_gbk_is_read_whatever_it_declares(
    database: Database, tmp_path: Path, declared: str | None
) -> None:
    path = write(tmp_path / "districts.shp", encoding="GBK")
    path.with_suffix(".cpg").unlink()
    if declared is not None:
        path.with_suffix(".cpg").write_text(declared)
    import_file(database, path)

    assert stored(database)["310101"].name == "黄浦区"


def test_a_guessed_encoding_is_told(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.shp", encoding="GBK")
    path.with_suffix(".cpg").unlink()
    result = import_file(database, path)

    assert [finding.text for finding in result.findings.of(Weight.WARNING) if not finding.row] == [
        "read as GB18030; give --encoding if names look wrong"
    ]


def test_the_encoding_can_be_given(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.shp", [("310101", "黃浦區", HUANGPU)], encoding="BIG5")
    path.with_suffix(".cpg").write_text("GBK")
    import_file(database, path, encoding="big5")

    assert stored(database)["310101"].name == "黃浦區"


@pytest.mark.parametrize("declared", ["BIG5", "950"])
def test_what_a_shapefile_declares_is_tried_first(database: Database, tmp_path: Path, declared: str) -> None:
    """Big5 can be read as GB18030 too, and gives other characters."""
    path = write(tmp_path / "districts.shp", [("310101", "黃浦區", HUANGPU)], encoding="BIG5")
    path.with_suffix(".cpg").write_text(declared)
    import_file(database, path)

    assert stored(database)["310101"].name == "黃浦區"


def test_text_that_the_given_encoding_cannot_read_is_refused(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.shp", encoding="GBK")

    assert "is not in UTF-8, as --encoding says" in refusal(database, path, encoding="UTF-8")


def test_text_in_no_encoding_that_is_tried_is_refused_with_others_to_try(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.geojson")
    path.write_bytes(path.read_bytes().replace("黄浦区".encode(), b"\xff\xff"))

    assert "Give --encoding, such as BIG5, or export it in UTF-8" in refusal(database, path)


def test_an_unknown_encoding_is_refused(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.shp")

    assert "--encoding klingon is unknown" in refusal(database, path, encoding="klingon")


@pytest.mark.parametrize("folder", ["", "上海/"])
def test_a_zipped_shapefile_in_gbk_is_read(database: Database, tmp_path: Path, folder: str) -> None:
    path = write(tmp_path / "区划.shp", encoding="GBK")
    zipped = tmp_path / "districts.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for file in tmp_path.glob("区划.*"):
            # Windows writes names in GBK without saying so; they are read as CP437.
            archive.write(file, (folder + file.name).encode("gbk").decode("cp437"))
    path.unlink()
    import_file(database, zipped)

    assert stored(database)["310101"].name == "黄浦区"


def test_a_zip_with_several_data_sets_is_refused_naming_them(database: Database, tmp_path: Path) -> None:
    zipped = tmp_path / "all.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for name in ("a.geojson", "b.geojson"):
            archive.write(write(tmp_path / name), name)

    assert "a.geojson, b.geojson" in refusal(database, zipped)


def test_the_layer_of_a_geopackage_can_be_chosen(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "city.gpkg", layer="districts")
    write(path, [("310101001", "外滩", HUANGPU)], layer="streets")

    assert "has several layers. It has: districts, streets. Name one with --layer" in refusal(database, path)
    assert "has no layer roads. It has: districts, streets." in refusal(database, path, layer="roads")

    import_file(database, path, layer="districts")

    assert set(stored(database)) == {"310101", "310104"}


def test_a_file_without_geometries_is_refused_naming_what_it_has(database: Database, tmp_path: Path) -> None:
    pyogrio.write_dataframe(frame(TWO).drop(columns="geometry"), tmp_path / "city.gpkg", layer="people")

    assert "has no layer with geometries, only people" in refusal(database, tmp_path / "city.gpkg")


def test_gcj02_is_converted_vertex_by_vertex(database: Database, tmp_path: Path) -> None:
    shifted = shapely.transform(HUANGPU, lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1])))
    import_file(database, write(tmp_path / "amap.geojson", [("310101", "黄浦区", shifted)]), crs="gcj02")
    polygon = stored_shape(database, "310101")

    # GeoJSON is written with 7 decimals, a centimetre; the offset is half a kilometre.
    assert polygon.normalize().equals_exact(HUANGPU.normalize(), 2e-7)
    assert audited(database)[0]["detail"]["crs"] == "gcj02"


@pytest.mark.parametrize("given", [None, "EPSG:4528", "4528"])
def test_a_projected_file_is_converted_by_what_it_says_or_what_is_given(
    database: Database, tmp_path: Path, given: str | None
) -> None:
    path = tmp_path / "cgcs2000.shp"
    frame(TWO).to_crs("EPSG:4528").to_file(path)
    if given is not None:
        path.with_suffix(".prj").unlink()
    import_file(database, path, crs=given)
    polygon = stored_shape(database, "310101")

    assert polygon.normalize().equals_exact(HUANGPU.normalize(), 1e-8)


def test_a_file_without_system_is_refused(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.shp")
    path.with_suffix(".prj").unlink()

    assert "Copy districts.prj beside it, or give --crs" in refusal(database, path)


def test_a_polygon_that_crosses_itself_is_stored_repaired_and_reported(database: Database, tmp_path: Path) -> None:
    result = import_file(database, write(tmp_path / "a.geojson", [*TWO, ("310105", "长宁区", BOWTIE)]))

    assert [
        (finding.row, finding.code, finding.column, finding.text) for finding in result.findings.of(Weight.REPAIR)
    ] == [(3, "310105", "geometry", "repaired: Self-intersection")]
    assert shapely.is_valid(stored_shape(database, "310105"))


def test_a_ring_that_is_not_closed_is_closed_and_reported(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson")
    content = json.loads(path.read_text())
    content["features"][1]["geometry"]["coordinates"][0].pop()
    path.write_text(json.dumps(content))
    result = import_file(database, path)

    assert [(finding.row, finding.text) for finding in result.findings.of(Weight.REPAIR)] == [
        (2, "a ring was not closed; it is now")
    ]
    assert stored_shape(database, "310104").equals(XUHUI)


@pytest.mark.parametrize("codes", [(310101, 310104), (310101.0, 310104.0)])
def test_numbers_are_codes_too(database: Database, tmp_path: Path, codes: tuple[Any, Any]) -> None:
    import_file(database, write(tmp_path / "a.gpkg", [(codes[0], "黄浦区", HUANGPU), (codes[1], "徐汇区", XUHUI)]))

    assert set(stored(database)) == {"310101", "310104"}


def test_leading_zeros_of_text_stay(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "a.geojson", [("010", "一号网格", HUANGPU)]))

    assert set(stored(database)) == {"010"}


def test_numbers_of_different_lengths_are_suspected_of_lost_zeros(database: Database, tmp_path: Path) -> None:
    result = import_file(database, write(tmp_path / "a.gpkg", [(10101, "一", HUANGPU), (310104, "二", XUHUI)]))

    assert [finding.column for finding in result.findings.of(Weight.WARNING) if not finding.row] == ["code"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*TWO, ("310101", "黄浦", XUHUI)], "row 1 (310101), column code: 310101 stands in rows 1, 3"),
        ([*TWO, ("浦东", "浦东新区", XUHUI)], "row 3, column code: '浦东' is no string"),
        ([*TWO, (None, "浦东新区", XUHUI)], "row 3, column code: the code is empty"),
        ([*TWO, ("0", "外", XUHUI)], "row 3, column code: 0 is kept for sensors outside every area"),
        ([*TWO, ("310115", "", XUHUI)], "row 3 (310115), column name: the name is empty"),
        ([*TWO, ("310115", "浦东", shapely.Point(1, 1))], "row 3 (310115), column geometry: a Point is no area"),
        ([*TWO, ("310115", "浦东", shapely.LineString([(1, 1), (2, 2)]))], "column geometry: a LineString is no area"),
        (
            [*TWO, ("310115", "浦东", shapely.box(31, 121, 32, 122))],
            "row 3 (310115), column geometry: the coordinates have",
        ),
        (
            [*TWO, ("310115", "浦东", shapely.box(3e5, 3e6, 4e5, 4e6))],
            "row 3 (310115), column geometry: the coordinates are no",
        ),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_stored(
    database: Database, tmp_path: Path, rows: Rows, expected: str
) -> None:
    said = refusal(database, write(tmp_path / "districts.geojson", rows))

    assert expected in said
    assert said.startswith("districts.geojson is refused, nothing was stored:")
    assert said.endswith("Correct them and import the file again.")


def test_all_bad_rows_are_named_at_once(database: Database, tmp_path: Path) -> None:
    rows: Rows = [("x", "一", HUANGPU), ("310104", "", XUHUI), ("310105", "三", shapely.Point(1, 1))]
    said = refusal(database, write(tmp_path / "districts.geojson", rows))

    assert all(place in said for place in ("row 1, column code", "row 2 (310104), column name", "row 3 (310105)"))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("cut.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Fea', "cut.geojson cannot be read"),
        ("noise.shp", bytes(200), "noise.shp cannot be read"),
        ("noise.zip", b"PK\x03\x04 and then nothing", "noise.zip cannot be unpacked"),
        ("empty.geojson", b'{"type": "FeatureCollection", "features": []}', "there are no rows"),
        ("points.json", b"[1, 2, 3]", "points.json cannot be read"),
    ],
)
def test_a_broken_file_is_refused(database: Database, tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(content)

    assert expected in refusal(database, tmp_path / name)


def test_a_shapefile_cut_short_is_refused(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.shp")
    path.write_bytes(path.read_bytes()[:-60])

    assert "row 2 (310104), column geometry: there is no geometry" in refusal(database, path)


@pytest.mark.parametrize("suffix", [".dbf", ".shx"])
def test_a_shapefile_without_a_part_names_what_is_missing(database: Database, tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / "districts.shp")
    path.with_suffix(suffix).unlink()

    assert f"districts.shp cannot be read: districts{suffix} not found" in refusal(database, path)


def test_one_part_of_a_shapefile_is_refused_naming_the_one_to_give(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "districts.shp")

    assert "Give districts.shp instead" in refusal(database, path.with_suffix(".dbf"))


def test_a_missing_file_is_refused(database: Database, tmp_path: Path) -> None:
    assert "does not exist" in refusal(database, tmp_path / "districts.shp")


def test_a_missing_column_is_named_with_those_that_are_there(database: Database, tmp_path: Path) -> None:
    said = refusal(database, write(tmp_path / "a.geojson"), columns=AreaColumns("PAC", "name", name_en="en"))

    assert "column PAC: there is no such column. The file has: code, name. Name one of them" in said
    assert "column en: there is no such column" in said


def test_a_column_written_otherwise_is_suggested(database: Database, tmp_path: Path) -> None:
    said = refusal(database, write(tmp_path / "a.geojson"), columns=AreaColumns("CODE", "name"))

    assert "column CODE: there is no such column. The file has: code, name. Did you mean code?" in said


def told(result: programs.Result[Area], weight: Weight = Weight.WARNING) -> list[tuple[str, str]]:
    return [(finding.code, finding.text) for finding in result.findings.of(weight)]


def test_a_code_that_is_stored_at_another_level_is_refused_naming_both(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "districts.gpkg"))
    with pytest.raises(ImportRefused) as refused:
        import_file(database, tmp_path / "districts.gpkg", level=AreaLevel.STREET)

    assert "rows 1 (310101), 2 (310104), column level" in str(refused.value)
    assert "stored as a district and would become a street" in str(refused.value)
    assert {area.level for area in stored(database).values()} == {AreaLevel.DISTRICT}


def test_a_level_changes_when_it_is_allowed_and_is_told(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "districts.gpkg"))
    result = import_file(database, tmp_path / "districts.gpkg", level=AreaLevel.STREET, change_levels=True)

    assert ("310101", "the code was stored as a district and becomes a street") in told(result)
    assert {area.level for area in stored(database).values()} == {AreaLevel.STREET}


def test_the_same_outline_under_two_codes_is_told(database: Database, tmp_path: Path) -> None:
    begins_elsewhere = shapely.Polygon([(121.5, 31.3), (121.4, 31.3), (121.4, 31.2), (121.5, 31.2)])
    result = import_file(database, write(tmp_path / "a.gpkg", [*TWO, ("310199", "黄浦", begins_elsewhere)]))
    (finding,) = [found for found in result.findings.of(Weight.WARNING) if found.column == "geometry"]

    assert (finding.row, finding.code, finding.detail) == (1, "310101", "310101 黄浦区 = 310199 黄浦 (row 3)")

    again = import_file(database, write(tmp_path / "b.gpkg", [("310198", "新黄浦", HUANGPU)]))

    assert "310198 新黄浦 = 310101 黄浦区 (stored)" in {found.detail for found in again.findings.of(Weight.WARNING)}


def test_one_outline_may_stand_at_two_levels(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "city.gpkg", [("310000", "上海市", HUANGPU)]), level=AreaLevel.CITY)
    result = import_file(database, write(tmp_path / "a.gpkg", [("310101", "黄浦区", HUANGPU)]))

    assert told(result) == []


@pytest.mark.parametrize("level", [AreaLevel.PROVINCE, AreaLevel.CITY])
def test_the_top_of_a_tree_is_not_told(database: Database, tmp_path: Path, level: AreaLevel) -> None:
    path = write(tmp_path / "top.gpkg", [("310000", "上海市", SHANGHAI)])

    assert told(import_file(database, path, level=level)) == []
    assert told(import_file(database, path, level=level)) == []


def test_districts_that_come_before_their_city_are_told_and_get_it_when_it_comes(
    database: Database, tmp_path: Path
) -> None:
    before = import_file(database, write(tmp_path / "districts.gpkg"))
    grid = shapely.box(121.6, 31.22, 121.61, 31.23)
    import_file(database, write(tmp_path / "grids.gpkg", [("77001", "综合网格", grid)]), level=AreaLevel.GRID)
    city = import_file(database, write(tmp_path / "city.gpkg", [("310000", "上海市", SHANGHAI)]), level=AreaLevel.CITY)
    areas = stored(database)

    assert [text for _, text in told(before)] == [
        "nothing above it is stored yet; it stands at the top until the area above it is imported"
    ] * 2
    assert {areas[code].parent for code in ("310101", "310104", "77001")} == {"310000"}
    assert sorted(area.code for area in city.changes.changed) == ["310101", "310104", "77001"]
    assert "310101 黄浦区 stood at the top" in {found.detail for found in city.findings.of(Weight.REPAIR)}


def test_a_nearer_parent_takes_over_when_it_comes(database: Database, tmp_path: Path) -> None:
    wide = shapely.box(120, 30, 123, 33)
    import_file(database, write(tmp_path / "province.gpkg", [("320000", "江苏省", wide)]), level=AreaLevel.PROVINCE)
    import_file(database, write(tmp_path / "a.gpkg", [("320102", "玄武区", HUANGPU)]))
    import_file(database, write(tmp_path / "city.gpkg", [("320100", "南京市", SHANGHAI)]), level=AreaLevel.CITY)
    areas = stored(database)

    assert (areas["320102"].parent, areas["320100"].parent) == ("320100", "320000")


def test_the_parent_is_found_by_code(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "city.gpkg", [("310000", "上海市", SHANGHAI)]), level=AreaLevel.CITY)
    import_file(database, write(tmp_path / "districts.gpkg"))

    assert stored(database)["310101"].parent == "310000"


def test_the_parent_is_found_by_where_it_lies(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "districts.gpkg"))
    grid = shapely.box(121.42, 31.22, 121.43, 31.23)
    import_file(database, write(tmp_path / "grids.gpkg", [("77001", "综合网格", grid)]), level=AreaLevel.GRID)

    assert stored(database)["77001"].parent == "310101"


def test_an_area_with_nothing_above_it_is_reported(database: Database, tmp_path: Path) -> None:
    import_file(database, write(tmp_path / "districts.gpkg"))
    result = import_file(
        database,
        write(tmp_path / "streets.gpkg", [("440101001", "远方", shapely.box(1, 1, 2, 2))]),
        level=AreaLevel.STREET,
    )

    assert [(finding.row, finding.code, finding.column) for finding in result.findings.of(Weight.WARNING)] == [
        (1, "440101001", "parent")
    ]
    assert stored(database)["440101001"].parent is None


def with_parents(path: Path, parents: Sequence[str | None]) -> Path:
    frame(TWO).assign(above=list(parents)).to_file(path)
    return path


def test_the_parent_column_wins(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        store_areas(tx, [Area("310000", "上海市", AreaLevel.CITY), Area("990000", "自定", AreaLevel.CITY)])
    columns = AreaColumns("code", "name", parent="above")
    import_file(database, with_parents(tmp_path / "a.geojson", ["990000", None]), columns=columns)
    areas = stored(database)

    assert (areas["310101"].parent, areas["310104"].parent) == ("990000", None)


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        (["310000", None], "row 1 (310101), column above: the parent 310000 is neither stored nor in this file"),
        (["310104", "310101"], "rows 1 (310101), 2 (310104), column parent: the area would lie below itself"),
        (["310101", None], "row 1 (310101), column parent: the area would lie below itself"),
        (["上海", None], "row 1 (310101), column above: '上海' is no string of 1 to 32 digits"),
    ],
)
def test_a_bad_parent_is_named(
    database: Database, tmp_path: Path, parents: Sequence[str | None], expected: str
) -> None:
    columns = AreaColumns("code", "name", parent="above")

    assert expected in refusal(database, with_parents(tmp_path / "a.geojson", parents), columns=columns)


def test_the_english_name_is_stored(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    frame(TWO).assign(en=["Huangpu", None]).to_file(path)
    import_file(database, path, columns=AreaColumns("code", "name", name_en="en"))
    areas = stored(database)

    assert (areas["310101"].name_en, areas["310104"].name_en) == ("Huangpu", "")


@pytest.fixture
def runner(database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    return CliRunner()


ARGUMENTS = ["--level", "district", "--code-column", "code", "--name-column", "name"]


def test_the_verb_shows_a_preview_and_then_imports(runner: CliRunner, database: Database, tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.geojson", [*TWO, ("310105", "长宁区", BOWTIE)]))
    preview = runner.invoke(app, ["city", "import", path, *ARGUMENTS, "--dry-run"])

    assert (preview.exit_code, stored(database)) == (0, {})
    assert "repair: row 3 (310105), column geometry: repaired: Self-intersection" in preview.output
    assert "310101 黄浦区" in preview.output
    assert "Nothing was stored: this was a dry run." in preview.output

    done = runner.invoke(app, ["city", "import", path, *ARGUMENTS])

    assert (done.exit_code, len(stored(database))) == (0, 3)
    assert "storing 3 areas" in done.output.splitlines()


def test_the_verb_ends_with_an_error_and_changes_nothing(runner: CliRunner, database: Database, tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.geojson", [*TWO, TWO[0]]))
    failed = runner.invoke(app, ["city", "import", path, *ARGUMENTS])

    assert failed.exit_code == 1
    assert isinstance(failed.exception, ImportRefused)
    assert stored(database) == {}
