"""What emergency devices measure while nothing happens: quiet, but never flat.

Small methane traces in chambers, cooking and dust in smoke detectors, a few centimetres of water in an underpass
after rain, the two draughts of water a day that lower the mains' pressure (AWWA M32), traffic that shakes
a bridge and the sun that bends it (Brownjohn, "Structural health monitoring of civil infrastructure", 2007).
Incidents come on top: see `sensors_sim.story.incidents`.
"""

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models.traffic import demand
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import Moments, bump

Floats = NDArray[np.float64]


def gas(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:  # noqa: ARG001
    """Return %LEL of methane."""
    seep = 1.2 + 1.5 * sites.profile + 0.8 * noise.rough(sites.key, moments.time, 3 * 3600.0)
    return {"gas_lel": np.maximum(0, seep + 0.15 * noise.white(sites.key, moments.time))}


def smoke(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:  # noqa: ARG001
    """Return obscuration, %/m."""
    kitchens = 0.5 * bump(moments.hour, 11.8, 0.8) + 0.6 * bump(moments.hour, 18.3, 0.9)
    dust = 0.35 + 0.3 * sites.profile + 0.12 * noise.rough(sites.key, moments.time, 1800.0)
    return {"smoke": dust + kitchens * sites.profile + 0.03 * noise.white(sites.key, moments.time)}


def underpass(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return the depth of standing water, cm: the pumps keep up with ordinary rain."""
    wet = weather.wetness(moments, sites, memory=1200.0)
    return {"water_depth": np.minimum(7, (0.3 + 0.9 * sites.profile) * wet)}


def manhole(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:  # noqa: ARG001
    """Return the tilt of a cover, degrees."""
    shaken = 0.12 * demand(moments) * noise.white(sites.key, moments.time)
    return {"tilt": np.maximum(0, 0.4 + 1.2 * sites.profile + shaken)}


def hydrant(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:  # noqa: ARG001
    """Return the pressure of the mains, MPa."""
    draught = 0.035 * bump(moments.hour, 7.4, 1.4) + 0.04 * bump(moments.hour, 19.6, 1.8)
    wander = 0.008 * noise.rough(sites.key, moments.time, 1200.0)
    return {"water_pressure": 0.31 + 0.06 * (sites.profile - 0.5) - draught + wander}


def structure(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return vibration, mm/s, and tilt, degrees."""
    lorries = np.maximum(0, noise.white(sites.key, moments.time)) ** 4
    warmth = weather.temperature(moments.before(2 * 3600.0), sites)
    return {
        "vibration": 0.25 + 0.5 * demand(moments) * (0.5 + sites.profile) + 1.4 * lorries * demand(moments),
        "tilt": 0.08 + 0.1 * sites.profile + 0.0025 * (warmth - 15),
    }
