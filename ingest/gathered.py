"""The readings of a batch, checked, side by side in columns."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alerts.detect import Sample
from cityops.clock import from_microseconds, microseconds
from cityops.readings import Quality
from ingest import checks
from ingest.directory import Device
from ingest.errors import Undecodable
from ingest.ledger import Bookkeeper, Reports
from ingest.letters import unknown_sensor
from ingest.messages import Moment, Readings
from ingest.quality import Floats, Ints, Judgement
from ingest.sorting import Sorted
from ingest.units import convert

_ROW = np.dtype([("time", "i8"), ("series", "i8"), ("value", "f8")])


@dataclass(slots=True)
class Gathered:
    """Readings and reports in order of arrival. A tuple a row: appending it is the cheapest way to gather."""

    rows: list[tuple[int, int, float]] = field(default_factory=list)  # time (µs since 1970), series, value
    watched: list[tuple[int, str, str]] = field(default_factory=list)  # row, kind and metric: what rules look at
    reports: list[tuple[int, int, int, int, int]] = field(default_factory=list)  # see ledger.Reports, up to received

    def columns(self) -> tuple[Ints, Ints, Floats]:
        """Return the readings as time, series and value."""
        table = np.fromiter(self.rows, _ROW, count=len(self.rows))
        return tuple(np.ascontiguousarray(table[name]) for name in ("time", "series", "value"))  # type: ignore[return-value]

    def samples(self, judgement: Judgement) -> list[Sample]:
        """Return the watched readings with their quality, as detection sees them."""
        found = []
        for row, kind, metric in self.watched:
            time, series, value = self.rows[row]
            quality = Quality(judgement.quality[row])
            found.append(Sample(series, kind, metric, from_microseconds(time), value, quality))
        return found

    def counted(self, new: NDArray[np.bool_]) -> Reports:
        """Return the reports; `new` says of each reading whether it was stored."""
        device, time, arrival, seq, received = np.array(self.reports, np.int64).reshape(-1, 5).T
        starts = np.cumsum(received) - received
        stored = np.add.reduceat(new.astype(np.int64), starts) if len(starts) else received
        return Reports(device, time, arrival, seq, received, stored)


def gather(batch: Sorted, devices: Mapping[str, Device], *, opened: Collection[int], book: Bookkeeper) -> Gathered:
    """Check the readings of a batch; messages that fail become letters of it.

    `opened` are the series with an open alert: all their readings are watched.
    """
    found = Gathered()
    for message, content in batch.told:
        rows, watched = len(found.rows), len(found.watched)
        arrival = microseconds(message.received_at)
        try:
            device = _find_device(content, devices)
            for moment in content.moments:
                checks.check_time(moment.time, arrival=arrival)
                _add(found, moment, device, opened)
        except Undecodable as error:
            del found.rows[rows:], found.watched[watched:]  # all of a message or nothing
            batch.bury(message, error)
            continue
        number = book.number(content.sensor_id)
        for moment in content.moments:
            found.reports.append((number, moment.time, arrival, moment.seq, len(moment.values)))
    return found


def _add(found: Gathered, moment: Moment, device: Device, opened: Collection[int]) -> None:
    time, rows, gauges = moment.time, found.rows, device.gauges
    for metric, value in _convert(moment, device) if moment.units else moment.values:
        gauge = gauges.get(metric)
        if gauge is None:
            raise Undecodable(f"values.{metric[:40]}", f"a {device.kind} does not measure this")
        if not gauge.quiet_low < value < gauge.quiet_high or gauge.series_id in opened:
            checks.check_value(metric, value, gauge)
            found.watched.append((len(rows), device.kind, metric))
        rows.append((time, gauge.series_id, value))


def _convert(moment: Moment, device: Device) -> Iterator[tuple[str, float]]:
    """Yield the values in the catalogue's units."""
    for (metric, value), unit in zip(moment.values, moment.units, strict=True):
        gauge = device.gauges.get(metric)
        yield metric, value if unit is None or gauge is None else convert(value, unit, gauge.unit)


def _find_device(content: Readings, devices: Mapping[str, Device]) -> Device:
    device = devices.get(content.sensor_id)
    if device is None:
        raise unknown_sensor(content.sensor_id)
    if content.domain != device.domain:
        reason = f"a {device.kind} belongs to {device.domain}, not to {content.domain[:40]!r}"
        raise Undecodable("topic.domain", reason)
    return device
