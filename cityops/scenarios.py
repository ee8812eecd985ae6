"""Scenarios: stories that a simulated city is told step by step, and one run of such a story. Pure.

The simulator tells them, the presenter's page shows and steers them; both meet in the database.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

import msgspec

from cityops.catalogue import Names

LEAD_IN = timedelta(seconds=10)  # between a presenter's click and the story: the city comes to rest


class ScenarioStep(msgspec.Struct, frozen=True):
    """One step of a story: from `at`, seconds after its start."""

    at: float
    title: Names
    says: Names  # what the presenter tells the room


class Scenario(msgspec.Struct, frozen=True):
    """A story. It lasts `lasts` seconds, and a presenter shows it `pace` times faster than life."""

    name: str
    title: Names
    summary: Names
    lasts: float
    pace: float
    steps: tuple[ScenarioStep, ...]

    def step_at(self, seconds: float) -> int:
        """Return the number of the step that runs so many seconds after the start; the first is 0."""
        return max(0, sum(step.at <= seconds for step in self.steps) - 1)

    def next_step(self, seconds: float) -> float:
        """Return when the next step begins, seconds after the start; the end of the story after the last."""
        return min((step.at for step in self.steps if step.at > seconds), default=self.lasts)


@dataclass(frozen=True, slots=True)
class Run:
    """One telling of a story. Its own time goes `pace` times as fast as the clock; at `anchor_at` it is
    `anchor_seconds`. Times are UTC.
    """

    run_id: int
    name: str
    pace: float
    started_at: datetime
    started_by: str
    anchor_at: datetime
    anchor_seconds: float = 0.0
    ended_at: datetime | None = None

    def seconds(self, now: datetime) -> float:
        """Return how far the story is, in its own seconds."""
        return self.anchor_seconds + (now - self.anchor_at).total_seconds() * self.pace

    def is_clearing(self, now: datetime) -> bool:
        """Whether the story has not begun yet: what went wrong before is put away."""
        return self.ended_at is None and self.seconds(now) < 0

    def moment(self, seconds: float) -> datetime:
        """Return when the story is so far."""
        return self.anchor_at + timedelta(seconds=(seconds - self.anchor_seconds) / self.pace)

    def jumped(self, seconds: float, *, now: datetime) -> Self:
        """Return the run so that the story is so far now: what happened before it happened long ago."""
        return replace(self, anchor_at=now, anchor_seconds=seconds)

    def is_over(self, scenario: Scenario, now: datetime) -> bool:
        """Whether somebody ended it, or the story has."""
        return self.ended_at is not None or self.seconds(now) >= scenario.lasts
