"""Faults by chance: on average so many devices fail in a span, each time the same ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sensors_sim import noise, rng
from sensors_sim.fleet.devices import Fleet
from sensors_sim.story.faults import DeviceFault, FaultKind

SLOT = 3600.0  # seconds: at most one fault by chance for a device in each
# By chance: drift (share of the value an hour), spikes (times the value), clocks (seconds).
SIZES: Mapping[FaultKind, float] = {FaultKind.DRIFT: 0.2, FaultKind.SPIKES: 6.0, FaultKind.WRONG_CLOCK: 120.0}


@dataclass(eq=False)
class ChanceFaults:
    """Faults by chance from `start` on (seconds since 1970): on average `rate` a device and day, of all kinds alike.

    Each is a function of the device's key and the hour. Hours that were asked for are remembered.
    """

    rate: float
    start: float
    _known: dict[tuple[str, int], list[DeviceFault]] = field(default_factory=dict)

    def until(self, end: float, fleet: Fleet) -> list[DeviceFault]:
        """Return all faults of a fleet that begin before `end`."""
        slots = range(int(self.start // SLOT) + 1, int(end // SLOT) + 1)
        return [fault for slot in slots for fault in self._in_slot(fleet, slot) if fault.start < end]

    def _in_slot(self, fleet: Fleet, slot: int) -> list[DeviceFault]:
        name = (fleet.kind, slot)
        if name not in self._known:
            self._known[name] = list(self._make(fleet, slot))
        return self._known[name]

    def _make(self, fleet: Fleet, slot: int) -> Sequence[DeviceFault]:
        counter = np.array([slot], dtype=np.int64)
        odds = noise.uniform(noise.salt(fleet.sites.key, 95), counter)
        chosen = np.flatnonzero(odds < self.rate * SLOT / 86400)
        return [_make_fault(fleet.sensors[device].sensor_id, int(fleet.sites.key[device]), slot) for device in chosen]


def _make_fault(sensor_id: str, key: int, slot: int) -> DeviceFault:
    random = rng.make_generator(key, "fault", slot)
    kind = list(FaultKind)[int(random.integers(len(FaultKind)))]
    start = (slot + random.uniform(0.0, 0.6)) * SLOT
    return DeviceFault(kind, sensor_id, start, start + random.uniform(180, 900), SIZES.get(kind, 0.0))
