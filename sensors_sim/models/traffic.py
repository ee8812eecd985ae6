"""Road traffic, public transport, car parks and crowds.

Speed and density keep to Drake's bell-shaped fundamental diagram v = vf·exp(-½(k/kc)²) (Drake, Schofer, May,
"A statistical analysis of speed density hypotheses", 1967), flow is q = k·v, and occupancy is density times
the effective length of a vehicle (HCM 2010, chapter 4). So the three always agree. The day has the two
commuter peaks and the flat weekend hump of every urban count (NCHRP Report 365, chapter 7).
"""

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import Moments, bump

Floats = NDArray[np.float64]
CRITICAL_DENSITY = 30.0  # veh/km and lane: where the flow is greatest
VEHICLE_LENGTH = 7.0  # m, with the loop's own length
MOST_LOADED = 1.35  # of the critical density on an ordinary day


def demand(moments: Moments) -> Floats:
    """Return how busy the city is, 0 to 1."""
    hour = moments.hour
    workday = 0.08 + 0.80 * bump(hour, 8.1, 1.05) + 0.46 * bump(hour, 12.9, 3.2) + 0.86 * bump(hour, 18.1, 1.35)
    workday += 0.22 * bump(hour, 21.0, 1.6)
    restday = 0.08 + 0.48 * bump(hour, 11.3, 2.6) + 0.56 * bump(hour, 17.0, 3.0) + 0.14 * bump(hour, 21.5, 1.5)
    return np.asarray(np.minimum(1, np.where(moments.weekend, restday, workday)))


def loading(moments: Moments, sites: SiteArrays, weather: Weather) -> Floats:
    """Return density as a multiple of the critical one."""
    # A road carries commuters more in one of the two rush hours than in the other.
    tide = 1 + 0.22 * (2 * sites.profile - 1) * (bump(moments.hour, 8.1, 1.6) - bump(moments.hour, 18.1, 1.8))
    level = demand(moments) * tide * (0.52 + 0.62 * sites.centrality)
    level *= 1 + 0.10 * np.tanh(weather.rain(moments, sites) / 4)  # rain brings cars out
    waves = 0.16 * noise.rough(sites.key, moments.time, 1500.0)
    return np.asarray(np.clip(0.02 + level * (1 + waves), 0.015, MOST_LOADED))


def from_loading(load: Floats, free_speed: Floats, lanes: Floats) -> dict[str, Floats]:
    """Return speed (km/h), flow (veh/h, all lanes) and occupancy (%) that belong to a density."""
    speed = free_speed * np.exp(-0.5 * load**2)
    density = CRITICAL_DENSITY * load
    return {"speed": speed, "flow": density * speed * lanes, "occupancy": density * VEHICLE_LENGTH / 10}


def loading_at(speed: Floats, free_speed: Floats) -> Floats:
    """Return the density, as a multiple of the critical one, at which traffic has this speed."""
    return np.asarray(np.sqrt(2 * np.log(np.maximum(free_speed / speed, 1))))


def detector(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return what a traffic detector measures. Rain slows drivers by up to a tenth (HCM 2010, exhibit 10-15)."""
    slow = 1 - 0.10 * np.tanh(weather.rain(moments, sites) / 4)
    wish = 1 + 0.05 * (2 * sites.profile - 1) + 0.02 * noise.white(noise.salt(sites.key, 1), moments.time)
    return from_loading(loading(moments, sites, weather), sites.free_speed * slow * wish, sites.lanes)


def parking(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:  # noqa: ARG001
    """Return spaces taken: car parks of offices fill by day, those of homes by night."""
    office = np.clip(0.15 + 0.75 * np.where(moments.weekend, 0.5, 1) * bump(moments.hour, 13.5, 3.6), 0, 1)
    home = np.clip(0.92 - 0.5 * bump(moments.hour, 13.0, 4.0), 0, 1)
    mix = np.clip(sites.profile + 0.5 * sites.centrality, 0, 1)
    wander = 0.06 * noise.rough(sites.key, moments.time, 5400.0)
    return {"parking_used": 100 * np.clip(mix * office + (1 - mix) * home + wander, 0.02, 0.99)}


def passengers(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return passengers an hour through the gates of a station; none between 23:30 and 05:30."""
    open_gates = np.clip((moments.hour - 5.5) * 2, 0, 1) * np.clip((23.5 - moments.hour) * 2, 0, 1)
    size = 900 + 9000 * sites.centrality * (0.4 + sites.profile)
    rain = 1 + 0.08 * np.tanh(weather.rain(moments, sites) / 4)
    waves = 1 + 0.15 * noise.rough(sites.key, moments.time, 900.0)
    return {"passengers": size * demand(moments) * open_gates * rain * waves}


def crowd(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return people a square metre on a square: below 2 is free walking (J. J. Fruin, "Pedestrian Planning", 1971)."""
    evening = bump(moments.hour, 19.8, 1.8) * np.where(moments.weekend, 1.0, 0.7)
    busy = 0.04 + 0.9 * (0.25 + sites.centrality) * (0.6 * demand(moments) + evening)
    shelter = 1 - 0.5 * np.tanh(weather.rain(moments, sites) / 2)
    waves = 1 + 0.25 * noise.rough(sites.key, moments.time, 1200.0)
    return {"crowd_density": np.minimum(busy * shelter * waves * (0.7 + 0.6 * sites.profile), 3.6)}
