"""The score of alert detection: what a truth file says against what was raised. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from sensors_sim.errors import TruthError
from sensors_sim.scoring.expected_alerts import load_answers

GRACE = timedelta(minutes=5)  # an alert may follow the end of what raised it
EARLY = timedelta(seconds=2)  # the true beginning is known to the second
SEVERE = 2  # severity 1 and 2


class Raised(msgspec.Struct, frozen=True):
    """One alert of the database. Times are UTC."""

    rule_id: str
    severity: int
    sensor_id: str
    opened_at: datetime
    detected_at: datetime


class Wanted(msgspec.Struct, frozen=True):
    """One alert that ought to be raised: since when it is true, and when the first report was made that says so."""

    rule: str
    severity: int
    sensor: str
    since: datetime
    reported: datetime


class Incident(msgspec.Struct, frozen=True, tag="incident"):
    """One incident of a truth file."""

    name: str
    start: datetime
    end: datetime
    sensors: tuple[str, ...]
    expected: tuple[Wanted, ...]
    must_not: tuple[str, ...]


class ScoredFault(msgspec.Struct, frozen=True, tag="fault"):
    """One fault of a truth file."""

    kind: str
    sensor: str
    start: datetime
    end: datetime


class Start(msgspec.Struct, frozen=True, tag="start"):
    """The first line."""

    at: datetime
    sensors: int


class Ledger(msgspec.Struct, frozen=True, tag="ledger"):
    """What became of one device's reports."""

    sensor: str
    stored: int  # readings
    resent: int  # reports
    dead_lettered: int  # messages
    missing: int  # reports
    restarts: int


class End(msgspec.Struct, frozen=True, tag="end"):
    """The last line."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth file."""

    start: datetime
    end: datetime
    sensors: int
    incidents: tuple[Incident, ...] = ()
    faults: tuple[ScoredFault, ...] = ()
    ledger: tuple[Ledger, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How good detection was. Ratios are None where there is nothing to divide by.

    Seconds until an expected alert was there: `delays` from the first report that tells it, `lags` from its true
    beginning, the time until the device's next report included.
    """

    expected: int
    found: int
    raised: int
    false: int
    false_severe: int
    delays: tuple[float, ...]
    lags: tuple[float, ...]
    sensor_days: float
    missed: tuple[Wanted, ...] = ()
    wrong: tuple[Raised, ...] = ()

    @property
    def recall(self) -> float | None:
        """The share of the expected alerts that were raised."""
        return self.found / self.expected if self.expected else None

    @property
    def precision(self) -> float | None:
        """The share of the raised alerts that something justifies."""
        return 1 - self.false / self.raised if self.raised else None

    @property
    def false_per_sensor_day(self) -> float:
        """How many alerts nothing justifies, a sensor and day."""
        return self.false / self.sensor_days if self.sensor_days else 0.0

    def detected_after(self, percentile: float) -> float | None:
        """Return within how many seconds of the report so many per cent of the expected alerts were raised."""
        return float(np.percentile(self.delays, percentile)) if self.delays else None

    def true_for(self, percentile: float) -> float | None:
        """Return within how many seconds of the true beginning so many per cent of them were raised."""
        return float(np.percentile(self.lags, percentile)) if self.lags else None


def read_truth(path: Path) -> Truth:
    """Read a truth file; one that was cut off ends with its last incident. Raises TruthError."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise TruthError(f"{path} cannot be read ({error.strerror}). Correct the path.") from error
    found: list[Any] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=Incident | ScoredFault | Start | Ledger | End))
        except msgspec.MsgspecError as error:
            raise TruthError(f"{path}, line {number}: {error}. {TruthError.__doc__}") from error
    starts = [one for one in found if isinstance(one, Start)]
    if not starts:
        raise TruthError(f"{path} has no line of type start. {TruthError.__doc__}")
    incidents = tuple(one for one in found if isinstance(one, Incident))
    ends = [one.at for one in found if isinstance(one, End)] or [one.end for one in incidents] or [starts[0].at]
    faults = tuple(one for one in found if isinstance(one, ScoredFault))
    ledger = tuple(one for one in found if isinstance(one, Ledger))
    return Truth(starts[0].at, max(ends), starts[0].sensors, incidents, faults, ledger)


def score(truth: Truth, raised: Sequence[Raised]) -> Score:
    """Compare. An expected alert counts once, however many incidents expect it of the sensor at a time."""
    wanted = {(one.rule, one.sensor): one for one in _soonest_last(truth)}
    delays, lags, missed = [], [], []
    for one in wanted.values():
        first = min((r.detected_at for r in raised if _answers(r, one, truth)), default=None)
        if first is None:
            missed.append(one)
        else:
            delays.append(max(0.0, (first - one.reported).total_seconds()))
            lags.append(max(0.0, (first - one.since).total_seconds()))
    wrong = [one for one in raised if not _is_justified(one, truth)]
    return Score(
        expected=len(wanted),
        found=len(delays),
        raised=len(raised),
        false=len(wrong),
        false_severe=sum(one.severity <= SEVERE for one in wrong),
        delays=tuple(delays),
        lags=tuple(lags),
        sensor_days=truth.sensors * (truth.end - truth.start).total_seconds() / 86400,
        missed=tuple(missed),
        wrong=tuple(wrong),
    )


def _soonest_last(truth: Truth) -> Iterable[Wanted]:
    every = [one for incident in truth.incidents for one in incident.expected]
    return sorted(every, key=lambda one: one.since, reverse=True)


def _answers(one: Raised, wanted: Wanted, truth: Truth) -> bool:
    same = (one.rule_id, one.sensor_id, one.severity) == (wanted.rule, wanted.sensor, wanted.severity)
    return same and wanted.since - EARLY <= one.opened_at <= truth.end + GRACE


def _is_justified(one: Raised, truth: Truth) -> bool:
    """Whether an incident reached the sensor, or the rule speaks of the device and it was faulty."""
    if any(_explains(incident, one) for incident in truth.incidents):
        return True
    technical = one.rule_id in load_answers().technical
    return technical and any(one.sensor_id == fault.sensor and fault.start <= one.opened_at for fault in truth.faults)


def _explains(incident: Incident, one: Raised) -> bool:
    reaches = one.sensor_id in incident.sensors and one.rule_id not in incident.must_not
    return reaches and incident.start <= one.opened_at <= incident.end + GRACE
