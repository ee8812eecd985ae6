"""The simulated city in motion: who reports when, and what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Catalogue
from sensors_sim.fleet.devices import Fleet, make_fleet, place_devices
from sensors_sim.fleet.model_registry import Model, find_model
from sensors_sim.fleet.schedule import ReportSchedule, due, first_after
from sensors_sim.land.city import CityLand, make_city
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models.weather import Weather, make_weather
from sensors_sim.story.calendar import Calendar
from sensors_sim.story.chance_faults import ChanceFaults
from sensors_sim.story.event_plan import Script
from sensors_sim.story.faults import VALUE_FAULTS, DeviceFault, FaultKind
from sensors_sim.story.incident_plans import PLANS, IncidentPlan, described_plans
from sensors_sim.time_grid import ModelClock, make_clock

Floats = NDArray[np.float64]
Faults = Mapping[str, Sequence[DeviceFault]]  # by sensor
POOL = 30  # places of each kind where incidents happen


@dataclass(frozen=True, slots=True)
class SimulatedReports:
    """Reports of one kind, one entry each: which device of the fleet, when (real, whole milliseconds), its number.

    Numbers count from 0 at the device's start: what was never measured is no gap.
    """

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

    city: CityLand
    catalogue: Catalogue
    fleets: dict[str, Fleet]
    clock: ModelClock
    weather: Weather
    schedules: dict[str, ReportSchedule]
    script: Script = field(default_factory=Script)

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
        faults: float = 0.0,
    ) -> Self:
        """Make the city of a seed with so many sensors. `start` is aware: there the model's clock is right.

        `faults`: how many faults by chance a device has a day.
        """
        city = make_city(seed)
        fleets = place_devices(city, catalogue, sensors)
        calendar = make_calendar(city, catalogue, start) if incidents else None
        schedules = {
            kind: ReportSchedule(fleet.sites.key, catalogue.kind[kind].interval / rate)
            for kind, fleet in fleets.items()
        }
        clock = make_clock(start, zone, speed=speed)
        chance = ChanceFaults(faults, start.timestamp()) if faults else None
        script = Script(calendar, chance=chance)
        return cls(city, catalogue, fleets, clock, make_weather(seed), schedules, script)

    @property
    def calendar(self) -> Calendar | None:
        """The incidents by chance."""
        return self.script.calendar

    def with_script(self, script: Script) -> Self:
        """Return the same city with something else going to happen."""
        return replace(self, script=script.prepared(self.fleets))

    @cached_property
    def first_numbers(self) -> dict[str, NDArray[np.int64]]:
        """For each kind and device the number of its first report after the start of the simulation."""
        return {kind: first_after(schedule, self.clock.start) for kind, schedule in self.schedules.items()}

    @cached_property
    def _models(self) -> dict[str, Model]:
        return {kind: find_model(self.catalogue, kind) for kind in self.fleets}

    def reports(self, start: float, end: float, *, pack: int = 1) -> Iterator[SimulatedReports]:
        """Yield, kind by kind, what is sent after `start` and up to `end` (real seconds since 1970).

        With `pack` > 1 a device sends only every pack-th time, its last `pack` reports at once. Faults on the way
        are not in it: see `sensors_sim.story.delivery`.
        """
        for kind, fleet in self.fleets.items():
            device, number, times = due(self.schedules[kind], start, end, pack=pack)
            if len(device):
                yield self.measure(fleet, device, times, number)

    def measure(
        self, fleet: Fleet, device: NDArray[np.int64], times: Floats, number: NDArray[np.int64]
    ) -> SimulatedReports:
        """Return what these devices report of these real times (seconds since 1970)."""
        milliseconds = np.round(times * 1000).astype(np.int64)
        real = milliseconds / 1000
        if not len(real):
            return SimulatedReports(fleet, device, milliseconds, number, dict.fromkeys(self._metrics(fleet.kind), real))
        faulty = self.script.faults_until(float(real.max()), fleet)
        stuck = self._unmoved(fleet, device, real, faulty)
        sites = fleet.sites.take(device)
        values = self._models[fleet.kind](self.clock.moments(stuck), sites, self.weather)
        for incident in self.script.incidents(float(stuck.min()), float(stuck.max())):
            if incident.plan.kind == fleet.kind:
                values = incident.apply(values, stuck, sites)
        values = self._round(fleet.kind, self._spoil(fleet, device, real, number, values, faulty))
        return SimulatedReports(fleet, device, milliseconds, number - self.first_numbers[fleet.kind][device], values)

    def _unmoved(self, fleet: Fleet, device: NDArray[np.int64], real: Floats, faulty: Faults) -> Floats:
        """Return the moments whose values are reported: those of stuck devices stand still."""
        for index, fault in _by_device(fleet, faulty):
            if fault.kind is FaultKind.STUCK:
                real = np.where(device == index, fault.frozen(real), real)
        return real

    def _spoil(
        self,
        fleet: Fleet,
        device: NDArray[np.int64],
        real: Floats,
        number: NDArray[np.int64],
        values: dict[str, Floats],
        faulty: Faults,
    ) -> dict[str, Floats]:
        for index, fault in _by_device(fleet, faulty):
            mine = device == index
            bent = fault.bend(values, real, number)
            values = {name: np.where(mine, bent[name], values[name]) for name in values}
        return values

    def _metrics(self, kind: str) -> tuple[str, ...]:
        return tuple(self.catalogue.kind[kind].metrics)

    def _round(self, kind: str, values: dict[str, Floats]) -> dict[str, Floats]:
        """Round as a device does: to one decimal more than people read; in the catalogue's order."""
        metrics = self.catalogue.metric
        names = [name for name in self._metrics(kind) if name in values]
        # Adding 0.0 turns -0.0 into 0.0.
        return {
            name: np.asarray(
                np.round(np.clip(values[name], *metrics[name].plausible), metrics[name].precision + 1) + 0.0
            )
            for name in names
        }


def _by_device(fleet: Fleet, faulty: Faults) -> Iterator[tuple[int, DeviceFault]]:
    """Yield the device's number in its fleet and the fault, for every fault that bends values."""
    for sensor_id, faults in faulty.items():
        for fault in faults:
            if fault.kind in VALUE_FAULTS:
                yield fleet.numbers[sensor_id], fault


def make_calendar(city: CityLand, catalogue: Catalogue, opening: datetime | None) -> Calendar:
    """Make the incidents of a city. Their places do not depend on how many devices are installed."""
    own = {name: plan for name, plan in PLANS.items() if plan.kind in catalogue.kind}
    described = {name: plan for name, plan in described_plans(catalogue).items() if plan.weight > 0}
    beside = Calendar(city.seed, _pools(city, catalogue, described), plans=described, stream=("described",))
    opens = None if opening is None else opening.timestamp()
    return Calendar(city.seed, _pools(city, catalogue, own), opens, own, beside=beside if described else None)


def _pools(city: CityLand, catalogue: Catalogue, plans: Mapping[str, IncidentPlan]) -> dict[str, SiteArrays]:
    kinds = sorted({plan.kind for plan in plans.values()})
    return {kind: make_fleet(city, catalogue, kind, POOL).sites for kind in kinds}
