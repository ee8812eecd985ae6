"""Many values of one kind folded into one, for every group at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cityops.catalogue import Catalogue, Mean
from dashboard.means import direction_of


@dataclass(frozen=True, slots=True)
class Folded:
    """Mean (the metric's own), largest and smallest of some values."""

    mean: float | None
    high: float
    low: float


Numbers = Mapping[str, Folded]  # by metric


def fold(values: pd.DataFrame, *, catalogue: Catalogue) -> Numbers:
    """Return the fold of each metric. `values` has metric and value."""
    return fold_by(values.assign(group=""), "group", catalogue=catalogue).get("", {})


def fold_by(values: pd.DataFrame, group: str, *, catalogue: Catalogue) -> dict[str, dict[str, Folded]]:
    """Return the folds by group, then metric. Rows without a group count nowhere.

    `values` has metric, value and the column `group`. A mean is that of `means.mean_of`, in one pass: noise, speeds
    and directions (to the north, and to the east) are turned into terms whose arithmetic mean is turned back.
    """
    if values.empty:
        return {}
    means = values["metric"].map({name: metric.mean.value for name, metric in catalogue.metric.items()})
    number = values["value"].to_numpy(dtype=float)
    energy = 10 ** (np.where(means == Mean.ENERGY, number, 0) / 10)  # of metres of visibility it would be infinite
    with np.errstate(divide="ignore"):
        harmonic = np.where(number > 0, 1 / number, np.nan)
    angle = np.radians(number)
    kinds = [means == Mean.ENERGY, means == Mean.HARMONIC, means == Mean.VECTOR]
    term = np.select(kinds, [energy, harmonic, np.cos(angle)], number)
    grouped = values.assign(term=term, east=np.sin(angle)).groupby([group, "metric"], sort=False)
    folded = grouped.agg(term=("term", "mean"), east=("east", "mean"), high=("value", "max"), low=("value", "min"))
    found: dict[str, dict[str, Folded]] = {}
    for (name, metric), mean, east, high, low in folded.itertuples():
        found.setdefault(name, {})[metric] = Folded(_back(mean, east, catalogue.metric[metric].mean), high, low)
    return found


def _back(term: float, east: float, mean: Mean) -> float | None:
    if np.isnan(term):
        return None
    if mean is Mean.VECTOR:
        return direction_of(term, east)
    if mean is Mean.ENERGY:
        return float(10 * np.log10(term))
    return float(1 / term if mean is Mean.HARMONIC else term)
