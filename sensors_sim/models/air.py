"""Air quality: six pollutants that rise and fall together as in a Chinese city.

Shapes: particles and NO2 peak with the morning traffic under the night's inversion and dip in the afternoon,
when the mixed layer is deep; ozone does the opposite, and near traffic NO destroys it (Seinfeld and Pandis,
"Atmospheric Chemistry and Physics", chapters 6 and 18; diurnal cycles as in HJ 633 daily reports). Rain
washes particles out. Industry reaches the places that lie downwind of it.
"""

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models.traffic import demand
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import DAY, Moments, bump

Floats = NDArray[np.float64]


def inversion(moments: Moments) -> Floats:
    """Return how much the lowest air is shut in: 0 in the deep afternoon layer, 1 before sunrise."""
    return np.asarray(1 - bump(moments.hour, 14.5, 4.2))


def station(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return what an air quality station measures: µg/m³, CO in mg/m³."""
    shut = 0.55 + 0.45 * inversion(moments)
    traffic = demand(moments) * (0.25 + 0.9 * sites.centrality) * shut
    works = sites.industry * _downwind(moments, sites, weather) * shut
    speed, _ = weather.wind(moments)
    thin = 1 / (0.7 + 0.15 * speed)  # wind dilutes
    washed = 1 - 0.3 * np.tanh(weather.wetness(moments, sites, memory=3600.0) / 2)
    haze = np.exp(0.4 * noise.rough(noise.salt(weather.key, 21), moments.time, 2 * DAY))
    own = noise.rough(sites.key, moments.time, 2700.0)
    pm25 = (36 * haze * shut + 13 * traffic + 13 * works) * thin * washed * (1 + 0.10 * own)
    no2 = (10 * haze + 46 * traffic + 10 * works) * thin * (1 + 0.10 * own)
    sun = bump(moments.hour, 14.8, 3.2) * (0.55 + 0.45 * np.sin(np.pi * moments.season))
    return {
        "pm25": np.minimum(pm25, 92),
        "pm10": np.minimum(1.45 * pm25 + 9 + 4 * noise.rough(noise.salt(sites.key, 1), moments.time, 1800.0), 165),
        "no2": no2,
        "so2": 5.5 + 9 * works * thin + 1.2 * own,
        "co": 0.42 + 0.0075 * no2 + 0.004 * pm25,
        "o3": np.maximum(4, 42 + 92 * sun * washed - 0.55 * no2 + 5 * own),
    }


def _downwind(moments: Moments, sites: SiteArrays, weather: Weather) -> Floats:
    """Return 0.35 to 1: how much the wind carries from the eastern works towards a place."""
    _, direction = weather.wind(moments)
    towards = np.radians(direction + 180)
    east, north = sites.x - 13.0, sites.y + 2.0
    reach = np.maximum(np.hypot(east, north), 0.5)
    along = (east * np.sin(towards) + north * np.cos(towards)) / reach
    return np.asarray(0.35 + 0.65 * np.clip(along, 0, 1))
