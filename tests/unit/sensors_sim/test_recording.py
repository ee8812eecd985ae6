import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cityops.catalogue import Catalogue
from sensors_sim.errors import RecordingError
from sensors_sim.publishing.recording import Recorded, RowProblem, read_recording, read_sensors, survey
from sensors_sim.publishing.replay import make_timing

HEADER = "time,sensor,metric,value\n"
FIRST = datetime(2012, 3, 1, 8, 0, tzinfo=UTC)
LAST = FIRST + timedelta(hours=24)
START = datetime(2026, 7, 1, tzinfo=UTC)


def rows(path: Path, catalogue: Catalogue, text: str, known: set[str] | None = None) -> list[Recorded | RowProblem]:
    path = path / "recording.csv"
    path.write_text(HEADER + text, encoding="utf-8")
    return list(read_recording(path, catalogue, known))


def test_a_row_becomes_a_reading_in_utc(tmp_path: Path, catalogue: Catalogue) -> None:
    expected = [Recorded(datetime(2012, 3, 1, 8, 0, tzinfo=UTC), "773869", "speed", 103.6)]

    assert expected == rows(tmp_path, catalogue, "2012-03-01T00:00:00-08:00,773869,speed,103.6\n")
    assert expected == rows(tmp_path, catalogue, "2012-03-01T08:00:00Z,773869,speed,103.6\n")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("2012-03-01T00:00:00,A,speed,1", "time"),
        ("yesterday,A,speed,1", "time"),
        ("0001-01-01T00:00:00+08:00,A,speed,1", "time"),
        ("2012-03-01T00:00:00Z,A,speed,fast", "value"),
        ("2012-03-01T00:00:00Z,A,speed,nan", "value"),
        ("2012-03-01T00:00:00Z,A,speed,inf", "value"),
        ("2012-03-01T00:00:00Z,A,speed", "value"),
        ("2012-03-01T00:00:00Z,A,velocity,1", "metric"),
        ("2012-03-01T00:00:00Z,B,speed,1", "sensor"),
        ("2012-03-01T00:00:00Z,a/b,speed,1", "sensor"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column(tmp_path: Path, catalogue: Catalogue, row: str, column: str) -> None:
    good = "2012-03-01T00:00:00Z,A,speed,1\n"

    before, problem, after = rows(tmp_path, catalogue, good + row + "\n" + good, known={"A"})

    assert isinstance(problem, RowProblem)
    assert (problem.line, problem.column) == (3, column)
    assert isinstance(before, Recorded)
    assert isinstance(after, Recorded)


def test_a_survey_finds_the_span_even_out_of_order(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "recording.csv"
    path.write_text(HEADER + "2012-03-02T08:00Z,A,speed,1\nbad,A,speed,1\n2012-03-01T08:00Z,A,speed,1\n")
    problems: list[RowProblem] = []

    found = survey(path, catalogue, None, report=problems.append)

    assert (found.usable, found.unusable, found.first, found.last) == (2, 1, FIRST, LAST)
    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize("text", ["", "when,who,what\n1,2,3\n"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, catalogue: Catalogue, text: str) -> None:
    path = tmp_path / "recording.csv"
    path.write_text(text)

    with pytest.raises(RecordingError, match="time,sensor,metric,value"):
        list(read_recording(path, catalogue, None))


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "binary.csv").write_bytes(b"time,sensor,metric,value\n\xff\xfe\x00")

    for name in ("absent.csv", "binary.csv"):
        with pytest.raises(RecordingError):
            list(read_recording(tmp_path / name, catalogue, None))


def test_sensors_take_area_domain_and_coordinates(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "sensors.csv"
    path.write_text(
        "sensor,kind,name,lon,lat,crs,area\n"
        "A,traffic_detector,Loop A,-118.3,34.1,wgs84,\n"
        "B,gas_detector,气体 B,120.0,30.0,gcj02,990101001001\n"
    )

    found = read_sensors(path, catalogue, "990900")

    assert (found["A"].sensor.area, found["A"].sensor.domain) == ("990900", "traffic")
    assert (found["B"].sensor.area, found["B"].sensor.domain) == ("990101001001", "emergency")
    assert (found["B"].lon, found["B"].lat) == (120.0, 30.0)
    assert found["B"].sensor.lon != 120.0


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("A,loop,Loop,1,2,wgs84", "kind"),
        ("A,traffic_detector,,1,2,wgs84", "name"),
        ("A,traffic_detector,Loop,1,91,wgs84", "lat"),
        ("A,traffic_detector,Loop,x,2,wgs84", "lon"),
        ("A,traffic_detector,Loop,1,2,mars", "crs"),
        ("A B,traffic_detector,Loop,1,2,wgs84", "sensor"),
    ],
)
def test_a_bad_sensor_stops_the_replay(tmp_path: Path, catalogue: Catalogue, row: str, column: str) -> None:
    path = tmp_path / "sensors.csv"
    path.write_text(f"sensor,kind,name,lon,lat,crs\n{row}\n")

    with pytest.raises(RecordingError, match=f"line 2, column {column}"):
        read_sensors(path, catalogue, "990900")


@pytest.mark.parametrize("speed", [0, 0.5, 1, 60])
def test_a_shifted_recording_keeps_its_gaps_and_is_never_in_the_future(speed: float) -> None:
    timing = make_timing(FIRST, LAST, START, speed=speed, shift_to_now=True)
    moments = [FIRST, FIRST + timedelta(minutes=5), FIRST + timedelta(hours=23), LAST]

    stamps = [timing.stamp(moment) for moment in moments]

    assert [b - a for a, b in itertools.pairwise(stamps)] == [b - a for a, b in itertools.pairwise(moments)]
    for moment, stamp in zip(moments, stamps, strict=True):
        assert stamp <= START + timedelta(seconds=timing.delay(moment))


@pytest.mark.parametrize(
    ("speed", "last_stamp"), [(0, START), (1, START + timedelta(hours=24)), (24, START + timedelta(hours=1))]
)
def test_the_last_reading_is_stamped_with_the_moment_it_is_sent(speed: float, last_stamp: datetime) -> None:
    timing = make_timing(FIRST, LAST, START, speed=speed, shift_to_now=True)

    assert timing.stamp(LAST) == last_stamp
    assert timing.delay(LAST) == (last_stamp - START).total_seconds()


def test_at_speed_one_every_stamp_is_the_real_time() -> None:
    timing = make_timing(FIRST, LAST, START, speed=1, shift_to_now=True)
    moment = FIRST + timedelta(hours=7, seconds=3)

    assert timing.stamp(moment) == START + timedelta(seconds=timing.delay(moment))


def test_without_shift_stamps_stay_as_recorded() -> None:
    timing = make_timing(FIRST, LAST, START, speed=60, shift_to_now=False)

    assert timing.stamp(LAST) == LAST
    assert timing.delay(LAST) == 24 * 60
