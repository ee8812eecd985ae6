"""Faults: what goes wrong with a device and not with the city. Each is a small labelled object.

Some bend what a device measures, the others what becomes of its reports on their way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise, rng
from sensors_sim.fleet.devices import Fleet

Floats = NDArray[np.float64]
SLOT = 3600.0  # seconds: at most one fault by chance for a device in each


class FaultKind(StrEnum):
    """What can go wrong with a device."""

    OFFLINE = "offline"  # it is switched off: says offline, reports nothing, counts anew when it is back
    LATE_BURST = "late_burst"  # cut off from the network: it keeps its reports and sends them all at once
    LOST = "lost"  # reports get lost on the way: the only fault that leaves a gap without a trace
    DRIFT = "drift"  # the value creeps away
    STUCK = "stuck"  # the value does not move
    SPIKES = "spikes"  # every fourth value jumps
    WRONG_CLOCK = "wrong_clock"  # stamps lie beside the truth
    DUPLICATES = "duplicates"  # every message is sent twice
    OUT_OF_ORDER = "out_of_order"  # every other report overtakes the one before
    GARBAGE = "garbage"  # the payload is cut in the middle


VALUE_FAULTS = frozenset({FaultKind.DRIFT, FaultKind.STUCK, FaultKind.SPIKES})
# By chance: drift (share of the value an hour), spikes (times the value), clocks (seconds).
SIZES: Mapping[FaultKind, float] = {FaultKind.DRIFT: 0.2, FaultKind.SPIKES: 6.0, FaultKind.WRONG_CLOCK: 120.0}


@dataclass(frozen=True, slots=True)
class DeviceFault:
    """One fault of one device, from `start` (seconds since 1970) until before `end`.

    size: drift as a share of the value an hour, spikes as a factor, the clock in seconds (positive: ahead).
    """

    kind: FaultKind
    sensor_id: str
    start: float
    end: float
    size: float = 0.0

    def hits(self, times: Floats) -> NDArray[np.bool_]:
        """Return which of these moments (seconds since 1970) it covers."""
        return np.asarray((times >= self.start) & (times < self.end))

    def bend(self, values: Mapping[str, Floats], times: Floats, number: NDArray[np.int64]) -> dict[str, Floats]:
        """Return the values that the device reports instead: drift and spikes."""
        hit = self.hits(times)
        if self.kind is FaultKind.DRIFT:
            factor = np.where(hit, 1 + self.size * (times - self.start) / 3600, 1.0)
        elif self.kind is FaultKind.SPIKES:
            factor = np.where(hit & (number % 4 == 0), self.size, 1.0)
        else:
            return dict(values)
        return {name: column * factor for name, column in values.items()}

    def frozen(self, times: Floats) -> Floats:
        """Return the moments whose values the device reports: a stuck one repeats its first."""
        return np.where(self.hits(times), self.start, times) if self.kind is FaultKind.STUCK else times


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
