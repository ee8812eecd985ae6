"""What became of a topic: the same test the other way, did it fall? Pure.

A topic is chosen because its days were many, so fewer follow by themselves (regression to the mean). Therefore it is
held against the days before the rise too: what only fell from a height may still be more than there used to be.
"""

from dataclasses import dataclass
from fractions import Fraction

from citizens.topics.exact import fall_chance, rise_chance


@dataclass(frozen=True, slots=True)
class Stretch:
    """How many incidents there were in how many days."""

    count: int
    days: int

    @property
    def a_month(self) -> float:
        """How many that is in 30 days."""
        return 30 * self.count / self.days


@dataclass(frozen=True, slots=True)
class Effect:
    """The time since measures began against the rise and against the time before it."""

    usual: Stretch
    risen: Stretch
    since: Stretch

    @property
    def fall(self) -> Fraction:
        """How likely as few are since then if nothing changed since the rise."""
        return fall_chance(self.since.count, self.risen.count, after_days=self.since.days, before_days=self.risen.days)

    @property
    def still_high(self) -> Fraction:
        """How likely as many are since then if it were again as it used to be."""
        return rise_chance(self.since.count, self.usual.count, after_days=self.since.days, before_days=self.usual.days)

    def has_fallen(self, believed: Fraction) -> bool:
        """Whether it fell by more than chance explains."""
        return self.fall <= believed

    def is_usual_again(self, believed: Fraction) -> bool:
        """Whether it fell, and nothing shows that it is more than it used to be."""
        return self.has_fallen(believed) and self.still_high > believed
