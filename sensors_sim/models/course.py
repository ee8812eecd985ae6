"""What a device of any kind measures, from a few numbers: the model of kinds that have no physics of their own.

A daily course of bells around a level, moved by rain, warmth and how busy the city is, and a wandering that always
returns to it: noise on a lattice (`sensors_sim.noise`) is bounded and stationary, so the process reverts to its mean.
"""

import math
import zlib
from collections.abc import Callable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Metric
from sensors_sim import noise
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models.traffic import demand
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import Moments, bump

Floats = NDArray[np.float64]
HEAVY_RAIN = 4.0  # mm/h over the memory: about where `rain` is three quarters of its full effect
MILD = 15.0  # °C: where `warmth` adds nothing


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one metric goes, in its unit. Every field but `level` adds to it or bounds it.

    differs: from the lowest to the highest device; day: bells of (hour, width in hours, size), `weekend` times as
    large on Saturday and Sunday; rain: under heavy rain, with `memory` seconds; warmth: a °C above 15; busy: in the
    rush hour; wander: up and down over `wander_seconds`; noise: of a single value; least, most: bounds.
    """

    level: float
    differs: float = 0.0
    day: tuple[tuple[float, float, float], ...] = ()
    weekend: float = 1.0
    rain: float = 0.0
    memory: float = 3600.0
    warmth: float = 0.0
    busy: float = 0.0
    wander: float = 0.0
    wander_seconds: float = 3600.0
    noise: float = 0.0
    least: float = -math.inf
    most: float = math.inf

    def values(self, moments: Moments, sites: SiteArrays, weather: Weather, *, salt: int) -> Floats:
        """Return the values at these moments and sites; `salt` makes metrics of one device go their own ways."""
        key = noise.salt(sites.key, salt)
        own = noise.uniform(key, np.zeros(1, dtype=np.int64))
        value = self.level + self.differs * (own - 0.5) + self._daily(moments)
        if self.rain:
            wetness = weather.wetness(moments, sites, memory=self.memory)
            value = value + self.rain * np.tanh(wetness / HEAVY_RAIN)
        if self.warmth:
            value = value + self.warmth * (weather.temperature(moments, sites) - MILD)
        if self.busy:
            value = value + self.busy * demand(moments)
        value = value + self.wander * noise.rough(key, moments.time, self.wander_seconds)
        value = value + self.noise * noise.white(noise.salt(key, 1), moments.time)
        return np.asarray(np.clip(value, self.least, self.most))

    def _daily(self, moments: Moments) -> Floats:
        bells = sum((size * bump(moments.hour, hour, width) for hour, width, size in self.day), np.zeros(1))
        return np.asarray(bells * np.where(moments.weekend, self.weekend, 1.0))


def ordinary_course(metric: Metric) -> Course:
    """Return the course of a metric of which nothing is said: it wanders in the middle of what is plausible."""
    low, high = metric.plausible
    span = high - low
    return Course(
        level=low + 0.4 * span,
        differs=0.1 * span,
        day=((14.0, 4.0, 0.05 * span),),
        wander=0.05 * span,
        wander_seconds=5400.0,
        noise=0.004 * span,
        least=low,
        most=high,
    )


def make_model(
    courses: Mapping[str, Course],
) -> Callable[[Moments, SiteArrays, Weather], dict[str, Floats]]:
    """Return the model of a kind that measures these metrics."""
    salts = {name: zlib.crc32(name.encode()) for name in courses}

    def measure(moments: Moments, sites: SiteArrays, weather: Weather) -> dict[str, Floats]:
        return {
            name: np.broadcast_to(course.values(moments, sites, weather, salt=salts[name]), sites.x.shape)
            for name, course in courses.items()
        }

    return measure
