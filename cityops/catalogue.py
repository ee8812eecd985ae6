"""What the city measures: domains, metrics and sensor kinds, as data.

The built-in entries are in `data/catalogue.toml`, which also explains every field. A city adds its own
in a second file; no code changes.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from cityops.errors import CatalogueError
from cityops.numbers import write_number

BUILT_IN = Path(__file__).parent / "data" / "catalogue.toml"
# Beyond these, squares, sums and means of values are no numbers any more; decibels are raised to powers of ten.
LARGEST = 1e30
LARGEST_ENERGY = 1_000.0
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Mean(StrEnum):
    """How values of a metric are averaged: noise by energy, point speeds harmonically, directions as vectors."""

    ARITHMETIC = "arithmetic"
    ENERGY = "energy"
    HARMONIC = "harmonic"
    VECTOR = "vector"


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the English name for "en", else the Chinese one."""
        return self.en if language == "en" else self.zh


class Domain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the city's fields of work."""

    name: Names
    colour: str


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quantity with its unit, its ranges, and how it can move (None: not tested).

    `zero_needs`: a value of 0 is measured only where one of these metrics of the same report is above 0; alone it
    says that there was nothing to measure, as the speed of a road without vehicles. `weighed_by`: the metric of the
    same sensor that weighs its values in a mean over sensors, as flow weighs speeds.
    """

    name: Names
    unit: str
    valid: tuple[float, float]
    plausible: tuple[float, float]
    precision: int
    colour: str
    mean: Mean = Mean.ARITHMETIC
    step: float | None = None
    spike: float | None = None
    flat_minutes: float | None = None
    zero_needs: tuple[str, ...] = ()
    weighed_by: str | None = None
    flat_above: float | None = None  # at or below it a value that does not move is no fault: the metric's floor
    limits_source: str = ""  # where step, spike and the two of flat come from
    noise_floor: float | None = None

    @property
    def storable(self) -> tuple[float, float]:
        """The lowest and the highest value that is stored: `valid`, the noise below it, and no arithmetic breaks."""
        low, high = self.valid
        largest = LARGEST_ENERGY if self.mean is Mean.ENERGY else LARGEST
        return max(low if self.noise_floor is None else self.noise_floor, -largest), min(high, largest)

    def format(self, value: float) -> str:
        """Return the value as people read it, without the unit."""
        return write_number(value, self.precision)


class SensorKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A type of device: what it measures and how often it reports (seconds)."""

    domain: str
    name: Names
    metrics: tuple[str, ...]
    interval: float

    @property
    def headline(self) -> str:
        """The metric that stands for this kind on the map."""
        return self.metrics[0]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All domains, metrics and sensor kinds of one city, by name."""

    domain: Mapping[str, Domain] = {}
    metric: Mapping[str, Metric] = {}
    kind: Mapping[str, SensorKind] = {}

    def kinds_of(self, domain: str) -> dict[str, SensorKind]:
        """Return the sensor kinds of one domain, in the order of the catalogue."""
        return {name: kind for name, kind in self.kind.items() if kind.domain == domain}

    def propose(self, name: str) -> str | None:
        """Return the metric that is spelled like a name, or called so in Chinese or English; None where none is."""
        wanted = _plain(name)
        for metric, entry in self.metric.items():
            if wanted and wanted in (_plain(metric), _plain(entry.name.zh), _plain(entry.name.en)):
                return metric
        return None


def load_catalogue(own: Path | None = None) -> Catalogue:
    """Load the built-in catalogue with the city's own file on top. Raises CatalogueError naming the entry."""
    merged: dict[str, Any] = _read(BUILT_IN)
    if own is not None:
        for section, entries in _read(own).items():
            merged.setdefault(section, {}).update(entries)
    try:
        catalogue = msgspec.convert(merged, Catalogue)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{own or BUILT_IN}: {error}. Correct the entry and start again.") from error
    _check(catalogue, own or BUILT_IN)
    return catalogue


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.translate(str.maketrans("₀₁₂₃", "0123"))).lower()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read ({error.strerror}). Correct CITYOPS_CATALOGUE_FILE.") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path} is not TOML: {error}. Correct the line and start again.") from error


def _check(catalogue: Catalogue, path: Path) -> None:
    for name in [*catalogue.domain, *catalogue.metric, *catalogue.kind]:
        if not _NAME.fullmatch(name):
            raise CatalogueError(f"{path}: {name!r} is no name. Use small letters, digits and underscores.")
    for name, metric in catalogue.metric.items():
        _check_metric(name, metric, path)
        companions = {*metric.zero_needs, *([metric.weighed_by] if metric.weighed_by else [])}
        unknown = companions - set(catalogue.metric)
        if unknown:
            raise CatalogueError(f"{path}: metric.{name} names {sorted(unknown)}, unknown. Add the metric first.")
    for name, kind in catalogue.kind.items():
        if kind.domain not in catalogue.domain:
            raise CatalogueError(f"{path}: kind.{name}.domain {kind.domain!r} is unknown. Add the domain first.")
        unknown = set(kind.metrics) - set(catalogue.metric)
        if unknown or not kind.metrics:
            raise CatalogueError(f"{path}: kind.{name}.metrics {sorted(unknown)} unknown. Add the metric first.")
        if kind.interval <= 0:
            raise CatalogueError(f"{path}: kind.{name}.interval must be positive. Give seconds between reports.")


def _check_metric(name: str, metric: Metric, path: Path) -> None:
    if metric.noise_floor is not None and metric.noise_floor >= metric.valid[0]:
        raise CatalogueError(f"{path}: metric.{name}.noise_floor is not below valid. Correct it or leave it out.")
    if not metric.valid[0] <= metric.plausible[0] < metric.plausible[1] <= metric.valid[1]:
        raise CatalogueError(f"{path}: metric.{name}.plausible is not inside valid. Correct the ranges.")
    for field in ("step", "spike", "flat_minutes"):
        limit = getattr(metric, field)
        if limit is not None and limit <= 0:
            raise CatalogueError(f"{path}: metric.{name}.{field} must be positive. Leave it out for no test.")
    if metric.flat_above is not None and not metric.valid[0] <= metric.flat_above < metric.valid[1]:
        raise CatalogueError(f"{path}: metric.{name}.flat_above is not inside valid. Give the floor of the values.")
