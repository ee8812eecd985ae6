"""The headline numbers of each domain: which metric, folded over the city how."""

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from cityops.catalogue import Catalogue
from cityops.presence import LATE_AFTER
from cityops.standards.means import mean_of


class Fold(StrEnum):
    """How the values of many sensors become one number. Also the column of the trend."""

    MEAN = "mean"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number. Its words are `tile.<metric>` in texts.toml."""

    domain: str
    metric: str
    fold: Fold


TILES = (
    Tile("environment", "pm25", Fold.MEAN),
    Tile("environment", "temperature", Fold.MEAN),
    Tile("environment", "leq", Fold.MEAN),
    Tile("environment", "water_level", Fold.MAX),
    Tile("traffic", "speed", Fold.MEAN),
    Tile("traffic", "flow", Fold.MEAN),
    Tile("traffic", "parking_used", Fold.MEAN),
    Tile("traffic", "visibility", Fold.MIN),
    Tile("emergency", "water_depth", Fold.MAX),
    Tile("emergency", "gas_lel", Fold.MAX),
    Tile("emergency", "smoke", Fold.MAX),
    Tile("emergency", "crowd_density", Fold.MAX),
)
METRICS = tuple(tile.metric for tile in TILES)


def fold(rows: pd.DataFrame, tile: Tile, *, catalogue: Catalogue) -> float | None:
    """Return one number for many; None when there is none. `rows` has value, and weight where they differ."""
    if rows.empty:
        return None
    values = rows["value"]
    if tile.fold is Fold.MEAN:
        weights = rows["weight"].to_numpy() if "weight" in rows else None
        return mean_of(values.to_numpy(), catalogue.metric[tile.metric].mean, weights)
    return float(values.max() if tile.fold is Fold.MAX else values.min())


def draw_tile(values: pd.DataFrame, tile: Tile, *, catalogue: Catalogue) -> dict[str, object] | None:
    """Return what one tile shows: text, at (ms of the newest value in it), interval and lasts (seconds), stale.

    None without any value. Without a newer one the screen shows the age after the interval, and as stale what lasts no
    longer.

    `values` comes from `freshness.values_now`. Fresh values count alone; where none is fresh the old ones
    are shown as what they are.
    """
    mine = values[values["metric"] == tile.metric]
    if mine.empty:
        return None
    fresh = mine[mine["fresh"]]
    used = fresh if len(fresh) else mine
    number = fold(used, tile, catalogue=catalogue)
    if number is None:
        return None
    return {
        "text": catalogue.metric[tile.metric].format(number),
        "at": int(used["time"].max().timestamp() * 1000),
        "interval": int(used["interval"].max()),
        "lasts": int(LATE_AFTER * used["interval"].max()),
        "stale": fresh.empty,
    }
