"""What a message turns out to be, and what of it cannot be stored."""

import json
from datetime import UTC, datetime

import pytest

from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from ingest.messages import Message
from ingest.storing.sorting import sort_messages

TOPIC = "cityops/990101/emergency/GAS-1/meta"


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_a_device_without_a_fix_is_registered_and_its_place_is_a_letter(catalogue: Catalogue, crs: str) -> None:
    meta = {"kind": "gas_detector", "name": "no fix", "lon": 0, "lat": 0, "crs": crs}
    batch = sort_messages([Message(TOPIC, json.dumps(meta).encode(), datetime(2026, 3, 1, tzinfo=UTC))], catalogue)

    assert [told.sensor_id for _, told in batch.registrations if isinstance(told, Sensor)] == ["GAS-1"]
    assert [(letter.field, letter.reason) for letter in batch.letters] == [
        ("lon", "0, 0 is what a device says that does not know its place; send its true place, or import it")
    ]
