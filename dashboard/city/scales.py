"""The colours of levels, and the scales by which the map is shaded: what each colour means, in words. Pure.

A scale is a list of steps, the best first. Screens are given the step of an area (`bands_of`) and the scales
(`draw_scales`); they know no limit themselves.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cityops.standards import aqi_levels, tpi
from cityops.standards.aqi_levels import AqiLevel
from dashboard.theme import STATE_COLOURS, DotState

DARK, LIGHT = "#081320", "#ffffff"  # what is written on a colour of a level, so that it reads (4.5:1)
_LIGHT_FROM = 5  # the level of the AQI whose colour, and those after it, are dark
# From which share of its sensors that report on an area has each step.
_COMPLETE = (
    (0.98, STATE_COLOURS[DotState.NORMAL]),
    (0.9, STATE_COLOURS[DotState.YELLOW]),
    (0.75, STATE_COLOURS[DotState.ORANGE]),
    (0.0, STATE_COLOURS[DotState.RED]),
)

Scale = list[dict[str, str]]  # colour and words of each step


def colour_on(level: AqiLevel | None) -> str:
    """Return the colour of a category of the AQI, or of an index that is not published."""
    return level.colour if level else STATE_COLOURS[DotState.STALE]


def ink_on(level: AqiLevel | None) -> str:
    """Return the ink that reads on the colour of a category, or on that of an index that is not published."""
    return LIGHT if level is not None and level.number >= _LIGHT_FROM else DARK


def bands_of(area: Mapping[str, Any]) -> dict[str, int]:
    """Return on which step of which scale an area stands, from 0; without those that nobody measures.

    `area` as of `indices.area_indices`: up and all, and where they are known aqi and tpi.
    """
    share = area["up"] / area["all"] if area["all"] else None
    return dict(_bands(area.get("aqi"), area.get("tpi"), share))


@lru_cache(1 << 13)  # from one picture to the next, few of a city's areas change
def _bands(aqi: int | None, index: float | None, share: float | None) -> Mapping[str, int]:
    found: dict[str, int] = {}
    if aqi is not None:
        found["aqi"] = aqi_levels.level_of(aqi).number - 1
    if index is not None:
        found["tpi"] = tpi.level_of(index).number - 1
    if share is not None:
        found["complete"] = next(step for step, (least, _) in enumerate(_COMPLETE) if share >= least)
    return MappingProxyType(found)


def draw_scales(say: Callable[[str], str]) -> dict[str, Scale]:
    """Return the scales by name, with the words of their legends."""
    firsts = [0, *(level.highest + 1 for level in aqi_levels.LEVELS)]
    *bounded, last = zip(firsts, aqi_levels.LEVELS, strict=False)
    air = [(level.colour, f"{first}–{level.highest}") for first, level in bounded]
    air.append((last[1].colour, f">{last[0] - 1}"))
    return {
        "aqi": _scale(air),
        "tpi": _scale([(level.colour, say(f"wall.flow_{level.number}")) for level in tpi.LEVELS]),
        "complete": _scale([(colour, f"≥{100 * least:g}%") for least, colour in _COMPLETE]),
    }


def _scale(steps: list[tuple[str, str]]) -> Scale:
    return [{"colour": colour, "words": words} for colour, words in steps]
