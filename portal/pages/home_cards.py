"""The numbers of the whole city in words: air, traffic, weather, each with its age. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from cityops.standards import tpi
from portal.city.city_state import AirNow, TrafficNow, WeatherNow
from portal.city.now import CITY
from portal.city.reader import PublicCity
from portal.rendering import age_words
from portal.texts import say

NOT_PUBLISHED = "NA"  # as HJ 633-2026, 5.3.1, marks it

WET = 0.1  # mm/h: less is no rain


@dataclass(frozen=True, slots=True)
class Card:
    """One number of the city, what it means and how old it is. `value` is "" where nobody knows it."""

    title: str
    value: str
    age: str
    is_old: bool
    level: str = ""
    colour: str = ""
    what: str = ""
    lines: list[str] = field(default_factory=list)


def draw_cards(city: PublicCity, language: str) -> list[Card]:
    """Return the numbers of the whole city."""
    air, now = city.now.air[CITY], city.now.read_at
    return [
        draw_air(air, now, language),
        draw_traffic(city.now.traffic, now, language),
        draw_weather(city.now.weather, now, language),
    ]


def draw_air(air: AirNow, now: datetime, language: str) -> Card:
    """Return the index of the air."""
    title, what = say("home.air", language), say("home.aqi", language)
    is_old = not air.in_time
    age = age_line(air.newest_at, now, air.in_time, air.stations, language)
    if air.index is None:
        return Card(title, "", age, is_old, what=what)
    level = air.index.level
    if level is None:
        missing = say("home.missing", language, names=pollutants(air.index.missing, language))
        return Card(title, NOT_PUBLISHED, age, is_old, say("home.not_published", language), what=what, lines=[missing])
    lines = [say(f"air.{level.number}", language)]
    if air.index.primary:
        lines.append(say("home.primary", language, names=pollutants(air.index.primary, language)))
    return Card(title, str(air.index.value), age, is_old, level.name.in_language(language), level.colour, what, lines)


def draw_traffic(traffic: TrafficNow, now: datetime, language: str) -> Card:
    """Return the index of the traffic."""
    title, what = say("home.traffic", language), say("home.tpi", language)
    age = age_line(traffic.newest_at, now, traffic.in_time, traffic.detectors, language)
    if traffic.index is None:
        return Card(title, "", age, not traffic.in_time, what=what)
    level = tpi.level_of(traffic.index)
    words = [say(f"traffic.{level.number}", language)]
    return Card(
        title,
        f"{traffic.index:.1f}",
        age,
        not traffic.in_time,
        level.name.in_language(language),
        level.colour,
        what,
        words,
    )


def draw_weather(weather: WeatherNow, now: datetime, language: str) -> Card:
    """Return temperature and rain."""
    lines = []
    if weather.rain is not None:
        wet = f"{say('home.rain', language)} {weather.rain:.1f} mm/h"
        lines.append(wet if weather.rain >= WET else say("home.dry", language))
    value = "" if weather.temperature is None else f"{weather.temperature:.0f} °C"
    age = age_line(weather.newest_at, now, weather.in_time, weather.stations, language)
    title, what = say("home.weather", language), say("home.temperature", language)
    return Card(title, value, age, not weather.in_time, what=what, lines=lines)


def age_line(newest: datetime | None, now: datetime, in_time: int, stations: int, language: str) -> str:
    """Return how old a number is, and of how many stations; or plainly that it is too old."""
    age = age_words(newest, now, language)
    if not in_time:
        return say("home.old", language, age=age)
    return say("home.measured", language, age=age, in_time=in_time, all=stations)


def pollutants(names: tuple[str, ...], language: str) -> str:
    """Return pollutants as a list in a sentence."""
    return say("common.separator", language).join(say(f"pollutant.{name}", language) for name in names)
