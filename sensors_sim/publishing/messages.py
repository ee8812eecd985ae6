"""What devices say over MQTT: topics and payloads, as docs/reference/mqtt.md fixes them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec
import numpy as np

from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.devices.topics import TopicChannel
from cityops.geography.coordinates import Crs
from sensors_sim.story.delivery import ReportDelivery, StatusMessage
from sensors_sim.story.simulation import SimulatedReports


class MessageFormat(StrEnum):
    """How readings are written."""

    JSON = "json"  # the native format
    SENML = "senml"  # RFC 8428


@dataclass(frozen=True, slots=True)
class PublishedMessage:
    """One MQTT message, always sent with QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False


def meta_message(sensor: Sensor, *, lon: float, lat: float, crs: Crs = Crs.WGS84) -> PublishedMessage:
    """Return the registration of a device; lon and lat are in `crs`."""
    meta = {"kind": sensor.kind, "name": sensor.name, "lon": lon, "lat": lat, "crs": crs.value}
    return PublishedMessage(sensor.address.topic(TopicChannel.META), msgspec.json.encode(meta), retain=True)


def status_message(sensor: Sensor, status: str) -> PublishedMessage:
    """Return what a device says of itself: online or offline."""
    return PublishedMessage(sensor.address.topic(TopicChannel.STATUS), status.encode(), retain=True)


def greetings(sensors: Sequence[Sensor]) -> Iterator[PublishedMessage]:
    """Yield what devices say when they come up: first all registrations, then that they are online."""
    for sensor in sensors:
        yield meta_message(sensor, lon=sensor.lon, lat=sensor.lat)
    for sensor in sensors:
        yield status_message(sensor, "online")


def farewells(sensors: Sequence[Sensor]) -> Iterator[PublishedMessage]:
    """Yield what devices say when they go down."""
    for sensor in sensors:
        yield status_message(sensor, "offline")


def outgoing(
    parcels: Iterable[ReportDelivery], said: Iterable[StatusMessage], catalogue: Catalogue, *, form: MessageFormat
) -> list[PublishedMessage]:
    """Return the messages of these parcels and words in the order in which they are sent."""
    timed = [entry for parcel in parcels for entry in _write_parcel(parcel, catalogue, form)]
    timed += [(round(1000 * word.at), word.sensor.sensor_id, status_message(word.sensor, word.status)) for word in said]
    return [message for _, _, message in sorted(timed, key=lambda entry: entry[:2])]


def _write_parcel(
    parcel: ReportDelivery, catalogue: Catalogue, form: MessageFormat
) -> Iterator[tuple[int, str, PublishedMessage]]:
    """Yield time, sensor and message, as many as the parcel has copies for each device in it."""
    part = parcel.reports
    columns = {name: column.tolist() for name, column in part.values.items()}
    devices = part.device.tolist()
    for device, group in groupby(range(len(part)), key=devices.__getitem__):
        rows = list(group)
        sensor = part.fleet.sensors[device]
        if form is MessageFormat.SENML:
            channel, content = TopicChannel.SENML, _write_senml(part, catalogue, sensor, rows, columns)
        else:
            channel, content = TopicChannel.TELEMETRY, _write_json(part, rows, columns)
        payload = msgspec.json.encode(content)
        if parcel.torn:
            payload = payload[: len(payload) // 2]
        message = PublishedMessage(sensor.address.topic(channel), payload)
        for _ in range(parcel.copies):
            yield parcel.sent or int(part.milliseconds[rows[-1]]), sensor.sensor_id, message


def _write_json(part: SimulatedReports, rows: list[int], columns: dict[str, list[float]]) -> Any:
    """Return one object, or an array of them for several reports."""
    stamps = np.datetime_as_string(part.milliseconds[rows].astype("datetime64[ms]"), timezone="UTC").tolist()
    objects = [
        {
            "time": stamp,
            "values": {name: column[row] for name, column in columns.items()},
            "seq": int(part.number[row]),
        }
        for row, stamp in zip(rows, stamps, strict=True)
    ]
    return objects[0] if len(objects) == 1 else objects


def _write_senml(
    part: SimulatedReports, catalogue: Catalogue, sensor: Sensor, rows: list[int], columns: dict[str, list[float]]
) -> Any:
    """Return a SenML pack: the first record carries base name and base time."""
    base = int(part.milliseconds[rows[0]])
    records: list[dict[str, Any]] = []
    for row in rows:
        age = round((int(part.milliseconds[row]) - base) / 1000, 3)
        for name, column in columns.items():
            record = {"n": name, "u": catalogue.metric[name].unit, "v": column[row]}
            records.append(record | ({"t": age} if age else {}))
    records[0] = {"bn": f"{sensor.sensor_id}:", "bt": base / 1000} | records[0]
    return records
