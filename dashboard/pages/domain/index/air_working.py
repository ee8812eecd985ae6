"""The air quality index of an hour with its working, and of the last days as a table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from cityops.catalogue import Catalogue
from cityops.standards import aqi
from cityops.standards.air_means import LEAST_HOURS, AirDay, AirHour
from cityops.standards.aqi import POLLUTANTS, Averaging
from dashboard import texts
from dashboard.city.air_words import NOT_PUBLISHED, edition_words, primary_words, value_of, why_incomplete
from dashboard.city.scales import colour_on, ink_on
from dashboard.pages.domain.index.figures import INDEX, day_key
from dashboard.pages.domain.index.working import Line, Working


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


def work_air(air: AirHour, catalogue: Catalogue, *, language: str) -> Working | None:
    """Show the AQI of one hour; None when nothing was measured."""
    index = air.index
    if index.computed is None and not air.short:
        return None
    level = index.level
    return Working(
        texts.say("domain.aqi", language),
        value_of(index),
        level.name.in_language(language) if level else texts.say("air.not_published", language),
        colour_on(level),
        ink_on(level),
        tuple(texts.say(f"domain.{name}", language) for name in ("pollutant", "concentration", "working", "iaqi")),
        tuple(_line(air, name, catalogue, language) for name in POLLUTANTS if name in index.parts or name in air.short),
        _note(air, catalogue, language),
    )


def table_days(days: Sequence[AirDay], catalogue: Catalogue, *, language: str) -> DayTable:
    """Show the AQI of days that are over, with its primary pollutants and the day's concentrations."""
    heads = [texts.say(f"air.{name}", language) for name in ("day", "aqi", "level", "primary")]
    names = [
        f"{catalogue.metric[name].name.in_language(language)} ({catalogue.metric[name].unit})" for name in POLLUTANTS
    ]
    return DayTable((*heads, *names), tuple(_day_line(day, catalogue, language) for day in days))


def _line(air: AirHour, name: str, catalogue: Catalogue, language: str) -> Line:
    metric, parts = catalogue.metric[name], air.index.parts
    if name not in parts:
        return Line((metric.name.in_language(language), "—", texts.say("air.short", language), NOT_PUBLISHED))
    cells = (
        metric.name.in_language(language),
        f"{metric.format(air.concentrations[name])} {metric.unit}",
        _interpolation(name, air.concentrations[name], air.index.edition),
        str(parts[name]),
    )
    keys = ("", f"{INDEX}.{name}.concentration", "", f"{INDEX}.{name}")
    return Line(cells, leads=parts[name] == max(parts.values()), keys=keys)


def _note(air: AirHour, catalogue: Catalogue, language: str) -> str:
    index = air.index
    note = texts.say("domain.air_note", language, standard=edition_words(index.edition))
    if index.value is not None and index.primary:
        note += texts.say("air.primary_are", language, names=primary_words(index, catalogue, language))
    return note + why_incomplete(index, catalogue, language)


def _day_line(day: AirDay, catalogue: Catalogue, language: str) -> DayLine:
    index, level = day.index, day.index.level
    measured = [_concentration(day, name, catalogue, language) for name in POLLUTANTS]
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


def _concentration(day: AirDay, name: str, catalogue: Catalogue, language: str) -> str:
    """Return a day's concentration, or how many hours of it are valid where they are too few."""
    if name in day.concentrations:
        return catalogue.metric[name].format(day.concentrations[name])
    return hours_words(day.hours.get(name, 0), language)


def _interpolation(pollutant: str, concentration: float, edition: aqi.Edition) -> str:
    """Return the arithmetic of formula (1) as people write it."""
    found = aqi.bracket(pollutant, concentration, Averaging.HOUR, edition)
    if found is None:
        return "—"
    amount = f"{float(found.amount):g}"
    return f"({found.index_high}−{found.index_low})/({found.high}−{found.low})×({amount}−{found.low})+{found.index_low}"
