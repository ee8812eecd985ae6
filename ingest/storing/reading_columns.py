"""The readings of a batch, checked, side by side in columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cityops.clock import microseconds
from cityops.storage.messages.border import MissingValue, Unmapped
from ingest.checks import content as checks
from ingest.checks.batch_reports import BatchReports
from ingest.checks.bounds import Bounds
from ingest.checks.device_cache import Device
from ingest.checks.quality import Floats, Ints
from ingest.checks.units import convert
from ingest.dead_letters.letters import put_aside
from ingest.decoders import take_apart
from ingest.errors import Undecodable
from ingest.messages import Fragments, Message, MessagePart, ReadingsMessage, Sample, Write
from ingest.storing.ledger import LedgerTracker
from ingest.storing.sorting import DecodedBatch
from ingest.storing.speakers import find_device

Refused = tuple[Undecodable, Write]  # what is wrong with a part of a message, and how it is written alone

_ROW = np.dtype([("time", "i8"), ("series", "i8"), ("value", "f8")])


@dataclass(slots=True)
class ReadingColumns:
    """Readings and reports in order of arrival. A tuple a row: appending it is the cheapest way to gather."""

    rows: list[tuple[int, int, float]] = field(default_factory=list)  # time (µs since 1970), series, value
    reports: list[tuple[int, int, int, int, int, bool]] = field(
        default_factory=list
    )  # see ledger.Reports, up to retained
    messages: list[Message] = field(default_factory=list)  # which each report came in
    starts: list[int] = field(default_factory=list)  # the reports with which a message begins
    unmapped: list[Unmapped] = field(default_factory=list)  # values under names of no metric
    missing: list[MissingValue] = field(default_factory=list)

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

    def heard(self) -> BatchReports:
        """Return the reports with the devices' own times, and nothing of them stored yet."""
        device, time, arrival, seq, received, retained = np.array(self.reports, np.int64).reshape(-1, 6).T
        return BatchReports(device, time, arrival, seq, received, np.zeros_like(received), retained.astype(bool), time)

    def remove(self, reports: NDArray[np.bool_]) -> list[Message]:
        """Take the readings out of reports; return the messages that they came in, each once."""
        rows = np.repeat(reports, [report[4] for report in self.reports])
        messages = self.senders(rows)
        self.rows = [row for row, gone in zip(self.rows, rows.tolist(), strict=True) if not gone]
        for number in np.flatnonzero(reports).tolist():
            self.reports[number] = (*self.reports[number][:4], 0, self.reports[number][5])
        return messages

    def mark(self) -> tuple[int, int, int, int]:
        """Return how far things are, for undo()."""
        return len(self.rows), len(self.reports), len(self.unmapped), len(self.missing)

    def undo(self, mark: tuple[int, int, int, int]) -> None:
        """Forget what came after a mark."""
        rows, reports, unmapped, missing = mark
        del self.rows[rows:], self.reports[reports:], self.messages[reports:]
        del self.unmapped[unmapped:], self.missing[missing:]


def gather(
    batch: DecodedBatch, devices: Mapping[str, Device], *, book: LedgerTracker, bounds: Bounds
) -> ReadingColumns:
    """Check the readings of a batch. What is wrong becomes letters of it, value by value; what is too large, whole."""
    found = ReadingColumns()
    for message, content in batch.told:
        start = len(found.reports)
        try:
            sender = _Sender(content.sensor_id, _find_device(message, content, devices), message, book)
            bounds.check(content)
            batch.letters += put_aside(message, sender.take(found, content))
        except Undecodable as error:
            batch.bury(message, error)
        if len(found.reports) > start:
            found.starts.append(start)
    return found


@dataclass(frozen=True, slots=True)
class _Sender:
    """The device of a message, and what its readings are checked against."""

    sensor_id: str
    device: Device
    message: Message
    book: LedgerTracker

    def take(self, found: ReadingColumns, content: ReadingsMessage | Fragments) -> list[Refused]:
        """Add what is sound of a message; return what is not. Raises Undecodable where nothing of it can be used."""
        if isinstance(content, Fragments):
            return list(self._add_sound(found, content))
        mark = found.mark()
        try:
            newest = max(moment.time for moment in content.moments)
            for moment in content.moments:
                self._add(found, moment, newest)
        except Undecodable:
            found.undo(mark)
            return list(self._add_sound(found, take_apart(self.message)))
        return []

    def _add(self, found: ReadingColumns, moment: Sample, newest: int) -> None:
        """Add all readings of a moment. Raises Undecodable at the first that is wrong."""
        arrival = microseconds(self.message.received_at)
        checks.check_time(moment.time, newest=newest, arrival=arrival)
        time, rows, gauges = moment.time, found.rows, self.device.gauges
        first = len(rows)
        for metric, value in moment.values:
            gauge = gauges.get(metric)
            if gauge is None:
                found.unmapped.append(Unmapped(self.sensor_id, metric, "null" if value is None else repr(value)))
            elif value is None:
                found.missing.append(MissingValue(gauge.series_id, time))
            else:
                if gauge.sent_in is not None:
                    value = convert(value, gauge.sent_in, gauge.unit)  # noqa: PLW2901
                if not gauge.valid_low <= value <= gauge.valid_high:
                    checks.check_value(metric, value, gauge)
                rows.append((time, gauge.series_id, value))
        self._report(found, time, moment.seq, len(rows) - first, arrival)

    def _add_sound(self, found: ReadingColumns, content: Fragments) -> Iterator[Refused]:
        """Add what is sound of a message that was taken apart; yield what is not."""
        arrival = microseconds(self.message.received_at)
        newest = max((fragment.time for fragment in content.fragments if fragment.time is not None), default=arrival)
        for fragment in content.fragments:
            try:
                time = checks.require_time(fragment, newest=newest, arrival=arrival)
            except Undecodable as error:
                if len(content.fragments) == 1:
                    raise
                yield error, fragment.write
                continue
            first = len(found.rows)
            for part in fragment.parts:
                try:
                    self._add_part(found, part, time)
                except Undecodable as error:
                    yield error, part.write
            self._report(found, time, fragment.seq, len(found.rows) - first, arrival)

    def _add_part(self, found: ReadingColumns, part: MessagePart, time: int) -> None:
        gauge = self.device.gauges.get(part.name)
        if gauge is None:
            found.unmapped.append(Unmapped(self.sensor_id, part.name, part.text()))
            return
        if part.error is not None:
            raise part.error
        if part.value is None:
            found.missing.append(MissingValue(gauge.series_id, time))
            return
        sent_in = part.unit or gauge.sent_in
        value = part.value if sent_in is None else convert(part.value, sent_in, gauge.unit)
        checks.check_value(part.name, value, gauge)
        found.rows.append((time, gauge.series_id, value))

    def _report(self, found: ReadingColumns, time: int, seq: int, received: int, arrival: int) -> None:
        number = self.book.number(self.sensor_id)
        found.reports.append((number, time, arrival, seq, received, self.message.retained))
        found.messages.append(self.message)


def _find_device(message: Message, content: ReadingsMessage | Fragments, devices: Mapping[str, Device]) -> Device:
    device = find_device(message, content.sensor_id, devices)
    if content.domain != device.domain:
        reason = f"a {device.kind} belongs to {device.domain}, not to {content.domain[:40]!r}"
        raise Undecodable("topic.domain", reason)
    return device
