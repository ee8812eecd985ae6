"""The simulated city in motion: who reports when, and what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Catalogue
from sensors_sim.city import City, make_city
from sensors_sim.devices import Fleet, make_fleet, place_devices
from sensors_sim.incidents import PLANS, Calendar
from sensors_sim.models.weather import Weather, make_weather
from sensors_sim.moments import ModelClock, make_clock
from sensors_sim.schedule import Schedule, due
from sensors_sim.world import MODELS

Floats = NDArray[np.float64]
POOL = 30  # places of each kind where incidents happen


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports of one kind, one entry each: which device of the fleet, when (real, whole milliseconds), its number."""

    fleet: Fleet
    device: NDArray[np.int64]
    milliseconds: NDArray[np.int64]
    number: NDArray[np.int64]
    values: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.device)


@dataclass(frozen=True)
class Simulation:
    """A city, its devices, its weather and its incidents: a function of seed and time."""

    city: City
    catalogue: Catalogue
    fleets: dict[str, Fleet]
    clock: ModelClock
    weather: Weather
    calendar: Calendar | None
    schedules: dict[str, Schedule]

    @classmethod
    def make(
        cls,
        catalogue: Catalogue,
        zone: ZoneInfo,
        *,
        seed: int,
        sensors: int,
        start: datetime,
        speed: float = 1.0,
        rate: float = 1.0,
        incidents: bool = True,
    ) -> Self:
        """Make the city of a seed with so many sensors. `start` is aware: there the model's clock is right."""
        city = make_city(seed)
        fleets = place_devices(city, catalogue, sensors)
        calendar = make_calendar(city, catalogue, start) if incidents else None
        schedules = {
            kind: Schedule(fleet.sites.key, catalogue.kind[kind].interval / rate) for kind, fleet in fleets.items()
        }
        clock = make_clock(start, zone, speed=speed)
        return cls(city, catalogue, fleets, clock, make_weather(seed), calendar, schedules)

    def reports(self, start: float, end: float, *, pack: int = 1) -> Iterator[Reports]:
        """Yield, kind by kind, what is sent after `start` and up to `end` (real seconds since 1970).

        With `pack` > 1 a device sends only every pack-th time, its last `pack` reports at once.
        """
        for kind, fleet in self.fleets.items():
            device, number, times = due(self.schedules[kind], start, end, pack=pack)
            if len(device):
                yield self.measure(fleet, device, times, number)

    def measure(self, fleet: Fleet, device: NDArray[np.int64], times: Floats, number: NDArray[np.int64]) -> Reports:
        """Return what these devices measure at these real times (seconds since 1970)."""
        milliseconds = np.round(times * 1000).astype(np.int64)
        real = milliseconds / 1000
        sites = fleet.sites.take(device)
        values = MODELS[fleet.kind](self.clock.moments(real), sites, self.weather)
        if self.calendar is not None and len(real):
            for incident in self.calendar.between(float(real.min()), float(real.max())):
                if incident.plan.kind == fleet.kind:
                    values = incident.apply(values, real, sites)
        return Reports(fleet, device, milliseconds, number, self._round(fleet.kind, values))

    def _round(self, kind: str, values: dict[str, Floats]) -> dict[str, Floats]:
        """Round as a device does: to one decimal more than people read; in the catalogue's order."""
        metrics = self.catalogue.metric
        names = [name for name in self.catalogue.kind[kind].metrics if name in values]
        # Adding 0.0 turns -0.0 into 0.0.
        return {
            name: np.asarray(
                np.round(np.clip(values[name], *metrics[name].plausible), metrics[name].precision + 1) + 0.0
            )
            for name in names
        }


def make_calendar(city: City, catalogue: Catalogue, opening: datetime | None) -> Calendar:
    """Make the incidents of a city. Their places do not depend on how many devices are installed."""
    kinds = {plan.kind for plan in PLANS.values()}
    pools = {kind: make_fleet(city, catalogue, kind, POOL).sites for kind in sorted(kinds)}
    return Calendar(city.seed, pools, None if opening is None else opening.timestamp())
