"""Recorded readings: CSV `time,sensor,metric,value`, read as a stream and checked row by row."""

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cityops.catalogue import Catalogue
from cityops.clock import check_aware
from cityops.devices.sensors import Sensor
from cityops.devices.topics import AREA_CODE, SENSOR_ID
from cityops.geography.coordinates import Crs, to_wgs84
from sensors_sim.errors import RecordingError

COLUMNS = ("time", "sensor", "metric", "value")
SENSOR_COLUMNS = ("sensor", "kind", "name", "lon", "lat")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded reading. `time` is UTC."""

    time: datetime
    sensor: str
    metric: str
    value: float


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be used."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Registered:
    """A sensor of a recording with its coordinates as the file has them."""

    sensor: Sensor
    lon: float
    lat: float
    crs: Crs


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first look at a recording found. `first` and `last` are None when no row can be used."""

    usable: int
    unusable: int
    first: datetime | None
    last: datetime | None


class BadCell(ValueError):
    """A cell that cannot be used."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def read_recording(path: Path, catalogue: Catalogue, known: set[str] | None) -> Iterator[Recorded | RowProblem]:
    """Yield a reading or a problem for each row, in the order of the file. Raises RecordingError.

    known: the sensors that may occur; None allows all.
    """
    for line, cells in _rows(path, COLUMNS):
        try:
            yield _parse_reading(cells, catalogue, known)
        except BadCell as error:
            yield RowProblem(line, error.column, error.reason)


def survey(path: Path, catalogue: Catalogue, known: set[str] | None, *, report: Callable[[RowProblem], None]) -> Survey:
    """Read the recording once without keeping it; `report` gets every problem. Raises RecordingError."""
    usable = unusable = 0
    first = last = None
    for row in read_recording(path, catalogue, known):
        if isinstance(row, RowProblem):
            unusable += 1
            report(row)
        else:
            usable += 1
            first = row.time if first is None else min(first, row.time)
            last = row.time if last is None else max(last, row.time)
    return Survey(usable, unusable, first, last)


def read_sensors(path: Path, catalogue: Catalogue, area: str) -> dict[str, Registered]:
    """Return the sensors of a file by id; `area` is for those without one. Raises RecordingError with all problems."""
    found: dict[str, Registered] = {}
    problems = []
    for line, cells in _rows(path, SENSOR_COLUMNS):
        try:
            registered = _parse_sensor(cells, catalogue, area)
        except BadCell as error:
            problems.append(RowProblem(line, error.column, error.reason))
        else:
            found[registered.sensor.sensor_id] = registered
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems[:20])
        raise RecordingError(f"{path} has {len(problems)} unusable rows:\n{listed}\nCorrect them and start again.")
    return found


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells of each row. Raises RecordingError when the file is no such CSV."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = set(columns) - set(reader.fieldnames or ())
            if missing:
                expected = ",".join(columns)
                raise RecordingError(
                    f"{path}: no column {', '.join(sorted(missing))}. The first line must name {expected}."
                )
            for row in reader:
                yield reader.line_num, {name: (row.get(name) or "").strip() for name in reader.fieldnames or ()}
    except OSError as error:
        raise RecordingError(f"{path} cannot be read ({error.strerror}). Correct the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordingError(f"{path} is no CSV in UTF-8 ({error}). Convert it and start again.") from error


def _parse_reading(cells: dict[str, str], catalogue: Catalogue, known: set[str] | None) -> Recorded:
    sensor, metric = _sensor_id(cells["sensor"]), cells["metric"]
    if known is not None and sensor not in known:
        raise BadCell("sensor", f"{sensor!r} is not in the sensors file")
    if metric not in catalogue.metric:
        raise BadCell("metric", f"{metric!r} is no metric of the catalogue")
    return Recorded(_time(cells["time"]), sensor, metric, _number(cells, "value"))


def _parse_sensor(cells: dict[str, str], catalogue: Catalogue, area: str) -> Registered:
    kind, code, name = cells["kind"], cells.get("area") or area, cells["name"]
    if kind not in catalogue.kind:
        raise BadCell("kind", f"{kind!r} is no kind of the catalogue")
    if not AREA_CODE.fullmatch(code):
        raise BadCell("area", f"{code!r} is no string of digits")
    if not name:
        raise BadCell("name", "is empty")
    text = cells.get("crs") or Crs.WGS84.value
    if text not in list(Crs):
        raise BadCell("crs", f"{text!r} is none of {', '.join(Crs)}")
    lon, lat = _number(cells, "lon", limit=180), _number(cells, "lat", limit=90)
    place = to_wgs84(lon, lat, Crs(text))
    sensor = Sensor(_sensor_id(cells["sensor"]), code, catalogue.kind[kind].domain, kind, name, *place)
    return Registered(sensor, lon, lat, Crs(text))


def _sensor_id(text: str) -> str:
    if not SENSOR_ID.fullmatch(text):
        raise BadCell("sensor", f"{text[:80]!r} does not match {SENSOR_ID.pattern}")
    return text


def _time(text: str) -> datetime:
    try:
        return check_aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise BadCell("time", f"{text[:40]!r} is no ISO 8601 time with a zone") from error


def _number(cells: dict[str, str], column: str, *, limit: float = math.inf) -> float:
    try:
        number = float(cells[column])
    except ValueError as error:
        raise BadCell(column, f"{cells[column][:40]!r} is not a number") from error
    if not math.isfinite(number):
        raise BadCell(column, f"{cells[column][:40]!r} is not a finite number")
    if abs(number) > limit:
        raise BadCell(column, f"{number} is beyond {limit:g} degrees")
    return number
