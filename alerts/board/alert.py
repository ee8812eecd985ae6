"""One alert as the database holds it. Pure: every action is a new value, which `store.save` makes true."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from alerts.board import deadlines
from alerts.lifecycle import AlertFacts, AlertState, Event, Suppression, follow
from alerts.measures import Measure, Quantity


@dataclass(frozen=True, slots=True)
class ResponsePolicy:
    """What a rule asks of people: who is responsible, how fast, and whether a person must reset the alert."""

    department: str
    acknowledge: timedelta
    handle: timedelta
    latching: bool = False


@dataclass(frozen=True, slots=True)
class TriggerValue:
    """The value that raised an alert, its limit, and what both measure."""

    value: float
    limit: float
    measure: Measure

    @property
    def columns(self) -> dict[str, Any]:
        """The same as an alert keeps it."""
        compares = self.measure.quantity is not Quantity.NONE
        return {
            "trigger_value": self.value if compares else None,
            "limit_value": self.limit if compares else None,
            "quantity": self.measure.quantity,
            "window_seconds": self.measure.window,
        }


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert at one version. Times are UTC; severity 1 is the highest.

    `trigger_value` and `limit_value` are what `quantity` says, over `window_seconds` when it has a window; None
    where there is nothing to compare.
    """

    alert_id: int
    version: int
    rule_id: str
    series_id: int
    severity: int
    active: bool
    acknowledged: bool
    latched: bool
    suppression: Suppression
    trigger_value: float | None
    limit_value: float | None = None
    quantity: Quantity = Quantity.READING
    window_seconds: float | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    cleared_at: datetime | None = None
    closed_at: datetime | None = None
    suppressed_at: datetime | None = None
    suppressed_by: str | None = None
    suppressed_reason: str | None = None
    shelved_until: datetime | None = None
    stale_since: datetime | None = None
    assigned_to: str | None = None
    ack_due: datetime | None = None
    handle_due: datetime | None = None
    lease_until: datetime | None = None
    escalate_at: datetime | None = None
    escalation_level: int = 0

    @property
    def standing(self) -> AlertFacts:
        """The four facts."""
        return AlertFacts(self.active, self.acknowledged, self.latched, self.suppression)

    @property
    def state(self) -> AlertState:
        """The name of the state."""
        return self.standing.state

    def after(self, event: Event, *, now: datetime, latching: bool = False, **changes: Any) -> Self:
        """Return the alert after an event; back to normal is closed. Raises NotAllowed."""
        standing = follow(self.standing, event, latching=latching)
        closed_at = now if standing.state is AlertState.NORM else None
        facts = {name: getattr(standing, name) for name in AlertFacts.__slots__}
        return replace(self, closed_at=closed_at, **facts, **changes)

    def raised(self, seen: "TriggerValue", *, severity: int, terms: ResponsePolicy, now: datetime) -> Self:
        """The condition came true again: the times start anew."""
        return self.after(
            Event.RAISE,
            now=now,
            latching=terms.latching,
            severity=severity,
            **seen.columns,
            cleared_at=None,
            stale_since=None,
            lease_until=None,
            **_due(terms, now),
        )

    def cleared(self, time: datetime, *, now: datetime) -> Self:
        """A fresh good reading said that the condition is gone, at `time`."""
        return self.after(Event.CLEAR, now=now, cleared_at=time, stale_since=None, lease_until=None)

    def taken(self, actor: str, *, now: datetime) -> Self:
        """A person has it, on a lease when it is urgent."""
        return self.after(
            Event.ACKNOWLEDGE,
            now=now,
            acknowledged_at=now,
            acknowledged_by=actor,
            lease_until=self.lease(now) if self.active else None,
            escalate_at=self.handle_due,
        )

    def lapsed(self, *, now: datetime) -> Self:
        """Nobody acted on it: it is nobody's again, and the next level hears of it at once."""
        return self.after(
            Event.LAPSE, now=now, acknowledged_by=None, acknowledged_at=None, lease_until=None, escalate_at=now
        )

    def given_back(self, *, now: datetime) -> Self:
        """Whoever took it did not mean to: the deadline that it had counts on."""
        return self.after(
            Event.LAPSE,
            now=now,
            acknowledged_by=None,
            acknowledged_at=None,
            lease_until=None,
            escalate_at=self.ack_due,
        )

    def suppressed(
        self, event: Event, actor: str, reason: str, *, now: datetime, until: datetime | None = None
    ) -> Self:
        """It is kept from the room."""
        return self.after(
            event,
            now=now,
            suppressed_at=now,
            suppressed_by=actor,
            suppressed_reason=reason,
            shelved_until=until,
            lease_until=None,
        )

    def returned(self, event: Event, *, terms: ResponsePolicy, now: datetime) -> Self:
        """It is before the room again; what still holds waits for a person, with its times anew."""
        return self.after(
            event,
            now=now,
            suppressed_at=None,
            suppressed_by=None,
            suppressed_reason=None,
            shelved_until=None,
            acknowledged_at=None,
            acknowledged_by=None,
            **_due(terms, now),
        )

    def attended(self, now: datetime) -> Self:
        """Somebody did something about it: the lease goes on."""
        return replace(self, lease_until=self.lease(now)) if self.lease_until is not None else self

    def lease(self, now: datetime) -> datetime | None:
        """Until when an acknowledgement of this severity holds unattended; None for ever."""
        return now + deadlines.LEASE[self.severity] if self.severity in deadlines.LEASE else None


def _due(terms: ResponsePolicy, now: datetime) -> dict[str, Any]:
    due = now + terms.acknowledge
    return {"ack_due": due, "handle_due": now + terms.handle, "escalate_at": due, "escalation_level": 0}
