"""Moments, zones and steps of time as the domain pages say them. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cityops.clock import clock_words
from dashboard.ui.components import Speak


def step_words(step: timedelta, say: Speak) -> str:
    """Return how long one point of a trend is, as people say it."""
    minutes = int(step / timedelta(minutes=1))
    if minutes % 1440 == 0:
        return say("domain.step_day")
    return say("domain.step_hours", count=minutes // 60) if minutes >= 60 else say("domain.step_minutes", count=minutes)


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as clocks of the city show it."""
    return clock_words(moment, zone, "%Y-%m-%d %H:%M")


def zone_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the zone of the times, such as "Asia/Shanghai UTC+08:00"."""
    offset = moment.astimezone(zone).strftime("%z")
    return f"{zone.key} UTC{offset[:3]}:{offset[3:]}"
