"""Recordings through a real broker."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from os import environ
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
import pytest

from tests.devices import device
from tests.programs import wait_for

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HEADER = "time,sensor,metric,value\n"
SENSORS = (
    "sensor,kind,name,lon,lat,crs\nA,air_station,站 A,119.6,30.9,wgs84\nB,traffic_detector,Loop B,119.7,30.9,wgs84\n"
)


def replay(broker_url: str, *arguments: object, kept: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the verb where readings are kept for so many days; 0 is for ever."""
    return subprocess.run(
        [sys.executable, "-m", "cityops", "replay", *map(str, arguments)],
        env=dict(environ) | {"CITYOPS_MQTT_URL": broker_url, "CITYOPS_KEEP_READINGS_DAYS": str(kept)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def heard(broker_url: str) -> Iterator[list[tuple[str, bytes]]]:
    messages: list[tuple[str, bytes]] = []

    def hear(message: mqtt.MQTTMessage) -> None:
        if not message.retain:
            messages.append((message.topic, bytes(message.payload)))

    with device(broker_url) as listener:
        listener.listen("cityops/990900/#", hear)
        yield messages


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_registrations_come_first_then_every_reading_in_order(
    broker_url: str, heard: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    recording = write(
        tmp_path / "r.csv",
        HEADER + "2012-03-01T00:00:00-08:00,A,pm25,35\n"
        "2012-03-01T00:00:00-08:00,B,speed,61.5\n"
        "2012-03-01T01:00:00-08:00,A,pm10,70\n",
    )

    result = replay(broker_url, recording, "--sensors", write(tmp_path / "s.csv", SENSORS))
    wait_for(lambda: len(heard) == 5, "messages")

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "3 readings published, 3 acknowledged"
    assert [topic for topic, _ in heard] == [
        "cityops/990900/environment/A/meta",
        "cityops/990900/traffic/B/meta",
        "cityops/990900/environment/A/telemetry",
        "cityops/990900/traffic/B/telemetry",
        "cityops/990900/environment/A/telemetry",
    ]
    assert msgspec.json.decode(heard[2][1]) == {"time": "2012-03-01T08:00:00+00:00", "values": {"pm25": 35.0}}


def test_a_recording_older_than_is_kept_is_refused_before_anything_is_sent(
    broker_url: str, heard: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    """Its registrations neither: nothing of it would stay, or only the part that came before the retention job."""
    recording = write(tmp_path / "r.csv", HEADER + "2012-03-01T00:00Z,A,pm25,50\n2012-03-05T05:00Z,A,pm25,51\n")
    sensors = write(tmp_path / "s.csv", SENSORS)

    refused = replay(broker_url, recording, "--sensors", sensors, kept=400)
    too_long = replay(broker_url, recording, "--sensors", sensors, "--shift-to-now", "--speed", 0, kept=4)
    shifted = replay(broker_url, recording, "--shift-to-now", "--speed", 0, kept=5)
    wait_for(lambda: len(heard) == 2, "messages")

    assert refused.returncode == too_long.returncode == 1
    assert "begins on 2012-03-01" in refused.stderr
    assert "--shift-to-now, or set CITYOPS_KEEP_READINGS_DAYS=0" in refused.stderr
    assert "use --shift-to-now" not in too_long.stderr
    assert shifted.returncode == 0, shifted.stderr
    assert len(heard) == 2


def test_a_shifted_recording_ends_now(broker_url: str, heard: list[tuple[str, bytes]], tmp_path: Path) -> None:
    recording = write(tmp_path / "r.csv", HEADER + "2012-03-01T00:00Z,C,leq,50\n2012-03-01T05:00Z,C,leq,51\n")
    before = datetime.now(UTC)

    result = replay(broker_url, recording, "--shift-to-now")
    wait_for(lambda: len(heard) == 2, "messages")

    first, last = (datetime.fromisoformat(msgspec.json.decode(payload)["time"]) for _, payload in heard)
    assert result.returncode == 0, result.stderr
    assert last - first == timedelta(hours=5)
    assert before <= last <= datetime.now(UTC)


def test_bad_rows_are_named_and_left_out(broker_url: str, heard: list[tuple[str, bytes]], tmp_path: Path) -> None:
    recording = write(tmp_path / "r.csv", HEADER + "2012-03-01T00:00,C,leq,50\n2012-03-01T05:00Z,C,leq,51\n")

    result = replay(broker_url, recording)
    wait_for(lambda: len(heard) == 1, "messages")

    assert result.returncode == 0
    assert "line 2, column time" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 readings published, 1 acknowledged, 1 rows left out"


@pytest.mark.parametrize("text", ["a,b\n1,2\n", HEADER, HEADER + "now,C,leq,50\n"])
def test_a_file_without_a_usable_row_ends_with_a_status(broker_url: str, tmp_path: Path, text: str) -> None:
    result = replay(broker_url, write(tmp_path / "r.csv", text))

    assert result.returncode == 1
    assert result.stderr.startswith("cityops: ")


def test_a_real_recording_goes_through_whole(broker_url: str, heard: list[tuple[str, bytes]]) -> None:
    recording = DATA / "highway_speeds_2012-03-01.csv"
    if not recording.exists():
        pytest.skip("the recordings of ../shared/data are not on this machine")

    result = replay(broker_url, recording, "--sensors", DATA / "highway_sensors.csv", "--shift-to-now")

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "19872 readings published, 19872 acknowledged"
    wait_for(lambda: len(heard) == 19872 + 69, "every message at the other end", seconds=60)
