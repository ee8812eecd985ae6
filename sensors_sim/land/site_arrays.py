"""The places of many devices as arrays: what models compute with."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from sensors_sim import rng
from sensors_sim.land.city import CityLand
from sensors_sim.land.sites import CandidateSite, Floats, Keys, centrality


@dataclass(frozen=True, slots=True)
class SiteArrays:
    """The places of many devices as arrays of one length: what the models compute with.

    key: the device's own random key; x, y: km; centrality, industry: 0 far away to 1 in the middle;
    road: number of the road or -1; free_speed: km/h; lanes: in one direction; size: of the stream;
    profile: a number in [0, 1) by which devices of a kind differ for good.
    """

    key: Keys
    x: Floats
    y: Floats
    centrality: Floats
    industry: Floats
    road: NDArray[np.int64]
    free_speed: Floats
    lanes: Floats
    size: Floats
    profile: Floats

    @classmethod
    def of(cls, city: CityLand, sensor_ids: list[str], sites: list[CandidateSite]) -> Self:
        """Gather what the models need of these devices."""
        x, y = np.array([site.x for site in sites]), np.array([site.y for site in sites])
        zones = shapely.union_all([zone.shape for zone in city.terrain.industry])
        return cls(
            key=np.array([rng.make_key(city.seed, name) for name in sensor_ids], dtype=np.uint64),
            x=x,
            y=y,
            centrality=centrality(x, y),
            industry=np.exp(-shapely.distance(shapely.points(x, y), zones) / 2.5),
            road=np.array([site.road for site in sites]),
            free_speed=np.array([site.free_speed for site in sites]),
            lanes=np.array([site.lanes for site in sites], dtype=np.float64),
            size=np.array([site.size for site in sites]),
            profile=np.array([rng.uniform(city.seed, "profile", name) for name in sensor_ids]),
        )

    def take(self, index: NDArray[np.int64]) -> "SiteArrays":
        """Return the sites at these indices; one may come many times."""
        return SiteArrays(*(getattr(self, name)[index] for name in self.__slots__))
