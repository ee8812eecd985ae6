"""The condition state on one series: calm, pending, active, clearing. Pure.

Times are the devices', in microseconds since 1970 UTC.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from alerts.lifecycle import Event


class Phase(StrEnum):
    """Where a condition stands on a series."""

    CALM = "calm"
    PENDING = "pending"  # it holds, but not for long enough yet
    ACTIVE = "active"
    CLEARING = "clearing"  # it is over, but not for long enough yet


class ConditionKey(NamedTuple):
    """Whose course it is: the rule itself is part 0, its signs are 1 and more."""

    rule_id: str
    part: int
    series_id: int


@dataclass(frozen=True, slots=True)
class ConditionState:
    """How far a condition has come on a series. `inside` and `marks` serve conditions that count (Repeated)."""

    phase: Phase = Phase.CALM
    since: int = 0  # when the phase began
    inside: bool = False  # whether the condition that is counted holds just now
    marks: tuple[int, ...] = ()  # when it came true lately

    @property
    def is_on(self) -> bool:
        """Whether the condition counts as true."""
        return self.phase in (Phase.ACTIVE, Phase.CLEARING)

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to remember."""
        return self.phase is Phase.CALM and not self.marks and not self.inside


CALM = ConditionState()


class Observation(NamedTuple):
    """What was seen of a condition at one moment. Neither `holds` nor `clears`: it stays as it is."""

    time: int
    value: float
    limit: float
    holds: bool
    clears: bool
    fresh: bool  # whether it says something about the present; what is not may move a delay, but neither end it
    broken: bool = False  # whether so much time went by since the last one that nobody knows what was between


class Transition(NamedTuple):
    """A moment at which a condition came true or ended."""

    event: Event
    seen: Observation


def follow(
    course: ConditionState, seen: Iterable[Observation], *, on_delay: int, off_delay: int
) -> tuple[ConditionState, list[Transition]]:
    """Follow a condition through what was seen, in order of time; delays are in µs."""
    turns: list[Transition] = []
    for observation in seen:
        course, event = _step(course, observation, on_delay, off_delay)
        if event is not None:
            turns.append(Transition(event, observation))
    return course, turns


def _step(
    course: ConditionState, seen: Observation, on_delay: int, off_delay: int
) -> tuple[ConditionState, Event | None]:
    if course.is_on:
        return _step_off(course, seen, off_delay)
    if not seen.holds:
        return (course if course.phase is Phase.CALM else replace(course, phase=Phase.CALM, since=seen.time)), None
    if course.phase is Phase.CALM or seen.broken:
        course = replace(course, phase=Phase.PENDING, since=seen.time)
    if seen.fresh and seen.time - course.since >= on_delay:
        return replace(course, phase=Phase.ACTIVE, since=seen.time), Event.RAISE
    return course, None


def _step_off(course: ConditionState, seen: Observation, off_delay: int) -> tuple[ConditionState, Event | None]:
    if not seen.clears:
        return (replace(course, phase=Phase.ACTIVE) if course.phase is Phase.CLEARING else course), None
    if course.phase is Phase.ACTIVE or seen.broken:
        course = replace(course, phase=Phase.CLEARING, since=seen.time)
    if seen.fresh and seen.time - course.since >= off_delay:
        return replace(course, phase=Phase.CALM, since=seen.time), Event.CLEAR
    return course, None


def count(
    course: ConditionState, seen: Iterable[Observation], *, times: int, within: int
) -> tuple[ConditionState, Iterator[Observation]]:
    """Turn sightings of a limit into sightings of its repetition: `times` or more comings within so many µs.

    Return the course with what was counted, and what is to be followed: its value is how often, its limit `times`.
    """
    inside, marks = course.inside, course.marks
    counted = []
    for observation in seen:
        if observation.broken and course.is_on:
            # Nobody knows how often it came true meanwhile: what counted counts from here, for a whole window of data.
            marks = (observation.time,) * len(marks)
        if observation.holds and not inside:
            inside, marks = True, (*marks, observation.time)
        elif observation.clears:
            inside = False
        marks = tuple(mark for mark in marks if observation.time - mark < within)
        enough = len(marks) >= times
        counted.append(
            observation._replace(
                value=float(len(marks)), limit=float(times), holds=enough, clears=not enough and not inside
            )
        )
    return replace(course, inside=inside, marks=marks), iter(counted)
