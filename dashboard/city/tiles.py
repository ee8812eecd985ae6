"""The headline numbers of the domains: which metric, aggregated over the city how. Their list is the catalogue's."""

import numpy as np
import pandas as pd

from cityops.catalogue import Aggregate, Catalogue, Tile
from cityops.devices.presence import LATE_AFTER
from cityops.standards.means import Floats, mean_of


def tiles_of(catalogue: Catalogue) -> dict[str, dict[str, Tile]]:
    """Return the tiles of each domain by the key under which a picture has their numbers, alike for alike tiles."""
    aggregates: dict[str, Aggregate] = {}
    found: dict[str, dict[str, Tile]] = {}
    for name, domain in catalogue.domain.items():
        found[name] = {}
        for tile in domain.tiles:
            first = aggregates.setdefault(tile.metric, tile.aggregate)
            found[name][tile.metric if tile.aggregate is first else f"{tile.metric}-{tile.aggregate}"] = tile
    return found


def every_tile(catalogue: Catalogue) -> dict[str, Tile]:
    """Return the tiles of all domains by key."""
    return {key: tile for tiles in tiles_of(catalogue).values() for key, tile in tiles.items()}


def draw_tile(values: pd.DataFrame, tile: Tile, *, catalogue: Catalogue) -> dict[str, object] | None:
    """Return what one tile shows: text, at (ms of the newest value in it), interval and lasts (seconds), stale.

    None without any value. Without a newer one the screen shows the age after the interval, and as stale what lasts no
    longer.

    `values` are those of the tile's metric, of `aggregates.weigh`. Fresh values count alone; where none is
    fresh the old ones are shown as what they are.
    """
    fresh = np.flatnonzero(values["fresh"])
    used = fresh if fresh.size else np.arange(len(values))
    number = _fold(values["value"].to_numpy()[used], values["weight"].to_numpy()[used], tile, catalogue)
    if number is None:
        return None
    interval = float(values["interval"].to_numpy()[used].max())
    newest = values["time"].to_numpy(dtype="datetime64[ms]")[used].max()
    return {
        "text": catalogue.metric[tile.metric].format(number),
        "at": int(newest.astype(np.int64)),
        "interval": int(interval),
        "lasts": int(LATE_AFTER * interval),
        "stale": not fresh.size,
    }


def _fold(values: Floats, weights: Floats, tile: Tile, catalogue: Catalogue) -> float | None:
    """Return one number for many; None when there is none."""
    if not values.size:
        return None
    if tile.aggregate is Aggregate.MEAN:
        return mean_of(values, catalogue.metric[tile.metric].mean, weights)
    return float(values.max() if tile.aggregate is Aggregate.MAX else values.min())
