"""Aggregates: many values of one kind as one, for every group at once."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cityops.catalogue import Catalogue, Mean
from cityops.domains.index_functions import MetricAggregate
from cityops.standards.means import Floats, fill_weights, terms_of, values_of

Ints = NDArray[np.intp]
Numbers = Mapping[str, MetricAggregate]  # by metric


def fold(values: pd.DataFrame, *, catalogue: Catalogue) -> Numbers:
    """Return the fold of each metric. `values` has metric and value."""
    everything = pd.Categorical.from_codes(np.zeros(len(values), np.int8), pd.Index([""]))
    return fold_by(values.assign(group=everything), "group", catalogue=catalogue).get("", {})


def fold_by(values: pd.DataFrame, group: str, *, catalogue: Catalogue) -> dict[str, dict[str, MetricAggregate]]:
    """Return the folds by group, then metric. Rows without a group count nowhere.

    `values` has metric, value, the column `group`, and perhaps weight (see `weigh`). A mean is that of
    `standards.means.mean_of`, in one pass over all groups. It is quickest where metric and group are categories.
    """
    groups, names = _codes(values[group])
    metrics, kinds = _codes(values["metric"])
    grouped = groups >= 0
    groups, metrics = groups[grouped], metrics[grouped]
    numbers = values["value"].to_numpy(dtype=float)[grouped]
    weights = values["weight"].to_numpy(dtype=float)[grouped] if "weight" in values else np.ones_like(numbers)
    cells, count = groups * len(kinds) + metrics, len(names) * len(kinds)  # a cell for each group and metric
    ways = [catalogue.metric[kind].mean if kind in catalogue.metric else Mean.ARITHMETIC for kind in kinds]
    means = _means(numbers, weights, cells, ways, metrics, count)
    high, low = np.full(count, -np.inf), np.full(count, np.inf)
    np.maximum.at(high, cells, numbers)
    np.minimum.at(low, cells, numbers)
    filled = np.flatnonzero(np.bincount(cells, minlength=count))
    found: dict[str, dict[str, MetricAggregate]] = {}
    columns = (of.tolist() for of in (filled, means[filled], high[filled], low[filled]))
    for cell, mean, most, least in zip(*columns, strict=True):
        place, kind = divmod(cell, len(kinds))
        aggregate = MetricAggregate(None if isnan(mean) else mean, most, least)
        found.setdefault(names[place], {})[kinds[kind]] = aggregate
    return found


def weigh(values: pd.DataFrame, *, catalogue: Catalogue) -> pd.DataFrame:
    """Return the values with their weights in a mean: of a speed the flow at its sensor, of all else 1.

    `values` has position (of the sensor), metric and value. What has no such companion weighs as the others do on
    average.
    """
    weight = np.ones(len(values))
    positions, numbers = values["position"].to_numpy(), values["value"].to_numpy()
    for name in values["metric"].unique():
        companion = catalogue.metric[name].weighed_by if name in catalogue.metric else None
        if companion is not None:
            rows = (values["metric"] == name).to_numpy()
            known = np.full(positions.max() + 1, np.nan)
            beside = (values["metric"] == companion).to_numpy()
            known[positions[beside]] = numbers[beside]
            weight[rows] = fill_weights(known[positions[rows]])
    return values.assign(weight=weight)


def _codes(names: pd.Series) -> tuple[Ints, list[Any]]:
    """Return the place of each name in a list of names (-1: none), and the list; of categories, some may be nowhere."""
    if isinstance(names.dtype, pd.CategoricalDtype):
        return names.cat.codes.to_numpy().astype(np.intp), list(names.cat.categories)
    codes, found = pd.factorize(names)
    return codes, list(found)


def _means(numbers: Floats, weights: Floats, cells: Ints, kinds: Sequence[Mean], metrics: Ints, count: int) -> Floats:
    """Return the mean of each of so many cells, NaN where it has none. `kinds`: how each metric is averaged."""
    found = np.full(count, np.nan)
    for mean in set(kinds):
        rows = np.array([kind is mean for kind in kinds])[metrics]
        terms, easts = terms_of(numbers[rows], mean)
        weight = np.where(np.isfinite(terms), weights[rows], 0.0)
        total, term, east = (
            np.bincount(cells[rows], of, count) for of in (weight, np.nan_to_num(terms) * weight, easts * weight)
        )
        known = total > 0
        found[known] = values_of(term[known] / total[known], east[known] / total[known], mean)
    return found
