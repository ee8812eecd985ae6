"""The time axis of a chart: the clocks of a city, running forward also in the night in which they change. Pure.

Plotly knows no zones: what it is given are the numbers on a clock. In the night in which clocks are set back an hour
comes twice, so that a line would run back over itself. Here an axis keeps the offset from UTC that it begins with;
where that changes on the way, ticks and hover texts say what clocks say, with the offset.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go

from cityops.clock import offset_words
from dashboard import theme

MOST_TICKS = 8
_STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080))


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """An axis from `start` to `end` (UTC) on the clocks of a zone; both None where there is nothing to draw."""

    zone: ZoneInfo
    start: datetime | None
    end: datetime | None

    @property
    def offset(self) -> timedelta:
        """What the axis adds to UTC, from its first to its last point."""
        return _offset(self.start, self.zone) if self.start else timedelta(0)

    @property
    def changes(self) -> list[datetime]:
        """The moments (UTC, to the minute) at which the clocks change on the way."""
        if self.start is None or self.end is None:
            return []
        days = [self.start + timedelta(days=day) for day in range((self.end - self.start).days + 1)] + [self.end]
        return [_change(one, other, self.zone) for one, other in pairwise(days) if self._differ(one, other)]

    def place(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame whose `time` (aware) is where the axis has it (naive)."""
        return frame.assign(time=pd.to_datetime(frame["time"], utc=True).dt.tz_localize(None) + self.offset)

    def dress(self, figure: go.Figure, *, ticks: str, hover: str) -> None:
        """Give a figure its time axis. `ticks` and `hover` are formats of Plotly, the same as of strftime."""
        figure.update_layout(hovermode="x unified", xaxis={"hoverformat": hover, "tickformat": ticks})
        changes = self.changes
        if self.start is None or self.end is None or not changes:
            return
        moments = self._ticks(self.start, self.end)
        texts = [self.clock(moment, ticks.split("\n", maxsplit=1)[0]) for moment in moments]
        lower = [self.clock(moment, "%m-%d ") + self._zone(moment) for moment in moments]
        figure.update_xaxes(
            tickvals=[self._on_axis(moment) for moment in moments],
            ticktext=[f"{one}<br>{other}" for one, other in zip(texts, lower, strict=True)],
            unifiedhovertitle={"text": "&nbsp;"},  # the axis's own words are an hour off after the change
        )
        for trace in figure.data:
            if trace.hovertemplate and trace.x is not None:
                trace.customdata = [self._said(moment, hover) for moment in pd.to_datetime(pd.Series(trace.x))]
                trace.hovertemplate = f"%{{customdata}}　{trace.hovertemplate}"
        for change in changes:
            words = f"{self._zone(change - timedelta(minutes=1))} → {self._zone(change)}"
            figure.add_vline(self._on_axis(change), line={"color": theme.MUTED, "width": 1, "dash": "dot"})
            figure.add_annotation(
                x=self._on_axis(change), xanchor="left", y=1, yref="paper", yanchor="top", showarrow=False, text=words,
                font={"color": theme.MUTED, "size": 12},
            )  # fmt: skip

    def clock(self, moment: datetime, form: str) -> str:
        """Return what the clocks of the city say at a moment (aware)."""
        return f"{moment.astimezone(self.zone):{form}}"

    def _said(self, placed: Any, form: str) -> str:
        if pd.isna(placed):
            return ""
        moment = (placed.to_pydatetime() - self.offset).replace(tzinfo=UTC)
        return f"{self.clock(moment, form)} {self._zone(moment)}"

    def _zone(self, moment: datetime) -> str:
        return offset_words(moment, self.zone)

    def _on_axis(self, moment: datetime) -> datetime:
        return moment.astimezone(UTC).replace(tzinfo=None) + self.offset

    def _ticks(self, start: datetime, end: datetime) -> list[datetime]:
        """Return the moments that have a tick: round ones of the clock that the axis begins with."""
        step = next((step for step in _STEPS if (end - start) / step <= MOST_TICKS), _STEPS[-1])
        first = self._on_axis(start)
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        number = -(-(first - midnight) // step)
        moment = (midnight + number * step - self.offset).replace(tzinfo=UTC)
        return [moment + place * step for place in range(MOST_TICKS + 1) if moment + place * step <= end]

    def _differ(self, one: datetime, other: datetime) -> bool:
        return _offset(one, self.zone) != _offset(other, self.zone)


def axis_of(frames: Iterable[pd.DataFrame | None], zone: ZoneInfo) -> TimeAxis:
    """Return the axis on which all of these frames with a `time` (aware) can be drawn; one is None or empty."""
    times = [pd.to_datetime(frame["time"], utc=True) for frame in frames if frame is not None and not frame.empty]
    if not times:
        return TimeAxis(zone, None, None)
    start, end = min(time.min() for time in times), max(time.max() for time in times)
    return TimeAxis(zone, start.to_pydatetime(), end.to_pydatetime())


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the minute between two moments at which the offset becomes that of the second."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(middle, zone) == _offset(before, zone) else (before, middle)
    return after.replace(second=0, microsecond=0)
