"""The last 24 hours of the tiles and of the vital signs, for their sparklines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from cityops.catalogue import Aggregate, Catalogue
from cityops.clock import milliseconds
from cityops.domains.index_functions import MetricAggregate
from cityops.numbers import round_number
from cityops.standards.aqi_tables import POLLUTANTS
from cityops.storage import Transaction, load_queries
from cityops.storage.readings.area_history import area_history
from dashboard.city import indices
from dashboard.city.past.gaps import longest_gap
from dashboard.city.past.history import area_intervals
from dashboard.city.tiles import every_tile
from dashboard.city.vitals import vital_signs
from dashboard.city.vitals.vital_signs import Burden, minutes_since
from dashboard.city.vitals.vital_weights import Weights

SQL = load_queries("dashboard")
COLUMNS = {Aggregate.MEAN: "value", Aggregate.MIN: "low", Aggregate.MAX: "high"}
SPAN = timedelta(hours=24)
STEP = timedelta(minutes=15)
_BURDEN = ["domain", "sensor_id", "rule_id", "severity", "detected_at"]


def trend_end(newest: datetime | None, *, now: datetime) -> datetime:
    """Return where the 24 hours end: now, or at the newest reading of a recording that is older than that."""
    return now if newest is None or now - newest < SPAN else newest + STEP


@dataclass(frozen=True)
class TrendReadings:
    """What was read of the 24 hours before `end`. `readings` as of area_history; `alerts`: domain, sensor_id,

    rule_id, severity, detected_at and over_at (UTC, NaT while it holds). `intervals`: how often the most frequent
    sensor of a metric reports.
    """

    end: datetime
    readings: pd.DataFrame
    alerts: pd.DataFrame
    intervals: Mapping[str, timedelta] = field(default_factory=dict)


def read_past(tx: Transaction, area: str, *, weights: Weights, catalogue: Catalogue, end: datetime) -> TrendReadings:
    """Read the past of every metric that is drawn or weighed, over an area, "" for all."""
    drawn = {tile.metric for tile in every_tile(catalogue).values()}.union(POLLUTANTS)
    readings = area_history(
        tx, sorted(drawn | weights.metrics), area=area or None, start=end - SPAN, end=end, step=STEP
    )
    alerts = tx.frame(SQL["alert_spans"], area=area, start=end - SPAN, end=end)
    return TrendReadings(end, readings, alerts, area_intervals(tx, drawn, area=area))


def draw_trends(
    past: TrendReadings, *, sensors: Mapping[str, int], weights: Weights, catalogue: Catalogue
) -> dict[str, dict[str, Any]]:
    """Return for each tile, and as "vital-<domain>" for each index: start and step (ms), one value a step, and reach.

    A value is "" where nothing was measured; a line joins values that are at most `reach` steps apart. `sensors`: how
    many each domain has.
    """
    steps = _steps(past.end)
    drawn: dict[str, dict[str, Any]] = {}
    for key, tile in every_tile(catalogue).items():
        mine = past.readings[past.readings["metric"] == tile.metric]
        if mine.empty:
            continue
        by_time = dict(zip(pd.to_datetime(mine["time"], utc=True), mine[COLUMNS[tile.aggregate]], strict=True))
        digits = catalogue.metric[tile.metric].precision + 1
        drawn[key] = _drawn(steps, [by_time.get(pd.Timestamp(step)) for step in steps], digits)
        drawn[key]["reach"] = _reach(past.intervals.get(tile.metric, STEP))
    for name, scores in _past_vitals(past, steps, sensors, weights).items():
        drawn[f"vital-{name}"] = _drawn(steps, scores, 0) | {"reach": 1}
    return drawn


def _past_vitals(
    past: TrendReadings, steps: list[datetime], sensors: Mapping[str, int], weights: Weights
) -> dict[str, list[float | None]]:
    """Return the indices as they would have been shown at each step."""
    numbers: dict[Any, dict[str, MetricAggregate]] = {}
    for row in past.readings.to_dict("records"):
        mean = None if pd.isna(row["value"]) else row["value"]
        numbers.setdefault(pd.Timestamp(row["time"]), {})[row["metric"]] = MetricAggregate(
            mean, row["high"], row["low"]
        )
    scores: dict[str, list[float | None]] = {}
    for place, step in enumerate(steps):
        folded = numbers.get(pd.Timestamp(step), {})
        known = vital_signs.judge_domains(
            folded,
            aqi=indices.air_index(folded, step).computed,
            alerts=_burdening_at(past.alerts, pd.Timestamp(step + STEP)),
            sensors=sensors,
            weights=weights,
        )
        whole = vital_signs.judge_city(known)
        for name, vital in {**known, **({"city": whole} if whole else {})}.items():
            scores.setdefault(name, [None] * len(steps))[place] = vital.score
    return scores


def _burdening_at(alerts: pd.DataFrame, moment: pd.Timestamp) -> list[Burden]:
    """Return the alerts that held at a moment."""
    held = alerts[(alerts["detected_at"] < moment) & ~(alerts["over_at"] < moment)]
    return [
        Burden(domain, sensor_id, rule_id, severity, minutes_since(detected_at, moment))
        for domain, sensor_id, rule_id, severity, detected_at in held[_BURDEN].itertuples(index=False)
    ]


def _steps(end: datetime) -> list[datetime]:
    start = _floor(end - SPAN)
    return [start + STEP * number for number in range(SPAN // STEP + 1)]


def _drawn(steps: list[datetime], values: "list[Any]", digits: int) -> dict[str, Any]:
    return {
        "start": milliseconds(steps[0]),
        "step": int(STEP.total_seconds() * 1000),
        "values": ["" if value is None or pd.isna(value) else round_number(float(value), digits) for value in values],
    }


def _reach(interval: timedelta) -> int:
    """Return over how many steps a line may go."""
    return max(1, longest_gap(interval, STEP) // STEP)


def _floor(moment: datetime) -> datetime:
    seconds = STEP.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)
