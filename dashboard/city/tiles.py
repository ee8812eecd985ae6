"""The headline numbers of the domains: which metric, aggregated over the city how. Their list is the catalogue's."""

import pandas as pd

from cityops.catalogue import Aggregate, Catalogue, Tile
from cityops.clock import milliseconds
from cityops.devices.presence import LATE_AFTER
from cityops.standards.means import mean_of


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


def fold(rows: pd.DataFrame, tile: Tile, *, catalogue: Catalogue) -> float | None:
    """Return one number for many; None when there is none. `rows` has value, and weight where they differ."""
    if rows.empty:
        return None
    values = rows["value"]
    if tile.aggregate is Aggregate.MEAN:
        weights = rows["weight"].to_numpy() if "weight" in rows else None
        return mean_of(values.to_numpy(), catalogue.metric[tile.metric].mean, weights)
    return float(values.max() if tile.aggregate is Aggregate.MAX else values.min())


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
        "at": milliseconds(used["time"].max()),
        "interval": int(used["interval"].max()),
        "lasts": int(LATE_AFTER * used["interval"].max()),
        "stale": fresh.empty,
    }
