"""A map from outside is read, and makes this machine open nothing else: no file, no address, no disk filled."""

import http.server
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest

from cityops.imports.files import archives
from cityops.imports.files.vector_files import read_vector
from cityops.imports.findings import Findings, ImportRefused
from tests.http_servers import answering

POINT = {"type": "Feature", "properties": {"code": "1"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
GOOD = json.dumps({"type": "FeatureCollection", "features": [POINT]})


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and what is asked there."""
    paths: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(GOOD.encode())

        def do_HEAD(self) -> None:
            self.do_GET()

    with answering(Listener) as port:
        yield f"http://127.0.0.1:{port}", paths


def vrt(source: str) -> str:
    layer = f"<SrcDataSource>{source}</SrcDataSource><SrcLayer>secret</SrcLayer>"
    return f'<OGRVRTDataSource><OGRVRTLayer name="secret">{layer}</OGRVRTLayer></OGRVRTDataSource>'


def gml(schema: str) -> str:
    return (
        '<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs"'
        ' xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="http://ogr.maptools.org/ {schema}">'
        '<gml:featureMember><ogr:a fid="1"><ogr:g><gml:Point srsName="EPSG:4326"><gml:pos>1 2</gml:pos></gml:Point>'
        "</ogr:g></ogr:a></gml:featureMember></wfs:FeatureCollection>"
    )


def test_a_file_of_another_format_under_a_good_name_is_refused(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    secret = tmp_path / "secret.geojson"
    secret.write_text(GOOD)
    for suffix in (
        ".geojson",
        ".json",
        ".kml",
        ".gml",
        ".tab",
        ".mif",
        ".fgb",
        ".gpkg",
        ".osm",
        ".vrt",
        ".csv",
        ".txt",
    ):
        for content in (
            vrt(str(secret)),
            vrt(f"{address}/a.geojson"),
            vrt(f"/vsicurl/{address}/a.geojson"),
            json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {secret}"}),
            f"<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>",
        ):
            evil = tmp_path / f"evil{suffix}"
            evil.write_text(content)
            with pytest.raises(ImportRefused):
                read_vector(evil, Findings("a"))
    assert paths == []


def test_a_schema_elsewhere_is_not_fetched(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    file = tmp_path / "a.gml"
    file.write_text(
        gml(f"{address}/wfs?SERVICE=WFS&amp;VERSION=1.1.0&amp;REQUEST=DescribeFeatureType&amp;typename=ogr:a")
    )
    read_vector(file, Findings("a"))

    assert paths == []


def test_a_table_of_other_tables_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.tab"
    file.write_text('!table\n!version 100\nopen table "/etc/passwd" hide\ncreate view a as select * from b\n')
    with pytest.raises(ImportRefused, match="one by one"):
        read_vector(file, Findings("a"))


def test_a_good_file_is_read_and_gdal_keeps_its_drivers(tmp_path: Path) -> None:
    before = pyogrio.list_drivers()
    (tmp_path / "a.geojson").write_text(GOOD)

    assert read_vector(tmp_path / "a.geojson", Findings("a")).columns["code"] == ["1"]
    assert pyogrio.list_drivers() == before


def test_an_archive_is_looked_at_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb, many, good = (tmp_path / name for name in ("bomb.zip", "many.zip", "good.zip"))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"\0" * (archives.SMALL + 1))
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(archives.MOST_FILES + 1):
            archive.writestr(f"{number}.txt", b"")
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("a.geojson", GOOD)
    written: list[Path] = []
    extract = zipfile.ZipFile.extractall

    def watched(archive: zipfile.ZipFile, folder: Path) -> None:
        written.append(folder)
        extract(archive, folder)

    monkeypatch.setattr(zipfile.ZipFile, "extractall", watched)
    for file in (bomb, many):
        with pytest.raises(ImportRefused, match="too large"):
            read_vector(file, Findings("a"))
    assert written == []
    assert read_vector(good, Findings("a")).columns["code"] == ["1"]
    monkeypatch.setattr(archives, "LARGEST", len(GOOD) - 1)
    with pytest.raises(ImportRefused, match="too large"):
        read_vector(good, Findings("a"))
