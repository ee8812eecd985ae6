"""Incidents: small labelled objects that bend the values of the devices near them for a while.

They keep real time, not the model's: at `--speed 60` a gas leak still lasts long enough for a device to
report it. `sensors_sim.story.calendar` lets them happen by chance, `sensors_sim.story.scenarios` as a story.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensors_sim import noise
from sensors_sim.fleet.devices import Fleet
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models import river, traffic
from sensors_sim.story.incident_plans import EVERY, IncidentPlan, Shape

Floats = NDArray[np.float64]
Values = dict[str, Floats]


# How fast each shape travels, seconds a km. A queue grows at about 15 km/h (Lighthill and Whitham, 1955); a gas
# drifts with a light wind of 2 m/s; a flood wave runs at 5 m/s (Chow, "Open-Channel Hydraulics", 1959, chapter 18);
# a squall line crosses a city at 60 km/h (Markowski and Richardson, "Mesoscale Meteorology", 2010, chapter 9).
SECONDS_A_KM = {Shape.ROAD: 240.0, Shape.PLUME: 500.0, Shape.WAVE: 200.0, Shape.FRONT: 60.0}
WEST = -24.0  # km: where a front enters


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that goes wrong: from start to end (seconds since 1970), around x, y (km).

    `pace`: how much faster than life it goes; `wind`: where a plume drifts to, radians from north.
    """

    name: str
    plan: IncidentPlan  # how incidents of this type go
    start: float
    end: float
    x: float
    y: float
    road: int
    peak: float
    radius: float
    rise: float
    pace: float = 1.0
    wind: float = 0.0

    def affected(self, fleet: Fleet) -> list[str]:
        """Return the sensors of a fleet that this incident bends."""
        return [fleet.sensors[device].sensor_id for device in self.devices(fleet)]

    def devices(self, fleet: Fleet) -> NDArray[np.int64]:
        """Return the numbers of the devices of a fleet that this incident bends."""
        if fleet.kind != self.plan.kind:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(self.closeness(fleet.sites) > 0)

    def apply(self, values: Values, real: Floats, sites: SiteArrays) -> Values:
        """Return the values with this incident in them. Arrays have one entry a reading."""
        share = self.closeness(sites) * self._course(real, sites)
        if not share.any():
            return values
        metric = self.plan.metric
        if metric == "speed":
            return _jam(values, share, self.peak, sites)
        bent = {metric: values[metric] + share * (self.peak - values[metric])}
        return values | bent | _follow(metric, values, bent[metric], share, sites)

    def closeness(self, sites: SiteArrays) -> Floats:
        """Return 1 at the place itself, less around it, 0 where it does not reach."""
        shape = self.plan.shape
        if shape is Shape.FRONT:
            return np.ones(len(sites.x))
        if shape is Shape.CITY:
            return np.asarray(0.94 + 0.06 * sites.centrality)
        if shape is Shape.PLUME:
            return self._plume(sites)
        share = np.clip(1.15 - (self._away(sites) / self.radius) ** 2, 0, 1)
        return np.asarray(np.where(sites.road == self.road, share, 0) if shape is Shape.ROAD else share)

    def _away(self, sites: SiteArrays) -> Floats:
        return np.asarray(np.hypot(sites.x - self.x, sites.y - self.y))

    def _plume(self, sites: SiteArrays) -> Floats:
        """A bell across the wind that widens as it drifts (Pasquill and Smith, "Atmospheric Diffusion", 1983)."""
        east, north = sites.x - self.x, sites.y - self.y
        along = east * np.sin(self.wind) + north * np.cos(self.wind)
        across = east * np.cos(self.wind) - north * np.sin(self.wind)
        width = 0.15 + 0.3 * np.maximum(along, 0)
        share = np.exp(-0.5 * (across / width) ** 2) * np.clip(1 - 0.7 * along / self.radius, 0, 1)
        return np.asarray(np.where((along > -0.15) & (along < self.radius) & (share > 0.05), share, 0))

    def _course(self, real: Floats, sites: SiteArrays) -> Floats:
        """Return 0 to 1 over time: a quick rise, a plateau with a little unrest, a slower end."""
        rise = self.rise / self.pace
        up = np.clip((real - self.start - self._delay(sites)) / rise, 0, 1)
        down = np.clip((self.end - real) / (2 * rise), 0, 1)
        unrest = 1 - 0.04 * np.abs(noise.smooth(sites.key, real, 45.0))
        return np.asarray(np.sqrt(np.minimum(up, down)) * unrest)

    def _delay(self, sites: SiteArrays) -> Floats | float:
        """Return how many seconds later it comes to each place."""
        shape = self.plan.shape
        way = sites.x + 0.35 * sites.y - WEST if shape is Shape.FRONT else self._away(sites)
        return np.maximum(way, 0) * (SECONDS_A_KM.get(shape, 0.0) / self.pace)


def make_incident(
    name: str,
    start: float,
    end: float,
    sites: SiteArrays,
    index: int,
    *,
    peak: float,
    radius: float | None = None,
    rise: float | None = None,
    pace: float = 1.0,
    wind: float = 0.0,
    plan: IncidentPlan | None = None,
) -> Incident:
    """Make an incident of a type at one of these sites; radius (km) and rise (s) are the type's unless given.

    `plan` is that of a type which a domain describes (`plans_of`).
    """
    plan = plan or EVERY[name]
    return Incident(
        name,
        plan,
        start,
        end,
        float(sites.x[index]),
        float(sites.y[index]),
        int(sites.road[index]),
        peak,
        plan.radius if radius is None else radius,
        plan.rise if rise is None else rise,
        pace,
        wind,
    )


def _follow(metric: str, values: Values, bent: Floats, share: Floats, sites: SiteArrays) -> Values:
    """Return what moves along with a metric, so that a device does not contradict itself."""
    if metric == "pm25":
        more = bent - values["pm25"]
        return {"pm10": values["pm10"] + 1.3 * more, "co": values["co"] + 0.01 * more}
    if metric == "water_level":
        return {"flow_rate": np.where(share > 0, river.discharge(bent, sites), values["flow_rate"])}
    if metric == "rain_rate":
        return {
            "humidity": values["humidity"] + share * (97 - values["humidity"]),
            "wind_speed": values["wind_speed"] * (1 + 1.5 * share),
        }
    if metric == "temperature":
        return {"humidity": values["humidity"] - share * np.maximum(values["humidity"] - 35, 0)}
    return {}


def _jam(values: Values, share: Floats, crawl: float, sites: SiteArrays) -> Values:
    """Slow traffic down to `crawl` km/h with the density and flow that belong to it."""
    speed = values["speed"] + share * (crawl - values["speed"])
    free = np.maximum(sites.free_speed, speed)
    jammed = traffic.from_loading(traffic.loading_at(speed, free), free, sites.lanes)
    return values | {name: np.where(share > 0, jammed[name], values[name]) for name in jammed}
