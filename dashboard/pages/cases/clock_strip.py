"""The clock of a case as a strip: what counted, what did not, where now and the deadline are. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.clock.progress import ClockSegment, SegmentKind
from dashboard.cases.one_case import CaseClock
from dashboard.cases.words import CaseWords


@dataclass(frozen=True, slots=True)
class StripPart:
    """A stretch of the strip: `start` and `width` in percent of it."""

    kind: str
    start: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class ClockStrip:
    """The clock as a picture with words: its parts, where now is (percent; None outside), and the sums."""

    parts: list[StripPart]
    now: float | None
    due: float
    worked: str
    summary: str


def draw_strip(clock: CaseClock, words: CaseWords, zone: ZoneInfo) -> ClockStrip | None:
    """Return the strip of a clock; None of one that has counted nothing."""
    if not clock.segments:
        return None
    first, last = clock.segments[0].begins, clock.segments[-1].ends
    whole = (last - first) or timedelta(seconds=1)
    until = clock.stopped_at or clock.now

    def place(moment: datetime) -> float:
        return round(100 * ((moment - first) / whole), 3)

    parts = [
        StripPart(
            part.kind, place(part.begins), place(part.ends) - place(part.begins), words.say(f"cases.clock_{part.kind}")
        )
        for part in clock.segments
    ]
    sums = {kind: words.span(_sum(clock.segments, kind, until)) for kind in SegmentKind}
    summary = words.say(
        "cases.clock_strip",
        start=f"{first.astimezone(zone):%m-%d %H:%M}",
        end=f"{until.astimezone(zone):%m-%d %H:%M}",
        worked=sums[SegmentKind.RUNNING],
        paused=sums[SegmentKind.PAUSED],
        off=sums[SegmentKind.OFF],
    )
    now = place(until) if first <= until <= last else None
    return ClockStrip(parts, now, place(clock.due_at), sums[SegmentKind.RUNNING], summary)


def _sum(segments: list[ClockSegment], kind: SegmentKind, until: datetime) -> timedelta:
    spans = (min(part.ends, until) - part.begins for part in segments if part.kind is kind and part.begins < until)
    return sum(spans, timedelta())
