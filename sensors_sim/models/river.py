"""Rivers and lakes: rain runs off and arrives late.

The level follows a linear reservoir filled by rain (J. E. Nash, "The form of the instantaneous unit
hydrograph", 1957), discharge follows the level by Manning's formula for a wide channel, q ~ depth^(5/3).
Dissolved oxygen falls with temperature (Benson and Krause, 1980) and has the daily swing of photosynthesis.
"""

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import DAY, Moments, bump

Floats = NDArray[np.float64]
HIGHEST = 4.1  # m: an ordinary day stays below the 4.5 m at which the duty officer is called


def level(moments: Moments, sites: SiteArrays, weather: Weather) -> Floats:
    """Return the water level above the local datum, m."""
    runoff = 1.3 * np.tanh(weather.wetness(moments, sites, memory=3 * 3600.0) / 4)
    season = 0.35 * bump(24 * moments.season, 12.5, 3.0)  # the plum rains of June and July
    slow = 0.2 * noise.smooth(noise.salt(weather.key, 31), moments.time, 4 * DAY)
    base = 1.7 + 0.7 * sites.size + 0.5 * (sites.profile - 0.5)
    ripple = 0.012 * noise.white(sites.key, moments.time)
    return np.asarray(np.minimum(base + season + slow + runoff, HIGHEST) + ripple)


def discharge(height: Floats, sites: SiteArrays) -> Floats:
    """Return m³/s at a level (m) of a stream of this size."""
    return np.asarray(95 * sites.size**1.5 * np.maximum(height - 0.5, 0) ** (5 / 3))


def gauge(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return what a river gauge measures."""
    height = level(moments, sites, weather)
    return {"water_level": height, "flow_rate": discharge(height, sites)}


def quality(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return what a water quality station measures."""
    warmth = np.maximum(weather.temperature(moments.before(6 * 3600.0), sites), 2)
    algae = bump(moments.hour, 15.5, 4.0)
    wander = noise.rough(sites.key, moments.time, 4 * 3600.0)
    mud = weather.wetness(moments, sites, memory=2 * 3600.0)
    return {
        "dissolved_oxygen": 0.82 * 468 / (31.6 + warmth) + 0.9 * algae + 0.4 * wander,
        "ph": 7.4 + 0.25 * algae + 0.12 * wander + 0.2 * (sites.profile - 0.5),
        "turbidity": 14 + 12 * sites.profile + 45 * np.tanh(mud / 5) + 4 * wander,
    }
