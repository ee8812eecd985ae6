"""Incidents by chance: one a slot of time, each made from the seed and the slot's number alone.

Its place is that of one of the first devices of the standard city, whether or not that device is installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from sensors_sim import rng
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.story.incident_plans import PLANS, IncidentPlan
from sensors_sim.story.incidents import Incident, make_incident

SLOT = 600.0  # seconds: six incidents an hour
OPENING = (("gas_leak", 10.0), ("crash", 35.0), ("underpass_flood", 70.0))  # type, seconds after start


@dataclass(frozen=True, eq=False)
class Calendar:
    """All incidents of a seed: one a slot, and a few that open a demonstration at `opening`."""

    seed: int
    pools: Mapping[str, SiteArrays]  # places where each kind of device stands in the standard city
    opening: float | None = None
    plans: Mapping[str, IncidentPlan] = field(default_factory=lambda: PLANS)
    stream: tuple[str, ...] = ()  # names of the random numbers: two calendars of one seed go their own ways
    beside: "Calendar | None" = None  # what happens independently of these

    def between(self, start: float, end: float) -> list[Incident]:
        """Return the incidents that touch a span of real time (seconds since 1970), in order of their start."""
        longest = max((plan.lasts[1] for plan in self.plans.values()), default=0.0)
        slots = range(int((start - longest) // SLOT), int(end // SLOT) + 1) if self.plans else ()
        every = [_in_slot(self, slot) for slot in slots] + self._at_opening
        every += [] if self.beside is None else self.beside.between(start, end)
        return sorted((i for i in every if i.start <= end and i.end >= start), key=lambda i: (i.start, i.name))

    @cached_property
    def _at_opening(self) -> list[Incident]:
        if self.opening is None:
            return []
        return [
            self.make(name, self.opening + after, rng.make_generator(self.seed, "opening", name), index=0)
            for name, after in OPENING
            if name in self.plans
        ]

    def make(self, name: str, start: float, random: np.random.Generator, *, index: int | None = None) -> Incident:
        """Make one incident: at a place of the pool by number, or by chance."""
        plan = self.plans[name]
        sites = self.pools[plan.kind]
        if index is None:
            odds = sites.industry + 0.02 if name == "pollution_episode" else np.ones(len(sites.x))
            index = int(np.searchsorted(np.cumsum(odds), random.random() * odds.sum(), side="right"))
        end = start + random.uniform(*plan.lasts)
        return make_incident(name, start, end, sites, index, peak=random.uniform(*plan.peak), plan=plan)


@lru_cache(maxsize=64)  # live, the same few slots are asked for several times a second
def _in_slot(calendar: Calendar, slot: int) -> Incident:
    random = rng.make_generator(calendar.seed, "incident", *calendar.stream, slot)
    weights = np.array([plan.weight for plan in calendar.plans.values()])
    name = list(calendar.plans)[int(np.searchsorted(np.cumsum(weights), random.random() * weights.sum(), side="right"))]
    return calendar.make(name, (slot + random.random()) * SLOT, random)
