"""Flood warnings (水情预警): a river's level against the three levels that are set for its gauge. Metres."""

import math

import msgspec

from cityops.standards.warnings import Colour


class FloodLevels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is set for one gauge. "Approaching" is nowhere defined: so many metres below the warning level."""

    warning: float  # 警戒水位
    guarantee: float  # 保证水位
    historic: float  # 历史最高水位
    approaching: float = 0.5

    def band(self, colour: Colour) -> tuple[float, float]:
        """Return from which level on (inclusive) a colour holds, and up to which (exclusive)."""
        steps = (math.inf, self.historic, self.guarantee, self.warning, self.warning - self.approaching)
        return steps[colour], steps[colour - 1]


def warning(level: float, levels: FloodLevels) -> Colour | None:
    """Return the colour of a water level, or None below all of them."""
    return next((colour for colour in Colour if level >= levels.band(colour)[0]), None)
