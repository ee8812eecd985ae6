"""The readings of a batch, checked, side by side in columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cityops.clock import microseconds
from ingest import checks
from ingest.clock_tracker import Settled
from ingest.directory import Device
from ingest.errors import Undecodable
from ingest.ledger import Bookkeeper, Reports
from ingest.messages import Message, Moment, Readings
from ingest.quality import Floats, Ints
from ingest.sorting import Sorted
from ingest.speakers import find_device
from ingest.units import convert

_ROW = np.dtype([("time", "i8"), ("series", "i8"), ("value", "f8")])


@dataclass(slots=True)
class Gathered:
    """Readings and reports in order of arrival. A tuple a row: appending it is the cheapest way to gather."""

    rows: list[tuple[int, int, float]] = field(default_factory=list)  # time (µs since 1970), series, value
    reports: list[tuple[int, int, int, int, int, bool]] = field(
        default_factory=list
    )  # see ledger.Reports, up to retained
    messages: list[Message] = field(default_factory=list)  # which each report came in
    starts: list[int] = field(default_factory=list)  # the reports with which a message begins

    def columns(self) -> tuple[Ints, Ints, Floats]:
        """Return the readings as time, series and value."""
        table = np.fromiter(self.rows, _ROW, count=len(self.rows))
        return tuple(np.ascontiguousarray(table[name]) for name in ("time", "series", "value"))  # type: ignore[return-value]

    def senders(self, rows: NDArray[np.bool_]) -> list[Message]:
        """Return the messages that hold these readings, each once."""
        if not rows.any():
            return []
        ends = np.cumsum([report[4] for report in self.reports])
        reports = np.searchsorted(ends, np.flatnonzero(rows), side="right")
        return list({id(message): message for message in (self.messages[report] for report in reports)}.values())

    def heard(self) -> Reports:
        """Return the reports with the devices' own times, and nothing of them stored yet."""
        device, time, arrival, seq, received, retained = np.array(self.reports, np.int64).reshape(-1, 6).T
        return Reports(device, time, arrival, seq, received, np.zeros_like(received), retained.astype(bool), time)

    def counted(self, new: NDArray[np.bool_], settled: Settled) -> Reports:
        """Return the reports in event time; `new` says of each reading whether it was stored."""
        reports = self.heard()
        starts = np.cumsum(reports.received) - reports.received
        stored = np.add.reduceat(new.astype(np.int64), starts) if len(starts) else reports.stored
        return replace(reports, time=reports.time + settled.event, stored=stored)


def gather(batch: Sorted, devices: Mapping[str, Device], *, book: Bookkeeper) -> Gathered:
    """Check the readings of a batch; messages that fail become letters of it."""
    found = Gathered()
    for message, content in batch.told:
        rows = len(found.rows)
        arrival = microseconds(message.received_at)
        try:
            device = _find_device(message, content, devices)
            newest = max(moment.time for moment in content.moments)
            for moment in content.moments:
                checks.check_time(moment.time, newest=newest, arrival=arrival)
                _add(found, moment, device)
        except Undecodable as error:
            del found.rows[rows:]  # all of a message or nothing
            batch.bury(message, error)
            continue
        number = book.number(content.sensor_id)
        found.starts.append(len(found.reports))
        for moment in content.moments:
            found.reports.append((number, moment.time, arrival, moment.seq, len(moment.values), message.retained))
            found.messages.append(message)
    return found


def _add(found: Gathered, moment: Moment, device: Device) -> None:
    time, rows, gauges = moment.time, found.rows, device.gauges
    for metric, value in _convert(moment, device) if moment.units else moment.values:
        gauge = gauges.get(metric)
        if gauge is None:
            raise Undecodable(f"values.{metric[:40]}", f"a {device.kind} does not measure this")
        if not gauge.valid_low <= value <= gauge.valid_high:
            checks.check_value(metric, value, gauge)
        rows.append((time, gauge.series_id, value))


def _convert(moment: Moment, device: Device) -> Iterator[tuple[str, float]]:
    """Yield the values in the catalogue's units."""
    for (metric, value), unit in zip(moment.values, moment.units, strict=True):
        gauge = device.gauges.get(metric)
        yield metric, value if unit is None or gauge is None else convert(value, unit, gauge.unit)


def _find_device(message: Message, content: Readings, devices: Mapping[str, Device]) -> Device:
    device = find_device(message, content.sensor_id, devices)
    if content.domain != device.domain:
        reason = f"a {device.kind} belongs to {device.domain}, not to {content.domain[:40]!r}"
        raise Undecodable("topic.domain", reason)
    return device
