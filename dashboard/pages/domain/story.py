"""What the database knows about one view: frames, read in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.areas import Area
from cityops.catalogue import Catalogue
from cityops.clock import has_whole_hours
from cityops.storage import Transaction
from cityops.storage.readings.area_history import area_history, area_ranking, completeness, count_series, heat_map
from dashboard.city.past.history import area_intervals
from dashboard.city.registry import Registry
from dashboard.pages.domain.view import BEFORE, DomainView, level_below, metrics_of

_ON_ITS_WAY = timedelta(minutes=2)
_FINE = timedelta(hours=3)  # what is due in this time is counted by minutes


@dataclass(frozen=True)
class PageStory:
    """The answers. `other` is what the trend is compared with, its times moved onto the span; None without.

    `heat_by_hours`: whether the heat map is folded from hours; else from minutes.
    `step` is how long one point of the trend is; `interval`, how often the most frequent sensor reports.
    trend, other: as `area_history`; ranking: as `area_ranking`, of the areas inside; heat: as `heat_map`;
    kinds: kind, expected, received (int64), ratio (float64, 0 to 1; missing when nothing was expected), of what
    was due from `due_since` on.
    """

    view: DomainView
    start: datetime
    end: datetime
    step: timedelta
    trend: pd.DataFrame
    other: pd.DataFrame | None
    ranking: pd.DataFrame
    heat: pd.DataFrame
    kinds: pd.DataFrame
    due_since: datetime
    interval: timedelta = timedelta(0)
    heat_by_hours: bool = True

    @property
    def due_until(self) -> datetime:
        """To when it is counted what was due: what is on its way is not missing."""
        return self.end - _ON_ITS_WAY


def read_story(
    tx: Transaction, view: DomainView, *, registry: Registry, catalogue: Catalogue, zone: ZoneInfo, end: datetime
) -> PageStory:
    """Answer a view. `end` is the end of its span."""
    start, _ = view.limits(end)
    series = count_series(tx, view.metric, area=view.area or None)
    step, trend = read_trend(tx, view, series, end)
    kinds, due_since = _completeness(tx, view, registry, catalogue, start, end)
    heat_start, heat_end = view.heat_limits(end, series, zone)
    return PageStory(
        view,
        start,
        end,
        step,
        trend=trend,
        other=_other(tx, view, start, end, step),
        ranking=read_ranking(tx, view, registry.areas, start, end),
        heat=heat_map(tx, view.metric, zone=zone, area=view.area or None, start=heat_start, end=heat_end),
        kinds=kinds,
        due_since=due_since,
        interval=area_intervals(tx, [view.metric], area=view.area).get(view.metric, timedelta(0)),
        heat_by_hours=has_whole_hours(zone, heat_start) and has_whole_hours(zone, heat_end),
    )


def read_trend(tx: Transaction, view: DomainView, series: int, end: datetime) -> tuple[timedelta, pd.DataFrame]:
    """Return the trend of a view over so many series, and how long one of its points is.

    Where the finer roll-ups of that time are forgotten, the next coarser ones answer. Columns as `area_history`.
    """
    start, _ = view.limits(end)
    for step in view.span.steps(series):
        found = _trend(tx, view, view.area, start, end, step)
        if not found.empty:
            break
    return step, found


def _trend(
    tx: Transaction, view: DomainView, area: str, start: datetime, end: datetime, step: timedelta
) -> pd.DataFrame:
    return area_history(tx, [view.metric], area=area or None, start=start, end=end, step=step)


def _other(tx: Transaction, view: DomainView, start: datetime, end: datetime, step: timedelta) -> pd.DataFrame | None:
    if view.compare == BEFORE:
        length = view.span.length
        found = _trend(tx, view, view.area, start - length, end - length, step)
        return found.assign(time=found["time"] + length)
    return None if view.other_area is None else _trend(tx, view, view.other_area, start, end, step)


def read_ranking(
    tx: Transaction, view: DomainView, areas: dict[str, Area], start: datetime, end: datetime
) -> pd.DataFrame:
    """Return the areas inside the view's own, the highest first. Columns as `area_ranking`."""
    here = areas.get(view.area)
    found = area_ranking(tx, view.metric, level=level_below(here.level if here else None), start=start, end=end)
    return found[found["area_code"].str.startswith(view.area)].reset_index(drop=True)


def _completeness(
    tx: Transaction, view: DomainView, registry: Registry, catalogue: Catalogue, start: datetime, end: datetime
) -> tuple[pd.DataFrame, datetime]:
    """Return the completeness of the span; of its last hours where sensors are too new for whole ones."""
    kinds = _kinds(tx, view, registry, catalogue, start, end)
    if kinds["expected"].sum():
        return kinds, start
    return _kinds(tx, view, registry, catalogue, end - _FINE, end), end - _FINE


def _kinds(
    tx: Transaction, view: DomainView, registry: Registry, catalogue: Catalogue, start: datetime, end: datetime
) -> pd.DataFrame:
    """Return the completeness of each kind of sensor of the domain, in the catalogue's order.

    The last minutes are left out: what is on its way is not missing. What one sensor sent too often makes up for
    nothing that another did not send.
    """
    settled = end - _ON_ITS_WAY
    metrics = metrics_of(view.domain, catalogue)
    frame = completeness(tx, metrics=metrics, area=view.area or None, start=start, end=settled)
    kind_of = registry.sensors.set_index("sensor_id")["kind"]
    frame = frame.assign(kind=frame["sensor_id"].map(kind_of), received=frame["received"].clip(upper=frame["expected"]))
    summed = frame.groupby("kind")[["expected", "received"]].sum()
    summed = summed.reindex([kind for kind in catalogue.kinds_of(view.domain) if kind in summed.index])
    ratio = summed["received"] / summed["expected"].where(summed["expected"] > 0)
    return summed.assign(ratio=ratio).rename_axis("kind").reset_index()
