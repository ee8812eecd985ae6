"""What becomes of reports on their way: kept, lost, doubled, late, in the wrong order, with wrong stamps.

A function of the script and of time, as everything here: any span can be asked for, alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cityops.devices.sensors import Sensor
from sensors_sim.fleet import schedule
from sensors_sim.fleet.devices import Fleet
from sensors_sim.story.faults import VALUE_FAULTS, DeviceFault, FaultKind
from sensors_sim.story.simulation import SimulatedReports, Simulation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
COPIES = {FaultKind.DUPLICATES: 2, FaultKind.LOST: 0}
UNREACHABLE = frozenset({FaultKind.OFFLINE, FaultKind.LATE_BURST})  # the broker says a device's last will
OVERTAKEN = 1.5  # intervals that a report waits so that the next one overtakes it


@dataclass(frozen=True, slots=True)
class ReportDelivery:
    """Reports that are sent at the same time: `copies` times (0: lost), and `torn` where the payload is cut."""

    reports: SimulatedReports
    copies: int = 1
    torn: bool = False
    sent: int | None = None  # ms since 1970; None: each report when it is measured


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """What a device, or the broker in its name, says of its state at a moment (real seconds)."""

    at: float
    sensor: Sensor
    status: str


def parcels(simulation: Simulation, start: float, end: float, *, pack: int = 1) -> Iterator[ReportDelivery]:
    """Yield everything that is sent after `start` and up to `end` (real seconds since 1970)."""
    for kind, fleet in simulation.fleets.items():
        planned = simulation.schedules[kind]
        faulty = simulation.script.faults_until(end, fleet)
        matter = start - 3 * planned.interval
        on_the_way = {
            fleet.numbers[sensor]: [one for one in faults if _matters(one, since=matter, until=end)]
            for sensor, faults in faulty.items()
        }
        troubled = {number: faults for number, faults in on_the_way.items() if faults}
        device, number, times = schedule.due(planned, start, end, pack=pack)
        if troubled:
            healthy = ~np.isin(device, list(troubled))
            device, number, times = device[healthy], number[healthy], times[healthy]
        if len(device):
            yield ReportDelivery(simulation.measure(fleet, device, times, number))
        for index, faults in troubled.items():
            yield from _troubled(simulation, fleet, index, faults, start, end, pack)


def _matters(fault: DeviceFault, *, since: float, until: float) -> bool:
    """Whether a fault has to do with what is sent: after it was off, a device's numbers are others for good."""
    if fault.kind in VALUE_FAULTS or fault.start > until:
        return False
    return fault.end >= since or fault.kind is FaultKind.OFFLINE


def words(simulation: Simulation, start: float, end: float) -> list[StatusMessage]:
    """Return what is said of devices that go off or come back after `start` and up to `end`, in order."""
    said = []
    for fleet in simulation.fleets.values():
        for sensor_id, faults in simulation.script.faults_until(end, fleet).items():
            sensor = fleet.sensors[fleet.numbers[sensor_id]]
            for fault in faults:
                if fault.kind in UNREACHABLE:
                    said += [StatusMessage(fault.start, sensor, "offline"), StatusMessage(fault.end, sensor, "online")]
    return sorted((word for word in said if start < word.at <= end), key=lambda word: (word.at, word.sensor.sensor_id))


def _troubled(
    simulation: Simulation, fleet: Fleet, index: int, faults: Sequence[DeviceFault], start: float, end: float, pack: int
) -> Iterator[ReportDelivery]:
    """Yield what one device with faults sends after `start` and up to `end`."""
    planned = schedule.ReportSchedule(
        simulation.schedules[fleet.kind].key[index : index + 1], _interval(simulation, fleet)
    )
    oldest = min([start, *(one.start for one in faults if start < one.end <= end)]) - 3 * planned.interval
    numbers, times, sent = _calendar(planned, oldest, end, pack)
    sent = np.where(times > simulation.clock.start, sent, np.nan)
    for fault in faults:
        sent = _delayed(fault, numbers, times, sent, planned.interval)
    now = (sent > start) & (sent <= end)
    numbers, times, sent = numbers[now], times[now], sent[now]
    for moment in np.unique(sent):
        together = sent == moment
        for parcel in _parcels_at(simulation, fleet, index, faults, numbers[together], times[together]):
            yield replace(parcel, sent=round(1000 * moment))


