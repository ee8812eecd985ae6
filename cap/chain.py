"""The life of one public warning: what is to be said next, and whether a person says it. Pure.

A warning is an event in a district, such as rain in the north of the city. What was said last stands until it expires;
more or less is said by an update, the end by an all-clear, and what stands too long without news is said again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SETTLED = timedelta(minutes=10)  # so long must it be less, or over, before the public is told
RENEWED = 0.25  # of its time is left when what still holds is said again


class ChainAct(StrEnum):
    """What a message does with a warning."""

    ALERT = "Alert"
    UPDATE = "Update"
    RENEW = "Renew"
    ALL_CLEAR = "AllClear"
    CANCEL = "Cancel"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules say holds now: the highest level (1 is red), and where (codes of areas)."""

    severity: int
    areas: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What was said last."""

    severity: int
    areas: frozenset[str]
    sent: datetime
    expires: datetime

    def includes(self, step: "ChainStep") -> bool:
        """Whether a step says no more than this."""
        return step.severity >= self.severity and step.areas <= self.areas


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A message to be made."""

    act: ChainAct
    severity: int
    areas: frozenset[str]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an event goes out. `approve_to`: levels from 1 to this wait for a person; 0: none does."""

    approve_to: int
    hours: float  # how long a message holds

    @property
    def renew_before(self) -> timedelta:
        """How long before it expires it is said again."""
        return timedelta(hours=self.hours * RENEWED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes out now, and what waits for a person."""

    issue: ChainStep | None = None
    propose: ChainStep | None = None
    is_over: bool = False  # nothing stands and nothing holds


def plan(
    facts: Facts | None,
    said: Said | None,
    terms: Terms,
    now: datetime,
    *,
    changed_at: datetime | None = None,
    declined: Said | None = None,
) -> Plan:
    """Return what to do. `said`: what stands; None when nothing was said, or it has expired.

    `changed_at`: since when less holds than was said, or nothing. `declined`: what a person did not let out.
    """
    standing = said if said is not None and said.expires > now else None
    step = _wanted(facts, standing, terms, now, changed_at)
    if step is None:
        return Plan(is_over=standing is None and facts is None)
    renewal = _renewal(facts, standing, terms, now)
    if declined is not None and _is_declined(step, standing, declined):
        return Plan(issue=renewal)
    return Plan(issue=renewal, propose=step) if _needs_person(step, standing, terms) else Plan(issue=step)


def is_less(facts: Facts | None, said: Said) -> bool:
    """Whether less holds than was said: a lower level, or nothing."""
    return facts is None or facts.severity > said.severity


def _wanted(
    facts: Facts | None, standing: Said | None, terms: Terms, now: datetime, changed_at: datetime | None
) -> ChainStep | None:
    if standing is None:
        return None if facts is None else ChainStep(ChainAct.ALERT, facts.severity, facts.areas)
    settled = changed_at is not None and now - changed_at >= SETTLED
    if facts is None:
        return ChainStep(ChainAct.ALL_CLEAR, standing.severity, standing.areas) if settled else None
    if facts.severity < standing.severity:
        return ChainStep(ChainAct.UPDATE, facts.severity, facts.areas | standing.areas)
    if not facts.areas <= standing.areas:  # it grows at once, and shrinks when it is said again
        return ChainStep(ChainAct.UPDATE, standing.severity, facts.areas | standing.areas)
    return _wanted_less(facts, standing, terms, now, settled=settled)


def _wanted_less(facts: Facts, standing: Said, terms: Terms, now: datetime, *, settled: bool) -> ChainStep | None:
    """Return what to say where no more holds than was said."""
    if facts.severity > standing.severity and settled:
        return ChainStep(ChainAct.UPDATE, facts.severity, facts.areas)
    if standing.expires - now <= terms.renew_before:
        # Where it is less but not yet for long, the level stays: it holds for a quarter of its time at least.
        return ChainStep(
            ChainAct.RENEW, standing.severity, facts.areas if facts.severity == standing.severity else standing.areas
        )
    return None


def _renewal(facts: Facts | None, standing: Said | None, terms: Terms, now: datetime) -> ChainStep | None:
    """Say again what stands while a person thinks about more: it must not end in between."""
    if standing is None or facts is None or standing.expires - now > terms.renew_before:
        return None
    return ChainStep(ChainAct.RENEW, standing.severity, standing.areas)


def _is_declined(step: ChainStep, standing: Said | None, declined: Said) -> bool:
    """Whether a person did not want this out: no more than it, where nothing stands, or where it would be its level."""
    if step.act in (ChainAct.ALL_CLEAR, ChainAct.RENEW) or not declined.includes(step):
        return False
    return standing is None or (step.severity == declined.severity and not standing.includes(step))


def _needs_person(step: ChainStep, standing: Said | None, terms: Terms) -> bool:
    """Whether a person decides: about what is said of such a level for the first time, and about its end.

    What stands was decided about, so less of it needs nobody.
    """
    if step.severity > terms.approve_to:
        return False
    if step.act is ChainAct.ALL_CLEAR:
        return True
    return standing is None or not standing.includes(step)
