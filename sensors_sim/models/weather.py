"""Weather: one sky over the whole city, with rain that moves across it.

Shapes: the annual and daily sines of temperature with its maximum about 14:30, relative humidity opposite to
it, and the urban heat island strongest at night (T. R. Oke, "Boundary Layer Climates", 1987, chapters 2 and
8); the afternoon maximum of wind (same, 2.3). Amplitudes are those of the lower Yangtze, rounded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise, rng
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.time_grid import DAY, Moments, bump

Floats = NDArray[np.float64]
FRONT_SPEED = 0.006  # km/s: rain crosses the city from west to east in about two hours
HEAVIEST = 14.0  # mm/h on an ordinary day


@dataclass(frozen=True, slots=True)
class Weather:
    """The city's weather: a function of time and place, from one key."""

    key: NDArray[np.uint64]

    def rain(self, moments: Moments, sites: SiteArrays) -> Floats:
        """Return mm/h: mostly nothing; showers of an hour or two that come from the west."""
        arrival = moments.time - (sites.x + 0.35 * sites.y) / FRONT_SPEED
        spell = noise.smooth(noise.salt(self.key, 11), arrival, 1.5 * DAY)
        shower = noise.rough(noise.salt(self.key, 12), arrival, 5400.0)
        return np.asarray(HEAVIEST * np.clip(spell - 0.25, 0, 1) * np.clip(shower + 0.25, 0, 1))

    def wetness(self, moments: Moments, sites: SiteArrays, *, memory: float) -> Floats:
        """Return the mean rain (mm/h) of the past, weighted by exp(-age / memory): a linear reservoir."""
        ages = memory * np.array([0.1, 0.35, 0.7, 1.15, 1.75, 2.6])
        weights = np.exp(-ages / memory)
        past = sum(w * self.rain(moments.before(a), sites) for a, w in zip(ages, weights, strict=True))
        return np.asarray(past / weights.sum())

    def temperature(self, moments: Moments, sites: SiteArrays) -> Floats:
        """Return °C at 2 m."""
        annual = 16.0 - 11.5 * np.cos(2 * np.pi * (moments.season - 0.07))
        daily = 3.6 * np.cos(2 * np.pi * (moments.hour - 14.5) / 24)
        island = sites.centrality * (0.6 + 1.2 * bump(moments.hour, 1.0, 4.5))
        drift = 3.0 * noise.smooth(noise.salt(self.key, 13), moments.time, 3 * DAY)
        cooling = 1.8 * np.tanh(self.wetness(moments, sites, memory=2400.0) / 3)
        return np.asarray(np.minimum(annual + daily + island + drift - cooling, 35.5))

    def humidity(self, moments: Moments, sites: SiteArrays) -> Floats:
        """Return %."""
        daily = -14 * np.cos(2 * np.pi * (moments.hour - 14.5) / 24)
        drift = 10 * noise.smooth(noise.salt(self.key, 14), moments.time, 2 * DAY)
        wet = 22 * np.tanh(self.wetness(moments, sites, memory=2400.0) / 2)
        return np.asarray(np.clip(68 + daily + drift + wet, 18, 99))

    def wind(self, moments: Moments) -> tuple[Floats, Floats]:
        """Return speed (m/s) and the direction it comes from (degrees): of the region, not of a street."""
        strength = noise.rough(noise.salt(self.key, 15), moments.time, DAY)
        speed = np.maximum(0.4, 2.4 + 1.3 * strength + 0.9 * bump(moments.hour, 15.0, 3.5))
        turn = noise.rough(noise.salt(self.key, 16), moments.time, 2.5 * DAY)
        return np.asarray(speed), np.asarray(np.mod(105 + 150 * turn, 360))


def make_weather(seed: int) -> Weather:
    """Make the weather of a seed."""
    return Weather(np.array([rng.make_key(seed, "weather")], dtype=np.uint64))


def station(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return what a weather station measures."""
    speed, direction = weather.wind(moments)
    gust = noise.rough(noise.salt(sites.key, 1), moments.time, 240.0)
    season = 7.5 * np.cos(2 * np.pi * (moments.season - 0.04))
    tide = 1.1 * np.cos(4 * np.pi * (moments.hour - 10) / 24)  # the semidiurnal tide of the air
    return {
        "temperature": weather.temperature(moments, sites) + 0.4 * (sites.profile - 0.5) + 0.1 * gust,
        "humidity": np.clip(weather.humidity(moments, sites) + 3 * (sites.profile - 0.5) + gust, 10, 100),
        "wind_speed": np.maximum(0, speed * (1.15 - 0.5 * sites.centrality) * (1 + 0.3 * gust)),
        "wind_direction": np.mod(direction + 14 * gust, 360),
        "pressure": 1015 + season + tide + 5 * noise.smooth(noise.salt(weather.key, 17), moments.time, 3 * DAY),
        "rain_rate": weather.rain(moments, sites),
    }


def road(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
    """Return what a road weather station measures: haze and rain shorten sight, the sun heats asphalt."""
    rain, humidity = weather.rain(moments, sites), weather.humidity(moments, sites)
    shimmer = noise.rough(noise.salt(sites.key, 2), moments.time, 900.0)
    haze = np.clip((humidity - 60) / 40, 0, 1)
    sun = bump(moments.hour, 13.3, 2.8) * (1 - 0.8 * np.tanh(rain))
    return {
        "visibility": np.maximum(1200, 15000 * np.exp(-1.6 * haze - rain / 9) * (1 + 0.12 * shimmer)),
        "road_temperature": weather.temperature(moments, sites) - 1.5 + 13 * sun + 0.5 * shimmer,
    }
