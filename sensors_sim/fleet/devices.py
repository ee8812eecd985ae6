"""The devices of the city: which kinds, where they stand, what they are called.

The n-th device depends on the seed and on n alone: a city of 5000 begins with the city of 500.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from sensors_sim import rng
from sensors_sim.fleet.simulator_files import read_simulator_files
from sensors_sim.land import plane
from sensors_sim.land.city import CityLand
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.land.sites import CandidateSite, candidate_sites


@dataclass(frozen=True, slots=True)
class KindOfDevice:
    """How a kind is numbered, named and how common it is."""

    prefix: str
    label: str
    weight: float
    where: str = ""  # a name of sites.PLACES; "" where the kind has places of its own


KINDS = {
    "air_station": KindOfDevice("AQ", "空气站", 5),
    "weather_station": KindOfDevice("WS", "气象站", 3),
    "noise_meter": KindOfDevice("NM", "噪声仪", 6),
    "river_gauge": KindOfDevice("RG", "水位站", 3),
    "water_quality": KindOfDevice("WQ", "水质站", 2),
    "traffic_detector": KindOfDevice("TD", "检测器", 24),
    "parking": KindOfDevice("PK", "停车场", 6),
    "road_weather": KindOfDevice("RW", "路面气象站", 3),
    "transit_counter": KindOfDevice("TC", "客流计", 5),
    "gas_detector": KindOfDevice("GD", "燃气探测器", 10),
    "smoke_detector": KindOfDevice("SD", "烟感", 8),
    "underpass_gauge": KindOfDevice("UG", "下穿积水计", 5),
    "manhole": KindOfDevice("MH", "井盖", 7),
    "hydrant": KindOfDevice("FH", "消火栓", 6),
    "structure_monitor": KindOfDevice("SM", "结构监测仪", 3),
    "crowd_counter": KindOfDevice("CC", "人流计", 4),
}

USUAL_WEIGHT = 3.0  # of a kind of which no domain says how common it is
USUAL_PLACE = "communities"


@dataclass(frozen=True)
class Fleet:
    """All devices of one kind; `sites` has them in the same order."""

    kind: str
    sensors: list[Sensor]
    sites: SiteArrays

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The place of each sensor in the lists."""
        return {sensor.sensor_id: number for number, sensor in enumerate(self.sensors)}

    def __len__(self) -> int:
        return len(self.sensors)


def place_devices(city: CityLand, catalogue: Catalogue, count: int) -> dict[str, Fleet]:
    """Place `count` devices and return them by kind, kinds in the order of the catalogue."""
    known = simulated_kinds(catalogue)
    counts = dict.fromkeys(known, 0)
    for kind in share_kinds(known, count):
        counts[kind] += 1
    return {kind: make_fleet(city, catalogue, kind, number) for kind, number in counts.items() if number}


def simulated_kinds(catalogue: Catalogue) -> dict[str, KindOfDevice]:
    """Return the kinds that the city has devices of, in the order of the catalogue.

    Of a domain that says which of its kinds are simulated, those; of one that says nothing, all.
    """
    described = {kind for kind in catalogue.kind if kind in KINDS or kind in read_simulator_files(catalogue).kind}
    silent = set(catalogue.domain) - {catalogue.kind[kind].domain for kind in described}
    chosen = [name for name, kind in catalogue.kind.items() if name in described or kind.domain in silent]
    return {kind: describe_kind(catalogue, kind) for kind in chosen}


def describe_kind(catalogue: Catalogue, kind: str) -> KindOfDevice:
    """Return how devices of any kind of the catalogue are numbered, named and placed."""
    if kind in KINDS:
        return KINDS[kind]
    said = read_simulator_files(catalogue).kind.get(kind)
    if said is not None:
        return KindOfDevice(said.prefix, said.label, said.weight, said.where)
    return KindOfDevice(kind.replace("_", "").upper(), catalogue.kind[kind].name.zh, USUAL_WEIGHT, USUAL_PLACE)


def share_kinds(kinds: Mapping[str, KindOfDevice], count: int) -> Iterator[str]:
    """Yield a kind for each device: first one of each, then in proportion to the weights.

    The order is that of seats given by Webster's method, so a longer sequence begins with the shorter one.
    """
    names = list(kinds)
    given = dict.fromkeys(names, 0)
    for number in range(count):
        new = number < len(kinds)
        kind = names[number] if new else max(names, key=lambda name: kinds[name].weight / (2 * given[name] + 1))
        given[kind] += 1
        yield kind


def make_fleet(city: CityLand, catalogue: Catalogue, kind: str, count: int) -> Fleet:
    """Place the first `count` devices of one kind, evenly over its candidate sites."""
    described = describe_kind(catalogue, kind)
    candidates = candidate_sites(city, kind, described.where)
    share = np.cumsum([site.weight for site in candidates])
    picks = rng.golden_sequence(rng.uniform(city.seed, "fleet", kind), count) * share[-1]
    chosen = np.searchsorted(share, picks, side="right").tolist()
    names = [f"{described.prefix}-{number:04}" for number in range(1, count + 1)]
    sites, areas = _place(city, [candidates[pick] for pick in chosen], names)
    named: dict[str, int] = {}
    sensors = []
    domain = catalogue.kind[kind].domain
    for sensor_id, site, area, (lon, lat) in zip(names, sites, areas, _degrees(sites), strict=True):
        named[site.anchor] = named.get(site.anchor, 0) + 1
        name = f"{site.anchor}{described.label} {named[site.anchor]:02}"
        sensors.append(Sensor(sensor_id, area, domain, kind, name, lon, lat))
    return Fleet(kind, sensors, SiteArrays.of(city, names, sites))


def _place(city: CityLand, sites: list[CandidateSite], names: list[str]) -> tuple[list[CandidateSite], list[str]]:
    """Move each device a little from its site, if that is still in the city, and return it with its area."""
    moved = [_shifted(city, site, name) for site, name in zip(sites, names, strict=True)]
    areas = city.areas_of(_degrees(moved))
    outside = [number for number, area in enumerate(areas) if area is None]
    for number, area in zip(outside, city.areas_of(_degrees([sites[number] for number in outside])), strict=True):
        moved[number], areas[number] = sites[number].without_spread(), area
    found = [area.code for area in areas if area is not None]
    if len(found) != len(names):
        raise AssertionError(f"a site of {names[areas.index(None)]} is outside the city")
    return moved, found


def _shifted(city: CityLand, site: CandidateSite, sensor_id: str) -> CandidateSite:
    shift = rng.make_generator(city.seed, "shift", sensor_id).uniform(-site.spread, site.spread, 2)
    return site.moved(float(shift[0]), float(shift[1]))


def _degrees(sites: list[CandidateSite]) -> list[list[float]]:
    points: list[list[float]] = plane.points_to_degrees(np.array([(site.x, site.y) for site in sites])).tolist()
    return points