def _calendar(planned: schedule.ReportSchedule, oldest: float, end: float, pack: int) -> tuple[Ints, Floats, Floats]:
    """Return number, time and when it would be sent, of all reports after `oldest` and up to `end`."""
    first, last = (int(np.floor(moment / planned.interval)) for moment in (oldest, end))
    numbers = np.arange(first - 1 - pack, last + 2, dtype=np.int64)
    times = schedule.report_times(planned, numbers)[0]
    closing = numbers + (pack - 1 - numbers % pack)
    sent = times if pack == 1 else schedule.report_times(planned, closing)[0]
    known = times <= end
    return numbers[known], times[known], sent[known]


def _delayed(fault: DeviceFault, numbers: Ints, times: Floats, sent: Floats, interval: float) -> Floats:
    """Return when reports are sent after all; NaN is never."""
    hit = fault.hits(times)
    if fault.kind is FaultKind.OFFLINE:
        return np.where(hit, np.nan, sent)
    if fault.kind is FaultKind.LATE_BURST:
        return np.where(hit, np.maximum(sent, fault.end), sent)
    if fault.kind is FaultKind.OUT_OF_ORDER:
        return np.where(hit & (numbers % 2 == 1), sent + OVERTAKEN * interval, sent)
    return sent


def _parcels_at(
    simulation: Simulation, fleet: Fleet, index: int, faults: Sequence[DeviceFault], numbers: Ints, times: Floats
) -> Iterator[ReportDelivery]:
    """Yield the parcels of one moment: what is whole, what is doubled and what is torn goes apart."""
    copies, torn = np.ones(len(times), dtype=np.int64), np.zeros(len(times), dtype=bool)
    for fault in faults:
        hit = fault.hits(times)
        if fault.kind is FaultKind.GARBAGE:
            torn |= hit
        elif fault.kind in COPIES:
            copies = np.where(hit, COPIES[fault.kind], copies)
    for count, is_torn in sorted(set(zip(copies.tolist(), torn.tolist(), strict=True))):
        mine = (copies == count) & (torn == is_torn)
        reports = simulation.measure(fleet, np.full(mine.sum(), index), times[mine], numbers[mine])
        yield ReportDelivery(
            _relabel(reports, fleet, index, faults, numbers[mine], times[mine], simulation), count, is_torn
        )


def _relabel(
    reports: SimulatedReports,
    fleet: Fleet,
    index: int,
    faults: Sequence[DeviceFault],
    numbers: Ints,
    times: Floats,
    simulation: Simulation,
) -> SimulatedReports:
    """Put the stamps of a wrong clock on reports, and numbers that begin anew after the device was off."""
    stamps = reports.milliseconds
    counted = reports.number
    for fault in faults:
        if fault.kind is FaultKind.WRONG_CLOCK:
            stamps = np.where(fault.hits(times), stamps + round(1000 * fault.size), stamps)
        elif fault.kind is FaultKind.OFFLINE:
            planned = schedule.ReportSchedule(
                simulation.schedules[fleet.kind].key[index : index + 1], _interval(simulation, fleet)
            )
            again = max(fault.end, simulation.clock.start)
            counted = np.where(times >= again, numbers - schedule.first_after(planned, again)[0], counted)
    return replace(reports, milliseconds=stamps, number=counted)


def _interval(simulation: Simulation, fleet: Fleet) -> float:
    return simulation.schedules[fleet.kind].interval
