"""The air quality index of the last days as a table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from cityops.catalogue import Catalogue
from cityops.standards.air_means import LEAST_HOURS, AirDay
from cityops.standards.aqi_tables import POLLUTANTS
from dashboard import texts
from dashboard.city.air_words import primary_words, value_of, why_incomplete
from dashboard.city.scales import colour_on, ink_on
from dashboard.pages.domain.index.day_figures import day_key


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the table: its cells, the colours of its index, and why the index is as it is ("" when complete).

    `keys`: of the cells that are figures, else "".
    """

    cells: tuple[str, ...]
    colour: str
    ink: str
    note: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayTable:
    """The index of the last days, the newest first."""

    heads: tuple[str, ...]
    lines: tuple[DayLine, ...]


def table_days(days: Sequence[AirDay], catalogue: Catalogue, *, language: str) -> DayTable:
    """Show the AQI of days that are over, with its primary pollutants and the day's concentrations."""
    heads = [texts.say(f"air.{name}", language) for name in ("day", "aqi", "level", "primary")]
    names = [
        f"{catalogue.metric[name].name.in_language(language)} ({catalogue.metric[name].unit})" for name in POLLUTANTS
    ]
    return DayTable((*heads, *names), tuple(_day_line(day, catalogue, language) for day in days))


def _day_line(day: AirDay, catalogue: Catalogue, language: str) -> DayLine:
    index, level = day.index, day.index.level
    measured = [concentration_words(day, name, catalogue, language) for name in POLLUTANTS]
    words = level.name.in_language(language) if level else texts.say("air.not_published", language)
    return DayLine(
        (day.day.isoformat(), value_of(index), words, primary_words(index, catalogue, language), *measured),
        colour_on(level),
        ink_on(level),
        why_incomplete(index, catalogue, language),
        ("", day_key(day), "", "", *(day_key(day, name) for name in POLLUTANTS)),
    )


def hours_words(count: int, language: str) -> str:
    """Return how many hours of a day are valid, of those that it needs."""
    return texts.say("air.hours", language, count=count, least=LEAST_HOURS)


def concentration_words(day: AirDay, name: str, catalogue: Catalogue, language: str) -> str:
    """Return a day's concentration, or how many hours of it are valid where they are too few."""
    if name in day.concentrations:
        return catalogue.metric[name].format(day.concentrations[name])
    return hours_words(day.hours.get(name, 0), language)
