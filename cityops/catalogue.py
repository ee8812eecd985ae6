"""What the city measures: domains, metrics and sensor kinds, as data.

The entries come from the folders of the chosen domains (`cityops.domains`; docs/reference/domains.md explains every
field). A city adds folders of its own, or single entries in a file of its own; no code changes.
"""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from cityops import domains
from cityops.domains.mistakes import mistakes_of
from cityops.errors import CatalogueError
from cityops.numbers import write_number

if TYPE_CHECKING:
    from cityops.settings import Settings  # every verb loads this module, and most read no settings

# Beyond these, squares, sums and means of values are no numbers any more; decibels are raised to powers of ten.
LARGEST = 1e30
LARGEST_ENERGY = 1_000.0
AQI = domains.AQI  # the one factor of a vital sign that is no metric


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


class Aggregate(StrEnum):
    """How the values of many sensors become one number. Also the column of the trend."""

    MEAN = "mean"
    MAX = "max"
    MIN = "min"


class Tile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One headline number of a domain; without a label it is called as its metric is."""

    metric: str
    aggregate: Aggregate = Aggregate.MEAN
    label: Names | None = None


class Shading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the map shows a domain: what shades the areas, roads by their traffic, strong shades, heat of the alerts."""

    shade: Literal["aqi", "tpi", "complete"] = "complete"
    roads: bool = False
    strong: bool = False
    heat: bool = False
    dot: float = 3.5  # the radius of a sensor, in pixels


class Domain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the city's fields of work: how it is called, drawn and judged.

    `usual`: whether a city has it that chooses nothing. `standard_index`: the index of a standard that its card and
    page show. `index`: what means over the city cost its vital sign, by metric or "aqi": (value, points lost) each.
    """

    name: Names
    colour: str
    icon: str = ""
    order: int = 1000
    usual: bool = False
    standard_index: Literal["aqi", "tpi", "rainstorm"] | None = None
    tiles: tuple[Tile, ...] = ()
    index: Mapping[str, tuple[tuple[float, float], ...]] = {}
    map: Shading = Shading()
    texts: Mapping[str, Names] = {}


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
    source: str = ""

    @property
    def headline(self) -> str:
        """The metric that stands for this kind on the map."""
        return self.metrics[0]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All domains (in the order of the screens), metrics and sensor kinds of one city, by name.

    `folders`: where the rules of each domain are. `elsewhere`: kinds of domains that exist and are not chosen.
    """

    domain: Mapping[str, Domain] = {}
    metric: Mapping[str, Metric] = {}
    kind: Mapping[str, SensorKind] = {}
    folders: Mapping[str, Path] = {}
    elsewhere: frozenset[str] = frozenset()

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


def read_catalogue(settings: "Settings") -> Catalogue:
    """Load the catalogue that the settings describe. Raises CatalogueError naming the entry."""
    return load_catalogue(settings.catalogue_file, chosen=settings.domains, folder=settings.domains_dir)


def load_catalogue(
    own: Path | None = None, *, chosen: Collection[str] | None = None, folder: Path | None = None
) -> Catalogue:
    """Load the chosen domains (None: the usual ones), and the city's own file on top. Raises CatalogueError.

    `folder` holds packs of the city's own. An entry of the city's file replaces the metric or kind of its name; of a
    domain, it replaces the fields that it gives.
    """
    known = domains.known_packs(folder)
    packs = domains.choose_packs(known, chosen, folder)
    merged = domains.merge(packs, known)
    if own is not None:
        _add_own(merged, domains.read_toml(own, setting="CITYOPS_CATALOGUE_FILE"))
    catalogue = make_catalogue(merged, own or (folder or domains.SHIPPED))
    kinds = {kind for pack in known.values() for kind in pack.kinds}
    folders = {pack.name: pack.folder for pack in packs}
    return msgspec.structs.replace(catalogue, folders=folders, elsewhere=frozenset(kinds - set(catalogue.kind)))


def make_catalogue(tables: Mapping[str, Any], path: Path) -> Catalogue:
    """Return the checked catalogue of raw tables; `path` is named in errors. Raises CatalogueError naming the entry."""
    try:
        catalogue = msgspec.convert(tables, Catalogue)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{path}: {error}. Correct the entry and start again.") from error
    for mistake in mistakes_of(catalogue):
        raise CatalogueError(f"{path}: {mistake}")
    return catalogue


def _add_own(merged: dict[str, Any], own: Mapping[str, Any]) -> None:
    for section, entries in own.items():
        there = merged.setdefault(section, {})
        for name, entry in entries.items():
            there[name] = {**there.get(name, {}), **entry} if section == "domain" else entry


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.translate(str.maketrans("₀₁₂₃", "0123"))).lower()
