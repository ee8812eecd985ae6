"""Which open alerts sound at a desk: by severity, by rule, and never in quiet hours unless they are red. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from alerts.board.open_alert import RED, OpenAlert
from cityops.settings import Settings


@dataclass(frozen=True, slots=True)
class AlarmPolicy:
    """What a city wants to hear.

    `severity`: alerts from 1 to this sound. `rules`: rules whose alerts sound whatever their severity. `quiet`: from
    when until when, on the city's clocks, only red alerts sound; may pass midnight; None: never.
    """

    zone: ZoneInfo
    severity: int = RED
    rules: frozenset[str] = frozenset()
    quiet: tuple[time, time] | None = None

    def is_quiet(self, now: datetime) -> bool:
        """Whether these are quiet hours."""
        if self.quiet is None:
            return False
        start, end = self.quiet
        clock = now.astimezone(self.zone).time()
        return start <= clock < end if start <= end else clock >= start or clock < end

    def sounding(self, alerts: Iterable[OpenAlert], now: datetime) -> frozenset[int]:
        """Return the numbers of the alerts that sound: those that wait for a person and are loud enough."""
        loudest_only = self.is_quiet(now)
        return frozenset(
            alert.alert_id
            for alert in alerts
            if alert.is_waiting and (alert.severity <= RED if loudest_only else self._is_loud(alert))
        )

    def _is_loud(self, alert: OpenAlert) -> bool:
        return alert.severity <= self.severity or alert.rule_id in self.rules


def read_policy(settings: Settings) -> AlarmPolicy:
    """Return what the settings say."""
    return AlarmPolicy(
        settings.zone, settings.alarm_severity, frozenset(settings.alarm_rules or ()), settings.alarm_quiet
    )
