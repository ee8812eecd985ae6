"""What is wrong with a catalogue, each in one sentence that names the entry and says what to do. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cityops.domains import AQI
from cityops.tables import rises

if TYPE_CHECKING:
    from cityops.catalogue import Catalogue, Domain, Metric, SensorKind

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SVG_PATH = re.compile(r"[AaCcHhLlMmQqSsTtVvZz0-9eE.,+\s-]*")
RESERVED = frozenset({"all", "city", "district", "domain", "incident", "overview"})  # mean other things on screens


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one entry. `words` go on where its name ends: `.interval must be …`, ` is no name …`."""

    section: Literal["domain", "metric", "kind"]
    name: str
    words: str

    def __str__(self) -> str:
        return f"{self.section}.{self.name}{self.words}"


def mistakes_of(catalogue: "Catalogue") -> Iterator[Mistake]:
    """Yield every mistake of a catalogue."""
    for name, metric in catalogue.metric.items():
        yield from (Mistake("metric", name, words) for words in [*_of_name(name), *_of_metric(metric, catalogue)])
    for name, kind in catalogue.kind.items():
        yield from (Mistake("kind", name, words) for words in [*_of_name(name), *_of_kind(kind, catalogue)])
    for name, domain in catalogue.domain.items():
        yield from (Mistake("domain", name, words) for words in [*_of_name(name), *_of_domain(name, domain, catalogue)])


def _of_name(name: str) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield " is no name. Use small letters, digits and underscores."


def _of_metric(metric: "Metric", catalogue: "Catalogue") -> Iterator[str]:
    companions = {*metric.zero_needs, *([metric.weighed_by] if metric.weighed_by else [])}
    unknown = sorted(companions - set(catalogue.metric))
    if unknown:
        yield f" names {unknown}, unknown. Add the metric first."
    if metric.noise_floor is not None and metric.noise_floor >= metric.valid[0]:
        yield ".noise_floor is not below valid. Correct it or leave it out."
    if not metric.valid[0] <= metric.plausible[0] < metric.plausible[1] <= metric.valid[1]:
        yield ".plausible is not inside valid. Correct the ranges."
    for field in ("step", "spike", "flat_minutes"):
        limit = getattr(metric, field)
        if limit is not None and limit <= 0:
            yield f".{field} must be positive. Leave it out for no test."
    if metric.flat_above is not None and not metric.valid[0] <= metric.flat_above < metric.valid[1]:
        yield ".flat_above is not inside valid. Give the floor of the values."


def _of_kind(kind: "SensorKind", catalogue: "Catalogue") -> Iterator[str]:
    if kind.domain not in catalogue.domain:
        yield f".domain {kind.domain!r} is unknown. Add the domain first."
    unknown = sorted(set(kind.metrics) - set(catalogue.metric))
    if unknown or not kind.metrics:
        yield f".metrics {unknown} unknown. Add the metric first."
    if kind.interval <= 0:
        yield ".interval must be positive. Give seconds between reports."


def _of_domain(name: str, domain: "Domain", catalogue: "Catalogue") -> Iterator[str]:
    if name in RESERVED:
        yield f" has a name that means something else on screens. Use none of {', '.join(sorted(RESERVED))}."
    if not _SVG_PATH.fullmatch(domain.icon):
        yield ".icon is no path. Give the d of one SVG path, drawn in a square of 24 by 24."
    unknown = sorted({tile.metric for tile in domain.tiles} - set(catalogue.metric))
    if unknown:
        yield f".tiles {unknown} unknown. Add the metric first."
    unknown = sorted(set(domain.index) - {AQI} - set(catalogue.metric))
    if unknown:
        yield f".index {unknown} unknown. Add the metric first."
    for metric, points in domain.index.items():
        if not rises(points):
            yield f".index.{metric} must rise. Give value and points, lowest value first."
