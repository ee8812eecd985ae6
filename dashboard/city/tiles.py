"""The headline numbers of the domains: which metric, aggregated over the city how. Their list is the catalogue's."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cityops.catalogue import Aggregate, Catalogue, Tile
from cityops.devices.presence import LATE_AFTER
from cityops.standards.means import Floats, mean_of

Rows = NDArray[np.intp]  # positions of rows


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


def draw_tiles(values: pd.DataFrame, catalogue: Catalogue) -> dict[str, dict[str, object]]:
    """Return what each tile shows, by key.

    text, at (ms of the newest value in it), interval and lasts (seconds), stale (bool).
    A tile without any value is absent. Without a newer one the screen shows the age after the interval, and as stale
    what lasts no longer. Fresh values count alone; where none is fresh the old ones are shown as what they are.

    `values` are those of `aggregates.weigh`; metric is a category.
    """
    rows = _rows_by_metric(values)
    columns = {name: values[name].to_numpy() for name in ("value", "weight", "interval", "fresh")}
    columns["time"] = values["time"].to_numpy(dtype="datetime64[ms]")
    drawn: dict[str, dict[str, object]] = {}
    for key, tile in every_tile(catalogue).items():
        mine = rows.get(tile.metric)
        if mine is not None:
            fresh = mine[columns["fresh"][mine]]
            used = fresh if fresh.size else mine
            found = _draw_tile({name: column[used] for name, column in columns.items()}, tile, catalogue)
            if found is not None:
                drawn[key] = {**found, "stale": not fresh.size}
    return drawn


def _rows_by_metric(values: pd.DataFrame) -> dict[str, Rows]:
    codes = values["metric"].cat.codes.to_numpy()
    order = np.argsort(codes, kind="stable")
    names = values["metric"].cat.categories
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    return {name: order[ends[code] : ends[code + 1]] for code, name in enumerate(names) if ends[code] < ends[code + 1]}


def _draw_tile(used: Mapping[str, NDArray[Any]], tile: Tile, catalogue: Catalogue) -> dict[str, object] | None:
    number = _fold(used["value"], used["weight"], tile, catalogue)
    if number is None:
        return None
    interval = float(used["interval"].max())
    return {
        "text": catalogue.metric[tile.metric].format(number),
        "at": int(used["time"].max().astype(np.int64)),
        "interval": int(interval),
        "lasts": int(LATE_AFTER * interval),
    }


def _fold(values: Floats, weights: Floats, tile: Tile, catalogue: Catalogue) -> float | None:
    """Return one number for many; None where they have no mean."""
    if tile.aggregate is Aggregate.MEAN:
        return mean_of(values, catalogue.metric[tile.metric].mean, weights)
    return float(values.max() if tile.aggregate is Aggregate.MAX else values.min())
