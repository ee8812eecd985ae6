"""Aggregates: many values of one kind as one, for every group at once."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cityops.catalogue import Catalogue, Mean
from cityops.domains.index_functions import MetricAggregate
from cityops.standards.means import fill_weights, terms_of, value_of

Numbers = Mapping[str, MetricAggregate]  # by metric


def fold(values: pd.DataFrame, *, catalogue: Catalogue) -> Numbers:
    """Return the fold of each metric. `values` has metric and value."""
    return fold_by(values.assign(group=""), "group", catalogue=catalogue).get("", {})


def fold_by(values: pd.DataFrame, group: str, *, catalogue: Catalogue) -> dict[str, dict[str, MetricAggregate]]:
    """Return the folds by group, then metric. Rows without a group count nowhere.

    `values` has metric, value, the column `group`, and perhaps weight (see `weigh`). A mean is that of
    `standards.means.mean_of`, in one pass over all groups.
    """
    if values.empty:
        return {}
    means = values["metric"].map({name: metric.mean.value for name, metric in catalogue.metric.items()})
    numbers = values["value"].to_numpy(dtype=float)
    terms, easts = numbers.copy(), np.zeros_like(numbers)
    for mean in Mean:
        rows = (means == mean.value).to_numpy()
        terms[rows], easts[rows] = terms_of(numbers[rows], mean)
    given = values["weight"].to_numpy(dtype=float) if "weight" in values else np.ones_like(numbers)
    weight = np.where(np.isfinite(terms), given, 0.0)
    parts = values.assign(weight=weight, term=np.nan_to_num(terms) * weight, east=easts * weight)
    folded = parts.groupby([group, "metric"], sort=False).agg(
        weight=("weight", "sum"),
        term=("term", "sum"),
        east=("east", "sum"),
        high=("value", "max"),
        low=("value", "min"),
    )
    found: dict[str, dict[str, MetricAggregate]] = {}
    for (name, metric), total, term, east, high, low in folded.itertuples():
        value = value_of(term / total, east / total, catalogue.metric[metric].mean) if total > 0 else None
        found.setdefault(name, {})[metric] = MetricAggregate(value, high, low)
    return found


def weigh(values: pd.DataFrame, *, catalogue: Catalogue) -> pd.DataFrame:
    """Return the values with their weights in a mean: of a speed the flow at its sensor, of all else 1.

    `values` has sensor_id, metric and value. What has no such companion weighs as the others do on average.
    """
    weight = np.ones(len(values))
    for name in values["metric"].unique():
        companion = catalogue.metric[name].weighed_by if name in catalogue.metric else None
        if companion is not None:
            rows = (values["metric"] == name).to_numpy()
            known = values[values["metric"] == companion].set_index("sensor_id")["value"]
            weight[rows] = fill_weights(values.loc[rows, "sensor_id"].map(known).to_numpy(dtype=float))
    return values.assign(weight=weight)
