"""Faults: what goes wrong with a device and not with the city. Each is a small labelled object.

Some bend what a device measures, the others what becomes of its reports on their way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
