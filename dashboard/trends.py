"""The last 24 hours of the tiles and of the vital signs, for their sparklines."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from cityops.catalogue import Catalogue
from cityops.numbers import round_number
from cityops.standards.aqi import POLLUTANTS
from cityops.storage import Transaction, load_queries
from cityops.storage.history import area_history
from dashboard import indices, tiles, vitals
from dashboard.folds import Folded
from dashboard.tiles import TILES, Fold

SQL = load_queries("dashboard")
METRICS = tuple(sorted({*tiles.METRICS, *vitals.METRICS, *POLLUTANTS}))
COLUMNS = {Fold.MEAN: "value", Fold.MIN: "low", Fold.MAX: "high"}
SPAN = timedelta(hours=24)
STEP = timedelta(minutes=15)


def trend_end(newest: datetime | None, *, now: datetime) -> datetime:
    """Return where the 24 hours end: now, or at the newest reading of a recording that is older than that."""
    return now if newest is None or now - newest < SPAN else newest + STEP


@dataclass(frozen=True)
class Past:
    """What was read of the 24 hours before `end`. `readings` as of area_history; `alerts`: domain, severity,

    opened_at and closed_at (UTC, NaT while open).
    """

    end: datetime
    readings: pd.DataFrame
    alerts: pd.DataFrame


def read_past(tx: Transaction, area: str, *, end: datetime) -> Past:
    """Read the past of every metric that is drawn, over an area, "" for all."""
    readings = area_history(tx, METRICS, area=area or None, start=end - SPAN, end=end, step=STEP)
    alerts = tx.frame(SQL["alert_spans"], area=area, start=end - SPAN, end=end)
    return Past(end, readings, alerts)


def draw_trends(past: Past, *, catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Return for each tile, and as "vital-<domain>" for each index: start and step (ms), and one value a step.

    A value is "" where nothing was measured.
    """
    steps = _steps(past.end)
    drawn: dict[str, dict[str, Any]] = {}
    for tile in TILES:
        mine = past.readings[past.readings["metric"] == tile.metric]
        if mine.empty:
            continue
        by_time = dict(zip(pd.to_datetime(mine["time"], utc=True), mine[COLUMNS[tile.fold]], strict=True))
        digits = catalogue.metric[tile.metric].precision + 1
        drawn[tile.metric] = _drawn(steps, [by_time.get(pd.Timestamp(step)) for step in steps], digits)
    for name, scores in _past_vitals(past, steps).items():
        drawn[f"vital-{name}"] = _drawn(steps, scores, 0)
    return drawn


def _past_vitals(past: Past, steps: list[datetime]) -> dict[str, list[float | None]]:
    """Return the indices as they would have been shown at each step."""
    numbers: dict[Any, dict[str, Folded]] = {}
    for row in past.readings.to_dict("records"):
        mean = None if pd.isna(row["value"]) else row["value"]
        numbers.setdefault(pd.Timestamp(row["time"]), {})[row["metric"]] = Folded(mean, row["high"], row["low"])
    scores: dict[str, list[float | None]] = {}
    for place, step in enumerate(steps):
        known = _vitals_at(numbers.get(pd.Timestamp(step), {}), past.alerts, step)
        whole = vitals.judge_city(known)
        for name, vital in {**known, **({"city": whole} if whole else {})}.items():
            scores.setdefault(name, [None] * len(steps))[place] = vital.score
    return scores


def _vitals_at(numbers: dict[str, Folded], alerts: pd.DataFrame, step: datetime) -> dict[str, vitals.Vital]:
    air = indices.air_index(numbers)
    moment = pd.Timestamp(step + STEP)
    was_open = alerts[(alerts["opened_at"] < moment) & ~(alerts["closed_at"] < moment)]
    severities = {str(domain): group["severity"].tolist() for domain, group in was_open.groupby("domain")}
    return vitals.judge_domains(numbers, aqi=air[0] if air else None, alerts=severities)


def _steps(end: datetime) -> list[datetime]:
    start = _floor(end - SPAN)
    return [start + STEP * number for number in range(SPAN // STEP + 1)]


def _drawn(steps: list[datetime], values: "list[Any]", digits: int) -> dict[str, Any]:
    return {
        "start": int(steps[0].timestamp() * 1000),
        "step": int(STEP.total_seconds() * 1000),
        "values": ["" if value is None or pd.isna(value) else round_number(float(value), digits) for value in values],
    }


def _floor(moment: datetime) -> datetime:
    seconds = STEP.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)
