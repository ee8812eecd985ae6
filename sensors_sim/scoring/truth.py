"""The ground truth: what really happened, one JSON object a line, for whoever examines alerts and the ledger."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Protocol, TextIO

import msgspec
import numpy as np

from sensors_sim.land import plane
from sensors_sim.scoring.expected_alerts import answer
from sensors_sim.story.delivery import ReportDelivery
from sensors_sim.story.faults import DeviceFault, FaultKind
from sensors_sim.story.incident_plans import Shape
from sensors_sim.story.incidents import Incident
from sensors_sim.story.simulation import Simulation


class Witness(Protocol):
    """Somebody who is told what devices sent."""

    def saw(self, simulation: Simulation, sent: Iterable[ReportDelivery], start: float, end: float) -> None:
        """Take note of what was sent after `start` and up to `end` (seconds since 1970)."""


class _Nobody:
    def saw(self, simulation: Simulation, sent: Iterable[ReportDelivery], start: float, end: float) -> None:
        """Forget it."""


NOBODY = _Nobody()


class TruthFile:
    """Writes an incident or a fault when it is over, and what became of every device's reports at the end."""

    def __init__(self, out: TextIO, simulation: Simulation) -> None:
        self._out = out
        self._start = self._end = simulation.clock.start
        self._simulation = simulation
        self._counts: dict[str, Counter[str]] = {}
        self._told: set[Incident | DeviceFault] = set()
        sensors = sum(map(len, simulation.fleets.values()))
        self._write("start", at=_iso(self._start), seed=simulation.city.seed, sensors=sensors)

    def saw(self, simulation: Simulation, sent: Iterable[ReportDelivery], start: float, end: float) -> None:
        """Count what was sent, and write down what is over."""
        self._simulation, self._end = simulation, end
        for parcel in sent:
            self._count(parcel)
        self._tell(start, end, over=True)

    def close(self) -> None:
        """Write down what is still under way, and the ledger of every device."""
        self._tell(self._start, self._end, over=False)
        for sensor_id, counts in sorted(self._counts.items()):
            self._write("ledger", sensor=sensor_id, **{name: counts[name] for name in LEDGER})
        self._write("end", at=_iso(self._end))
        self._out.flush()

    def _tell(self, start: float, end: float, *, over: bool) -> None:
        for incident in self._simulation.script.incidents(start, end):
            if incident not in self._told and self._start <= incident.start and (incident.end <= end or not over):
                self._told.add(incident)
                self._tell_incident(incident, min(incident.end, end))
        for fleet in self._simulation.fleets.values():
            for faults in self._simulation.script.faults_until(end, fleet).values():
                for fault in faults:
                    if fault not in self._told and (fault.end <= end or not over):
                        self._told.add(fault)
                        self._tell_fault(fault)

    def _tell_incident(self, incident: Incident, until: float) -> None:
        fleet = self._simulation.fleets.get(incident.plan.kind)
        found = answer(self._simulation, incident, start=incident.start, end=until)
        lon, lat = plane.point_to_degrees(incident.x, incident.y)
        self._write(
            "incident",
            name=incident.name,
            place=None if incident.plan.shape in (Shape.CITY, Shape.FRONT) else {"lon": lon, "lat": lat},
            start=_iso(incident.start),
            end=_iso(until),
            sensors=[] if fleet is None else incident.affected(fleet),
            expected=[
                asdict(one) | {"since": _iso(one.since), "reported": _iso(one.reported)} for one in found.expected
            ],
            must_not=list(found.must_not),
        )

    def _tell_fault(self, fault: DeviceFault) -> None:
        if fault.kind is FaultKind.OFFLINE and fault.end <= self._end:
            self._counts.setdefault(fault.sensor_id, Counter())["restarts"] += 1
        times = {"start": _iso(fault.start), "end": _iso(min(fault.end, self._end))}
        self._write("fault", kind=fault.kind.value, sensor=fault.sensor_id, size=fault.size, **times)

    def _count(self, parcel: ReportDelivery) -> None:
        """Reports that arrive whole are stored once; a torn message is a dead letter and a gap."""
        part = parcel.reports
        for device, reports in zip(*np.unique(part.device, return_counts=True), strict=True):
            counts = self._counts.setdefault(part.fleet.sensors[int(device)].sensor_id, Counter())
            arrived = parcel.copies > 0 and not parcel.torn
            counts["stored"] += int(reports) * len(part.values) if arrived else 0
            counts["resent"] += int(reports) * (parcel.copies - 1) if arrived else 0
            counts["dead_lettered"] += int(parcel.torn)
            counts["missing"] += 0 if arrived else int(reports)

    def _write(self, what: str, **facts: Any) -> None:
        self._out.write(msgspec.json.encode({"type": what, **facts}).decode() + "\n")


LEDGER = ("stored", "resent", "dead_lettered", "missing", "restarts")


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
