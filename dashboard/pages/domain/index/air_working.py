"""The air quality index of an hour with its working. Pure."""

from cityops.catalogue import Catalogue
from cityops.standards import aqi, aqi_tables
from cityops.standards.air_means import AirHour
from cityops.standards.aqi_tables import POLLUTANTS, Averaging
from dashboard import texts
from dashboard.city.air_words import NOT_PUBLISHED, edition_words, primary_words, value_of, why_incomplete
from dashboard.city.scales import colour_on, ink_on
from dashboard.pages.domain.index.figures import INDEX
from dashboard.pages.domain.index.working import Line, Working


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


def _interpolation(pollutant: str, concentration: float, edition: aqi_tables.Edition) -> str:
    """Return the arithmetic of formula (1) as people write it."""
    found = aqi.bracket(pollutant, concentration, Averaging.HOUR, edition)
    if found is None:
        return "—"
    amount = f"{float(found.amount):g}"
    return f"({found.index_high}−{found.index_low})/({found.high}−{found.low})×({amount}−{found.low})+{found.index_low}"
