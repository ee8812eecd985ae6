"""What the words of a scenario promise that the city shows, and whether it does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

NEARLY_ALL = 0.9  # "all report" means at least this share: one may just be between two reports


@dataclass
class Sights:
    """What was seen during a step, look by look. Alerts are pairs of rule and sensor."""

    raised: set[tuple[str, str]] = field(default_factory=set)  # active at any look
    active: set[tuple[str, str]] = field(default_factory=set)  # at the last look
    severe: set[str] = field(default_factory=set)  # rules of what is open at the last look, red or orange
    lows: dict[tuple[str, str], float] = field(default_factory=dict)  # by metric and sensor
    highs: dict[tuple[str, str], float] = field(default_factory=dict)
    states: dict[str, set[str]] = field(default_factory=dict)  # all the online states that a sensor was in
    age: float = 0.0  # of the newest reading, at its longest, in seconds
    counted: dict[str, dict[str, float]] = field(default_factory=dict)  # by sensor and column, since the story began

    def note_alerts(self, active: set[tuple[str, str]], severe: set[str]) -> None:
        """Note the alerts of one look."""
        self.raised |= active
        self.active, self.severe = active, severe

    def note_values(self, values: Mapping[tuple[str, str], float]) -> None:
        """Note the newest values, by metric and sensor."""
        for key, value in values.items():
            self.lows[key] = min(value, self.lows.get(key, value))
            self.highs[key] = max(value, self.highs.get(key, value))

    def note_states(self, states: Mapping[str, str]) -> None:
        """Note the online state of each sensor."""
        for sensor, state in states.items():
            self.states.setdefault(sensor, set()).add(state)


class Raises(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="raises"):
    """An alert of this rule is active at some time of the step: at each of these sensors, or at any."""

    rule: str
    sensors: tuple[str, ...] = ()

    def lack(self, seen: Sights) -> str | None:
        """Return what was not so, or None."""
        there = {sensor for rule, sensor in seen.raised if rule == self.rule}
        if there and there >= set(self.sensors):
            return None
        return f"no alert of {self.rule} at {_list(set(self.sensors) - there)}"


class Clears(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="clears"):
    """No alert of these rules is active any more when the step ends."""

    rules: tuple[str, ...]

    def lack(self, seen: Sights) -> str | None:
        """Return what was not so, or None."""
        left = {f"{rule} at {sensor}" for rule, sensor in seen.active if rule in self.rules}
        return f"still active: {_list(left)}" if left else None


class Reads(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="reads"):
    """A value between these is shown at some time of the step: by each of these sensors, or by any."""

    metric: str
    sensors: tuple[str, ...] = ()
    least: float = float("-inf")
    most: float = float("inf")

    def lack(self, seen: Sights) -> str | None:
        """Return what was not so, or None."""
        keys = {
            (metric, sensor)
            for metric, sensor in seen.lows
            if metric == self.metric and (not self.sensors or sensor in self.sensors)
        }
        fits = {sensor for _, sensor in filter(lambda key: self._reaches(key, seen), keys)}
        if fits and fits >= set(self.sensors):
            return None
        shown = {f"{sensor} {seen.lows[key]:g} to {seen.highs[key]:g}" for key in keys for sensor in key[1:]}
        return f"{self.metric} never from {self.least:g} to {self.most:g}: {_list(shown)}"

    def _reaches(self, key: tuple[str, str], seen: Sights) -> bool:
        return seen.highs[key] >= self.least and seen.lows[key] <= self.most


class Stands(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="stands"):
    """This online state (see `presence`) is shown at some time of the step, of these sensors or of nearly all."""

    state: str
    sensors: tuple[str, ...] = ()

    def lack(self, seen: Sights) -> str | None:
        """Return what was not so, or None."""
        so = {sensor for sensor, states in seen.states.items() if self.state in states}
        if self.sensors:
            others = set(self.sensors) - so
            return f"never {self.state}: {_list(others)}" if others else None
        share = len(so) / max(1, len(seen.states))
        return f"only {share:.0%} of the sensors {self.state}" if share < NEARLY_ALL else None


class Calm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="calm"):
    """Nothing red or orange is open when the step ends."""

    def lack(self, seen: Sights) -> str | None:
        """Return what was not so, or None."""
        return f"red or orange: {_list(seen.severe)}" if seen.severe else None


class Ages(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="ages"):
    """The newest reading of the city becomes at least so old, in seconds of the clock."""

    seconds: float

    def lack(self, seen: Sights) -> str | None:
        """Return what was not so, or None."""
        return f"the newest reading was never older than {seen.age:.0f} s" if seen.age < self.seconds else None


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="counts"):
    """The ledger counts so many, since the story began, of each of these devices, or of all together."""

    column: str  # of the ledger: missing, resent, dead_lettered, …
    sensors: tuple[str, ...] = ()
    least: float = 0
    most: float = float("inf")

    def lack(self, seen: Sights) -> str | None:
        """Return what was not so, or None."""
        counts = {sensor: columns.get(self.column, 0) for sensor, columns in seen.counted.items()}
        found = {sensor: counts.get(sensor, 0) for sensor in self.sensors} or {"all": sum(counts.values())}
        wrong = {f"{name} {count:g}" for name, count in found.items() if not self.least <= count <= self.most}
        return f"{self.column}: {_list(wrong)}" if wrong else None


Claim = Raises | Clears | Reads | Stands | Calm | Ages | Counts


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)[:6]) or "any sensor"
