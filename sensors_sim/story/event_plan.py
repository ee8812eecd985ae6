"""The script of a city: what is going to happen by chance, as a story, and to its devices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from sensors_sim.fleet.devices import Fleet
from sensors_sim.story.calendar import Calendar
from sensors_sim.story.chance_faults import ChanceFaults
from sensors_sim.story.faults import DeviceFault
from sensors_sim.story.incidents import Incident

Span = tuple[float, float]  # seconds since 1970


@dataclass(frozen=True, eq=False)
class Script:
    """Everything that will happen. While a story is told nothing else does: `quiet` are those spans.

    What chance began before such a span ends where the span begins.
    """

    calendar: Calendar | None = None
    staged: tuple[Incident, ...] = ()
    faults: tuple[DeviceFault, ...] = ()
    chance: ChanceFaults | None = None
    quiet: tuple[Span, ...] = ()
    _own_faults: dict[str, dict[str, list[DeviceFault]]] = field(default_factory=dict, init=False)

    def incidents(self, start: float, end: float) -> list[Incident]:
        """Return the incidents that touch a span of real time (seconds since 1970)."""
        found = [] if self.calendar is None else self.calendar.between(start, end)
        by_chance = [replace(one, end=self._end(one)) for one in found if not self._is_quiet(one.start)]
        return by_chance + [one for one in self.staged if one.start <= end and one.end >= start]

    def faults_until(self, end: float, fleet: Fleet) -> Mapping[str, Sequence[DeviceFault]]:
        """Return the faults of a fleet by sensor, in order of their start; by chance only those before a moment."""
        if self.chance is None:
            return self._own_faults.get(fleet.kind, {}) if self.faults else {}
        by_chance = [one for one in self.chance.until(end, fleet) if not self._is_quiet(one.start)]
        found = [replace(one, end=self._end(one)) for one in by_chance]
        found += [one for one in self.faults if one.sensor_id in fleet.numbers]
        return _by_sensor(found)

    def ended(self, moment: float) -> Self:
        """Return the script in which all that was staged before a moment ends there at the latest."""
        return replace(
            self,
            staged=tuple(replace(one, end=_sooner(one, moment)) for one in self.staged),
            faults=tuple(replace(one, end=_sooner(one, moment)) for one in self.faults),
        )

    def _is_quiet(self, moment: float) -> bool:
        return any(begin <= moment < end for begin, end in self.quiet)

    def _end(self, one: Incident | DeviceFault) -> float:
        return min([one.end, *(begin for begin, _ in self.quiet if begin > one.start)])

    def prepared(self, fleets: Mapping[str, Fleet]) -> Self:
        """Return the script with its own faults sorted by these fleets: they are asked for all the time."""
        for kind, fleet in fleets.items():
            self._own_faults[kind] = _by_sensor([one for one in self.faults if one.sensor_id in fleet.numbers])
        return self


def _sooner(one: Incident | DeviceFault, moment: float) -> float:
    return min(one.end, moment) if one.start < moment else one.end


def _by_sensor(faults: Iterable[DeviceFault]) -> dict[str, list[DeviceFault]]:
    found: dict[str, list[DeviceFault]] = defaultdict(list)
    for fault in sorted(faults, key=lambda one: one.start):
        found[fault.sensor_id].append(fault)
    return dict(found)
