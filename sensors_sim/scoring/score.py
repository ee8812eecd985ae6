"""The score of alert detection: what a truth file says against what was raised. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import numpy as np

from sensors_sim.scoring.expected_alerts import load_answers
from sensors_sim.scoring.truth_records import TrueIncident, Truth, Wanted

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


@dataclass(frozen=True, slots=True)
class DetectionScore:
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


def score(truth: Truth, raised: Sequence[Raised]) -> DetectionScore:
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
    return DetectionScore(
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


def _explains(incident: TrueIncident, one: Raised) -> bool:
    reaches = one.sensor_id in incident.sensors and one.rule_id not in incident.must_not
    return reaches and incident.start <= one.opened_at <= incident.end + GRACE
