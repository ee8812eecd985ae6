"""The numbers of the air quality index of an hour and of a day, each declared once with its edition. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from cityops.standards import aqi
from cityops.standards.air_means import AirHour
from cityops.standards.aqi_tables import POLLUTANTS, Averaging, Edition
from dashboard.city.air_words import edition_words, value_of
from dashboard.pages.domain.index.figures import HOUR, INDEX
from dashboard.pages.domain.lineage.model import Figure, Formula, Value
from dashboard.pages.domain.lineage.number_sources import StationSource
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.words import moment_words

STATION_MEAN = Formula(
    "station_mean", "1", of_shares=lambda shares: known_mean([one.value for one in shares if one.facts.get("valid")])
)


def air_figures(air: AirHour, area: str, reader: Reader) -> list[Figure]:
    """Return the AQI of an hour, the sub-index and the concentration of each pollutant that is there."""
    edition = air.index.edition
    found = [figure for name in POLLUTANTS if name in air.index.parts for figure in _pollutant(air, name, area, reader)]
    parts = {name: f"{INDEX}.{name}.concentration" for name in air.index.parts}
    whole = edition_formula("aqi_hour", edition, lambda given: aqi.index(given, Averaging.HOUR, edition))
    title = f"{reader.say('domain.aqi')}　{moment_words(air.start, reader.zone)}"
    return [Figure(INDEX, title, air.index, value_of, whole, parts=parts), *found]


def _pollutant(air: AirHour, name: str, area: str, reader: Reader) -> Iterator[Figure]:
    metric, edition = reader.catalogue.metric[name], air.index.edition
    called = metric.name.in_language(reader.language)
    yield Figure(
        f"{INDEX}.{name}.concentration", f"{called}　{reader.say('domain.concentration')}", air.concentrations[name],
        lambda value: f"{metric.format(value)} {metric.unit}", STATION_MEAN,
        StationSource(name, area, air.start, air.start + HOUR),
    )  # fmt: skip
    part = edition_formula(
        "iaqi_hour", edition, lambda given: aqi.sub_index(name, given[name], Averaging.HOUR, edition)
    )
    title = f"{called}　{reader.say('domain.iaqi')}"
    yield Figure(
        f"{INDEX}.{name}", title, air.index.parts[name], str, part, parts={name: f"{INDEX}.{name}.concentration"}
    )


def edition_formula(name: str, edition: Edition, compute: Callable[[Mapping[str, Value]], Value]) -> Formula:
    """Return a formula of an edition of the standard."""
    return Formula(name, f"HJ 633-{edition.value}", of_figures=compute, source=edition_words(edition))


def known_mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of what is there; None of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
