"""Map files: written in each format and read back, empty ones too; what is missing is said."""

from importlib.util import find_spec
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

from cityops.geography import files
from cityops.geography.files import MapFileRefused, MapFormat, format_of, layer_bytes, require_writer, write_layer

HAS_PYARROW = find_spec("pyarrow") is not None
FORMATS = [
    MapFormat.GEOJSON,
    MapFormat.GPKG,
    pytest.param(MapFormat.PARQUET, marks=pytest.mark.skipif(not HAS_PYARROW, reason="the extra geoparquet")),
]
LAYER = GeoDataFrame(
    {
        "name": ["一号站", "二号站", "三号站"],
        "value": [1.5, None, -0.25],
        "time": pd.DatetimeIndex(["2026-05-01T12:00:00Z", "NaT", "2026-05-01T12:01:00Z"]),
        "fresh": [True, False, True],
    },
    geometry=[shapely.Point(121.4737, 31.2304), shapely.Point(-0.5, 0), shapely.Point(180, -45.25)],
    crs="EPSG:4326",
)


def read(path: Path) -> GeoDataFrame:
    return geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)


@pytest.mark.parametrize("chosen", FORMATS)
def test_a_layer_is_read_back_as_it_was(chosen: MapFormat, tmp_path: Path) -> None:
    path = tmp_path / f"sensors.{chosen}"

    write_layer(LAYER, path, name="sensors")

    found = read(path)
    assert found.crs == LAYER.crs
    assert found["name"].tolist() == LAYER["name"].tolist()
    assert found["value"].fillna(-999).tolist() == [1.5, -999, -0.25]
    assert pd.to_datetime(found["time"], utc=True).tolist()[::2] == LAYER["time"].tolist()[::2]
    assert found["fresh"].astype(bool).tolist() == [True, False, True]
    assert [(point.x, point.y) for point in found.geometry] == [(121.4737, 31.2304), (-0.5, 0), (180, -45.25)]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("chosen", FORMATS)
def test_an_empty_layer_is_a_file_with_its_columns(chosen: MapFormat, tmp_path: Path) -> None:
    path = tmp_path / f"alerts.{chosen}"

    path.write_bytes(layer_bytes(LAYER[:0], chosen, name="alerts"))

    found = read(path)
    assert len(found) == 0
    assert chosen is MapFormat.GEOJSON or set(found.columns) == set(LAYER.columns)


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "find_spec", lambda _: None)

    with pytest.raises(MapFileRefused, match=r"cityops\[geoparquet\]"):
        require_writer(MapFormat.PARQUET)
    require_writer(MapFormat.GPKG)


@pytest.mark.parametrize("name", ["sensors", "sensors.shp", "sensors.json"])
def test_an_ending_of_no_format_is_refused(name: str) -> None:
    with pytest.raises(MapFileRefused, match="ends in"):
        format_of(Path(name))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MapFileRefused, match="does not exist"):
        write_layer(LAYER, tmp_path / "nowhere" / "a.gpkg", name="a")
