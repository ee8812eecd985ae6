"""Files as they are written: piece by piece in flat memory, whole or not at all, with their digest."""

import csv
import gzip
import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sharing.files.columns import cells

BOM = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
PACKED = ".gz"  # beside each text file, for whoever takes it packed
Pieces = Iterable[Sequence[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is whole on the disk. `rows`: 0 where there was nothing to write, and there is no file."""

    size: int
    digest: str
    rows: int


def has_parquet() -> bool:
    """Whether the extra `open` is installed, which writes Parquet."""
    return find_spec("pyarrow") is not None


def write_csv(path: Path, columns: Sequence[str], pieces: Pieces, zone: ZoneInfo) -> Written:
    """Write RFC 4180 with BOM and CRLF, and the same packed beside it."""
    rows = 0
    with replacing(path) as part, replacing(path.with_name(path.name + PACKED)) as packed_part:
        with part.open("wb") as plain, gzip.GzipFile(packed_part, "wb", 6, mtime=0) as packed:

            def put(data: bytes) -> None:
                plain.write(data)
                packed.write(data)

            put(BOM + _lines([columns]))
            for piece in pieces:
                rows += len(piece)
                put(_lines(cells(row, zone) for row in piece))
            _settle(plain)
        written = _told(part, rows)
        if not rows:
            part.unlink()
            packed_part.unlink()
    return written


def write_parquet(path: Path, columns: Sequence[str], pieces: Pieces, _: ZoneInfo) -> Written:
    """Write GeoParquet 1.1: the columns, times in UTC, and the place of each row as WKB. Needs the extra `open`."""
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    kinds = {
        **dict.fromkeys(("time", "closed_at"), pyarrow.timestamp("us", tz="UTC")),
        **dict.fromkeys(("longitude", "latitude", "value", "limit", "mean", "low", "high"), pyarrow.float64()),
        **dict.fromkeys(("quality", "severity"), pyarrow.int16()),
        "count": pyarrow.int64(),
    }
    fields = [(name, kinds.get(name, pyarrow.string())) for name in columns]
    schema = pyarrow.schema([*fields, ("geometry", pyarrow.binary())])
    lon, lat = columns.index("longitude"), columns.index("latitude")
    box, rows = _Box(), 0
    with replacing(path) as part:
        with parquet.ParquetWriter(part, schema, compression="zstd") as writer:
            for piece in pieces:
                rows += len(piece)
                places = [box.point(row[lon], row[lat]) for row in piece]
                values = [list(column) for column in zip(*piece, strict=True)]
                writer.write_batch(pyarrow.record_batch([*values, places], schema=schema))
            writer.add_key_value_metadata({"geo": json.dumps(box.metadata())})
        with part.open("rb+") as file:
            _settle(file)
        written = _told(part, rows)
        if not rows:
            part.unlink()
    return written


def write_geojson(path: Path, features: Sequence[dict[str, Any]]) -> Written:
    """Write a FeatureCollection of RFC 7946, and the same packed beside it."""
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
    with replacing(path) as part, replacing(path.with_name(path.name + PACKED)) as packed_part:
        with part.open("wb") as plain:
            plain.write(content)
            _settle(plain)
        packed_part.write_bytes(gzip.compress(content, 6, mtime=0))
        written = _told(part, len(features))
        if not features:
            part.unlink()
            packed_part.unlink()
    return written


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of the other when all went well; nobody sees half of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        if part.exists():
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class _Box:
    """The points of a file, and the box around them."""

    def __init__(self) -> None:
        self._sides: list[float] = []

    def point(self, lon: float, lat: float) -> bytes:
        west, south, east, north = self._sides or (lon, lat, lon, lat)
        self._sides = [min(west, lon), min(south, lat), max(east, lon), max(north, lat)]
        return struct.pack("<BIdd", 1, 1, lon, lat)

    def metadata(self) -> dict[str, Any]:
        geometry = {"encoding": "WKB", "geometry_types": ["Point"], "bbox": self._sides}
        return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _settle(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _told(path: Path, rows: int) -> Written:
    with path.open("rb") as file:
        return Written(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest(), rows)


WRITERS: dict[str, Callable[[Path, Sequence[str], Pieces, ZoneInfo], Written]] = {
    "csv": write_csv,
    "parquet": write_parquet,
}
