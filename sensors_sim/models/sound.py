"""Noise: background and traffic, added as energies.

Levels by zone and by day and night keep to GB 3096-2008 (classes 1 to 4a); a road's level grows with ten times
the logarithm of its flow (CoRTN, UK Department of Transport, 1988).
"""

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models.traffic import demand
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import Moments, bump

Floats = NDArray[np.float64]


def meter(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return the equivalent level, dB(A)."""
    people = 37 + 9 * sites.centrality + 7 * bump(moments.hour, 14.0, 5.0)
    road = 46 + 15 * (0.3 + 0.7 * sites.profile) + 10 * np.log10(demand(moments) + 0.02)
    works = 30 + 24 * sites.industry
    rain = 34 + 9 * np.log10(1 + weather.rain(moments, sites))
    total = add_levels(people, road, works, rain)
    passing = 3.0 * noise.white(sites.key, moments.time) + 1.5 * noise.rough(sites.key, moments.time, 600.0)
    return {"leq": np.clip(total + passing, 30, 79)}


def add_levels(*levels: Floats) -> Floats:
    """Return the level of several sources together: 60 dB and 60 dB are 63 dB."""
    return np.asarray(10 * np.log10(sum(10 ** (level / 10) for level in levels)))
