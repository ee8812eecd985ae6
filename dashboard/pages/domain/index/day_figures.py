"""The numbers of the air quality index of a day, each declared once with its edition. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import groupby

from cityops.standards import aqi
from cityops.standards.air_means import AirDay, day_mean, limits_of, ozone_of_day
from cityops.standards.aqi_tables import POLLUTANTS, Averaging, Edition
from dashboard.city.air_words import value_of
from dashboard.pages.domain.index.air_figures import edition_formula, known_mean
from dashboard.pages.domain.index.figures import HOUR
from dashboard.pages.domain.lineage.model import Figure, Formula, Share, Value
from dashboard.pages.domain.lineage.number_sources import StationSource
from dashboard.pages.domain.reader import Reader


def day_figures(days: Sequence[AirDay], area: str, hours_words: Callable[[int], str], reader: Reader) -> list[Figure]:
    """Return the AQI of each day, and the concentration of each pollutant or the hours that it has instead."""
    found = []
    for day in days:
        start, end = (moment.astimezone(UTC) for moment in limits_of(day.day, reader.zone))
        edition = day.index.edition
        parts = {name: day_key(day, name) for name in POLLUTANTS}
        whole = edition_formula("aqi_day", edition, partial(_day_index, edition=edition))
        title = f"{reader.say('domain.aqi')}　{day.day.isoformat()}"
        found.append(Figure(day_key(day), title, day.index, value_of, whole, parts=parts))
        for name in POLLUTANTS:
            metric = reader.catalogue.metric[name]

            def write(value: Value, format_it: Callable[[float], str] = metric.format) -> str:
                return hours_words(value[1]) if value[0] is None else format_it(value[0])

            value = (day.concentrations.get(name), day.hours.get(name, 0))
            found.append(
                Figure(
                    day_key(day, name), f"{metric.name.in_language(reader.language)}　{day.day.isoformat()}", value,
                    write,
                    _day_formula(name, start, end), StationSource(name, area, start, end), unit=metric.unit,
                )
            )  # fmt: skip
    return found


def day_key(day: AirDay, pollutant: str = "") -> str:
    """Return the key of the index of a day, or of a pollutant on it."""
    return f"day.{day.day:%Y%m%d}" + (f".{pollutant}" if pollutant else "")


def _day_index(given: Mapping[str, Value], *, edition: Edition) -> aqi.Index:
    return aqi.index({name: value[0] for name, value in given.items()}, Averaging.DAY, edition)


def _day_formula(pollutant: str, start: datetime, end: datetime) -> Formula:
    moments = [start + HOUR * number for number in range(round((end - start) / HOUR))]
    mean = ozone_of_day if pollutant == "o3" else day_mean

    def compute(shares: Sequence[Share]) -> Value:
        valid = sorted((one for one in shares if one.facts.get("valid")), key=lambda one: one.sensor_id)
        stations = [
            {one.start: one.value for one in hours} for _, hours in groupby(valid, key=lambda one: one.sensor_id)
        ]
        means = [mean([known.get(moment) for moment in moments]) for known in stations]
        return known_mean([one for one in means if one is not None]), max(map(len, stations), default=0)

    return Formula("ozone_day" if pollutant == "o3" else "day_mean", "1", of_shares=compute)
