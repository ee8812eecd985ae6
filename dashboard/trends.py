"""The last 24 hours of the tiles, for their sparklines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from cityops.catalogue import Catalogue
from cityops.storage import Transaction
from cityops.storage.history import area_history
from dashboard.tiles import METRICS, TILES, Fold

COLUMNS = {Fold.MEAN: "value", Fold.MIN: "low", Fold.MAX: "high"}
SPAN = timedelta(hours=24)
STEP = timedelta(minutes=15)


def trend_end(newest: datetime | None, *, now: datetime) -> datetime:
    """Return where the 24 hours end: now, or at the newest reading of a recording that is older than that."""
    return now if newest is None or now - newest < SPAN else newest + STEP


def read_trends(tx: Transaction, area: str, *, end: datetime) -> pd.DataFrame:
    """Return the trend of every tile's metric over an area, "" for all. Columns: see area_history."""
    return area_history(tx, METRICS, area=area or None, start=end - SPAN, end=end, step=STEP)


def draw_trends(trends: pd.DataFrame, *, end: datetime, catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Return for each tile: start and step (ms), and one value a step; "" where nothing was measured."""
    start = _floor(end - SPAN)
    steps = [start + STEP * number for number in range(SPAN // STEP + 1)]
    drawn: dict[str, dict[str, Any]] = {}
    for tile in TILES:
        mine = trends[trends["metric"] == tile.metric]
        if mine.empty:
            continue
        by_time = dict(zip(pd.to_datetime(mine["time"], utc=True), mine[COLUMNS[tile.fold]], strict=True))
        digits = catalogue.metric[tile.metric].precision + 1
        found = [by_time.get(pd.Timestamp(step)) for step in steps]
        drawn[tile.metric] = {
            "start": int(start.timestamp() * 1000),
            "step": int(STEP.total_seconds() * 1000),
            "values": ["" if value is None or pd.isna(value) else round(float(value), digits) for value in found],
        }
    return drawn


def _floor(moment: datetime) -> datetime:
    seconds = STEP.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)
