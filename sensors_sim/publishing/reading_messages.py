"""Reports over MQTT, as docs/reference/mqtt.md fixes them: the native format, SenML, and parcels of both."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec
import numpy as np

from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.devices.topics import TopicChannel
from sensors_sim.publishing.messages import PublishedMessage, status_message
from sensors_sim.story.delivery import ReportDelivery, StatusMessage
from sensors_sim.story.simulation import SimulatedReports


class MessageFormat(StrEnum):
    """How readings are written."""

    JSON = "json"  # the native format
    SENML = "senml"  # RFC 8428


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
