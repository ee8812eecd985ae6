"""The warnings in force and the air of each district in words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from cityops.areas import name_in
from cityops.catalogue import Names
from cityops.standards.aqi import Index
from portal.city.city_state import WarningInForce
from portal.city.reader import PublicCity
from portal.pages.city_land import Land
from portal.pages.home_cards import NOT_PUBLISHED
from portal.texts import say


@dataclass(frozen=True, slots=True)
class WarningLine:
    """A warning in words."""

    severity: int
    title: str
    areas: str
    advice: str
    since: datetime
    is_uncertain: bool


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """The air of a district."""

    name: str
    value: str
    level: str
    colour: str


def draw_warning(one: WarningInForce, land: Land, language: str) -> WarningLine:
    """Return a warning in words, with the districts in which it holds."""
    areas = [name_in(land.districts[code], language) for code in one.areas if code in land.districts]
    whole = not areas or len(areas) == len(land.districts)
    joined = say("common.city", language) if whole else say("common.separator", language).join(areas)
    return WarningLine(
        one.severity,
        one.title.in_language(language),
        joined,
        one.advice.in_language(language),
        one.since,
        one.is_uncertain,
    )


def draw_districts(city: PublicCity, language: str) -> list[DistrictLine]:
    """Return the air of each district."""
    lines = []
    for code, area in city.land.districts.items():
        index = index_of(city, code)
        level = index.level if index is not None else None
        value = "—" if index is None else NOT_PUBLISHED if index.value is None else str(index.value)
        name = level.name if level is not None else None
        words = name if isinstance(name, Names) else Names(zh="—", en="—")
        lines.append(
            DistrictLine(
                name_in(area, language), value, words.in_language(language), level.colour if level is not None else ""
            )
        )
    return lines


def index_of(city: PublicCity, code: str) -> Index | None:
    """Return the index of an area; None where nobody knows it."""
    air = city.now.air.get(code)
    return air.index if air is not None else None
