"""The weights of the vital signs, as data: `vital_weights.toml`, `[index]` of each domain. Comments there say why."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from cityops.catalogue import AQI, Catalogue
from cityops.domains.index_functions import IndexFunction, load_index_functions
from cityops.errors import CityOpsError
from cityops.tables import load_tables, rises

BUILT_IN = Path(__file__).parent / "vital_weights.toml"

Points = tuple[tuple[float, float], ...]  # (value, what it costs or how much it counts), by rising value
LEVELS = ("good", "watch", "strained", "critical")
Severities = Annotated[tuple[float, ...], msgspec.Meta(min_length=4, max_length=4)]


class WeightsError(CityOpsError):
    """The weights of the vital signs cannot be used. Correct the named entry and start again."""


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which score on an index has each level; below the last it is critical."""

    good: float
    watch: float
    strained: float

    def of(self, score: float) -> str:
        """Return the level of a score: good, watch, strained or critical."""
        named = {"good": self.good, "watch": self.watch, "strained": self.strained}
        return next((name for name, least in named.items() if score >= least), LEVELS[-1])


class AlertWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What alerts weigh by severity, age (minutes) and extent (sensors of the domain)."""

    severity: Severities
    age: Points
    sensors: tuple[int, int]
    scale: float

    def of(self, severity: int, minutes: float) -> float:
        """Return what one sensor weighs whose alert has stood so long."""
        return self.severity[severity - 1] * at(self.age, minutes)

    def burden(self, weight: float, sensors: int) -> float:
        """Return what alerts that weigh so much together cost a domain with so many sensors, 0 to 100 points."""
        least, most = self.sensors
        extent = weight / min(max(sensors, least), most)
        return 100 * (1 - float(np.exp(-extent / self.scale)))


@dataclass(frozen=True, slots=True)
class ComputedIndex:
    """An index that a function computes, from these metrics."""

    function: IndexFunction
    metrics: frozenset[str]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All weights. `domains` holds for each domain what a mean over the city costs, by metric, or "aqi".

    `computed`: the domains whose index a function computes instead.
    """

    levels: Levels
    alerts: AlertWeights
    domains: Mapping[str, Mapping[str, Points]]
    computed: Mapping[str, ComputedIndex] = {}

    @property
    def metrics(self) -> frozenset[str]:
        """Whose aggregates over the city count."""
        weighed = {name for factors in self.domains.values() for name in factors} - {AQI}
        return frozenset(weighed).union(*(index.metrics for index in self.computed.values()))


def at(points: Points, value: float) -> float:
    """Return what a table says at a value: straight lines between its entries, level beyond them."""
    return float(np.interp(value, [place for place, _ in points], [cost for _, cost in points]))


def load_weights(catalogue: Catalogue, own: Path | None = None) -> Weights:
    """Return the weights of a catalogue's domains with the city's own tables on top. Raises WeightsError.

    A table of the city's file is `levels`, `alerts`, or the name of a domain, whose factors it replaces.
    """
    tables = load_tables(dict[str, Any], BUILT_IN, own, setting="CITYOPS_VITALS_FILE", error=WeightsError)
    domains = {name: tables.pop(name, domain.index) for name, domain in catalogue.domain.items()}
    try:
        weights = msgspec.convert({**tables, "domains": domains}, Weights)
    except msgspec.ValidationError as failure:
        raise WeightsError(f"{own or BUILT_IN}: {failure}. Correct the entry and start again.") from failure
    listed = {f"{name}.{factor}": points for name, part in weights.domains.items() for factor, points in part.items()}
    for name, points in (listed | {"alerts.age": weights.alerts.age}).items():
        if not rises(points):
            raise WeightsError(f"{own or BUILT_IN}: {name} must rise. Give value and points, lowest value first.")
    return msgspec.structs.replace(weights, computed=_computed_indices(catalogue))


def _computed_indices(catalogue: Catalogue) -> dict[str, ComputedIndex]:
    """Return the indices that installed distributions compute, each with all that the sensors of its domain measure."""
    return {
        name: ComputedIndex(
            function, frozenset(metric for kind in catalogue.kinds_of(name).values() for metric in kind.metrics)
        )
        for name, function in load_index_functions(catalogue.domain).items()
    }
