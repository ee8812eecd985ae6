"""Judges what does not reach us: devices that are not taken or never came, and reports that are missing. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from alerts.conditions import MissingReports, Unheard
from alerts.detection.timed import TimedResult, TimedSeries
from alerts.measures import Bound

_SECOND = 1_000_000  # µs
LEAST_REFUSED = 2  # messages: one that is broken on its way says nothing of the device


@dataclass(frozen=True, slots=True)
class Hearing:
    """How a device is heard. Times are microseconds since 1970, UTC.

    `refused`: its messages since one of it was last taken, all of which were refused; `refused_since`: the first.
    """

    registered_at: int
    interval: float  # seconds between its reports
    has_reported: bool = False
    refused: int = 0
    refused_since: int | None = None

    @property
    def since(self) -> int | None:
        """Since when nothing of the device is taken; None when all is well, or cannot be told."""
        if not self.has_reported:
            return self.registered_at
        return self.refused_since if self.refused >= LEAST_REFUSED else None


def lasts(when: Unheard, hearing: Hearing, *, is_urgent: bool, listening_since: int, now: int) -> bool:
    """Whether it has lasted too long. A time in which we did not listen is nobody's fault."""
    if hearing.since is None:
        return False
    return now - max(hearing.since, listening_since) >= _longest(when, hearing, is_urgent=is_urgent) * _SECOND


def unheard(
    when: Unheard,
    devices: Iterable[tuple[TimedSeries, Hearing]],
    *,
    urgent: Collection[str],
    listening_since: int,
    now: int,
) -> TimedResult:
    """Judge devices; `urgent` names the kinds on which a rule of severity 1 relies."""
    sight = TimedResult()
    for place, hearing in devices:
        is_urgent = place.kind in urgent
        sight.bounds[place.series_id] = Bound(_longest(when, hearing, is_urgent=is_urgent), when.measure)
        if hearing.since is None:
            sight.clearing.add(place.series_id)
            continue
        seconds = (now - hearing.since) / _SECOND
        sight.values[place.series_id] = seconds
        if lasts(when, hearing, is_urgent=is_urgent, listening_since=listening_since, now=now):
            sight.holding[place.series_id] = _describe(place.sensor_id, hearing, seconds)
    return sight


def _longest(when: Unheard, hearing: Hearing, *, is_urgent: bool) -> float:
    return when.longest(hearing.interval, is_urgent=is_urgent, is_refused=hearing.refused > 0)


def _describe(sensor_id: str, hearing: Hearing, seconds: float) -> str:
    if hearing.refused:
        return f"all {hearing.refused} messages of {sensor_id} in {seconds:.0f} s were refused; see the dead letters"
    return f"{sensor_id} has never reported since it was registered {seconds:.0f} s ago"


def missing_reports(when: MissingReports, grown: Mapping[TimedSeries, int], *, own: Collection[int]) -> TimedResult:
    """Judge how many reports of each device came to be missing lately; `own`: the series that alerts hang on."""
    sight, total = TimedResult(), sum(grown.values())
    if total < when.reports:
        sight.clearing.update(own)
        sight.values.update(dict.fromkeys(own, float(total)))
        return sight
    worst = max(grown, key=lambda place: (grown[place], place.sensor_id))
    devices = f"{len(grown)} devices" if len(grown) > 1 else worst.sensor_id
    most = f", most of {worst.sensor_id}" if len(grown) > 1 else ""
    for series in own or [worst.series_id]:
        sight.holding[series] = f"{total} reports of {devices} are missing by their numbers (seq){most}"
        sight.values[series] = float(total)
    return sight
