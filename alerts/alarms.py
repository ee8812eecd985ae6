"""Which open alerts sound at a desk: by severity, by rule, and never in quiet hours unless they are red. Pure."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.settings import Settings

RED = 1  # the severity that no quiet hours silence


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

    def sounding(self, alerts: pd.DataFrame, now: datetime) -> "pd.Series[bool]":
        """Return which alerts (as of `store.open_alerts`) sound: those that wait for a person and are loud enough."""
        loud = (alerts["severity"] <= self.severity) | alerts["rule_id"].isin(self.rules)
        if self.is_quiet(now):
            loud = loud & (alerts["severity"] <= RED)
        return loud & alerts["waiting"].astype(bool)


def read_policy(settings: Settings) -> AlarmPolicy:
    """Return what the settings say."""
    return AlarmPolicy(
        settings.zone, settings.alarm_severity, frozenset(settings.alarm_rules or ()), settings.alarm_quiet
    )
