"""An alert with all that people need to read of it, and the one order of alerts. Pure.

Wall, desk, alarm, director, API and handover read what stands here; none of them compares alerts by itself.
First comes a red alert of which nobody knows whether it still holds; then what nobody has, by severity, by the
deadline, by age; then what somebody has. What is put aside (shelved, suppressed, out of service) comes last and
waits for nobody.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from operator import attrgetter

import msgspec

from alerts.lifecycle import AlertFacts, AlertState, Suppression
from alerts.measures import Measure, Quantity
from cityops.clock import milliseconds

RED = 1  # the highest severity
_NEVER = 9_999_999_999_999  # ms since 1970, of an alert without a deadline
_LAST = 2**63 - 1  # the largest number of an alert: of two that are equal in all else the newer one comes first


class OpenAlert(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One alert as the board shows it; one that is over has `closed_at`. A row of the view `alert_board`.

    Times are UTC. Severity 1 is the highest. `told_at`: when the first person was told; `untold`: how many messages
    about it could not be delivered. `headline`: whether it is the one of its incident to read first. `trigger_value`
    and `limit_value` are what `quantity` says (`alerts.measures`); `value` is the latest reading, of `value_time`, in
    `unit`. The place is WGS-84, degrees.
    """

    alert_id: int
    version: int
    rule_id: str
    title_zh: str | None
    title_en: str | None
    guidance_zh: str | None = None
    guidance_en: str | None = None
    severity: int
    active: bool
    acknowledged: bool
    latched: bool = False
    suppression: Suppression = Suppression.NONE
    suppressed_by: str | None = None
    suppressed_reason: str | None = None
    suppressed_at: datetime | None = None
    shelved_until: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    lease_until: datetime | None = None
    assigned_to: str | None = None
    department: str | None = None
    ack_due: datetime | None = None
    handle_due: datetime | None = None
    escalation_level: int = 0
    opened_at: datetime
    detected_at: datetime
    cleared_at: datetime | None = None
    closed_at: datetime | None = None
    stale_since: datetime | None = None
    incident_id: int | None = None
    headline: bool = True
    told_at: datetime | None = None
    untold: int = 0
    sensor_id: str
    sensor_name: str
    area_code: str
    domain: str
    kind: str
    metric: str
    unit: str
    trigger_value: float | None = None
    limit_value: float | None = None
    quantity: Quantity = Quantity.READING
    window_seconds: float | None = None
    value: float | None = None
    value_time: datetime | None = None
    lon: float
    lat: float

    @cached_property
    def state(self) -> AlertState:
        """The name of its state, NORM once it is closed."""
        if self.closed_at is not None:
            return AlertState.NORM
        return AlertFacts(self.active, self.acknowledged, self.latched, self.suppression).state

    @property
    def is_aside(self) -> bool:
        """Whether it is kept from the room: shelved, suppressed by design, or out of service."""
        return self.suppression is not Suppression.NONE

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a person 待确认: nobody has it, and it is before the room."""
        return not self.acknowledged and not self.is_aside

    @property
    def is_stale(self) -> bool:
        """Whether nobody knows if it still holds: its sensor is silent."""
        return self.stale_since is not None

    @property
    def is_pressing(self) -> bool:
        """Whether it holds and is before the room: such alerts burden the city, and may come first on a wall."""
        return self.active and not self.is_aside

    @property
    def due(self) -> datetime | None:
        """Its next deadline, if it has one: to be taken, to be over, or to come back from where it was put."""
        if self.is_aside:
            return self.shelved_until
        return self.handle_due if self.acknowledged else self.ack_due

    def is_overdue(self, now: datetime) -> bool:
        """Whether people let a deadline pass; what is put aside is late for nobody."""
        return not self.is_aside and self.due is not None and self.due < now

    @cached_property
    def rank(self) -> str:
        """Its place in the one order, as a text: the smaller, the sooner it needs a person.

        It depends on the alert alone, so that no alert moves because another one came.
        """
        silent_red = self.severity == RED and self.is_stale
        facts = f"{self.is_aside:d}{not silent_red:d}{self.acknowledged:d}{self.severity:d}"
        return f"{facts}{_sortable(self.due):013d}{_sortable(self.opened_at):013d}{_LAST - self.alert_id:019d}"

    @property
    def measure(self) -> Measure:
        """What limit and trigger are."""
        return Measure(self.quantity, self.window_seconds)

    def title(self, language: str) -> str:
        """Return what it is called, in Chinese where the rule has no other name, or by its rule."""
        return (self.title_en if language == "en" else None) or self.title_zh or self.rule_id


def in_order(alerts: Iterable[OpenAlert]) -> list[OpenAlert]:
    """Return alerts by rank, the one first that needs a person most."""
    return sorted(alerts, key=attrgetter("rank"))


def _sortable(moment: datetime | None) -> int:
    return _NEVER if moment is None else milliseconds(moment)
