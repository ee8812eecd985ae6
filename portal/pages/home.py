"""The first page: the city now."""

from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cityops.areas import name_in
from cityops.catalogue import Names
from cityops.standards import tpi
from cityops.standards.aqi import Index
from portal.city.now import CITY, AirNow, TrafficNow, WarningInForce, WeatherNow
from portal.city.reader import PublicCity
from portal.context import portal_of
from portal.pages.city_map import Land, draw_map, look_at
from portal.rendering import age_words, answer_page, language_in
from portal.texts import say
from portal.web.faults import answer_page_fault
from portal.web.rooms import Room

KEEP = 10  # seconds
MAP_WIDTH = 560
NOT_PUBLISHED = "NA"  # as HJ 633-2026, 5.3.1, marks it
NO_COLOUR = "#d5dbe1"
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


async def show_home(request: Request) -> Response:
    """The page; with what was known, and 503, while the database is away."""
    city = await portal_of(request).city.newest()
    language = language_in(request.scope, request.app.state.settings)
    now, away = city.now.read_at, ""
    if city.failing_since is not None:
        away = say("home.away", language, age=age_words(now, city.failing_since, language))
    return answer_page(
        request,
        "home.html",
        title=say("home.title", language),
        status=503 if away else 200,
        keep=KEEP,
        away=away,
        warnings=[draw_warning(one, city.land, language) for one in city.now.warnings],
        cards=draw_cards(city, language),
        districts=draw_districts(city, language),
        map=draw_air_map(city, language),
    )


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
        index = _index_of(city, code)
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


def draw_air_map(city: PublicCity, language: str) -> str | None:
    """Return the districts in the colours of their air; None without outlines."""
    view = look_at(city.land, width=MAP_WIDTH)
    if view is None:
        return None
    indices = {code: _index_of(city, code) for code in city.land.districts}
    colours = {
        code: index.level.colour if index is not None and index.level is not None else NO_COLOUR
        for code, index in indices.items()
    }
    return draw_map(city.land, view, language, colours=colours, label=say("home.map_label", language))


def pollutants(names: tuple[str, ...], language: str) -> str:
    """Return pollutants as a list in a sentence."""
    return say("common.separator", language).join(say(f"pollutant.{name}", language) for name in names)


def _index_of(city: PublicCity, code: str) -> Index | None:
    air = city.now.air.get(code)
    return air.index if air is not None else None


ROUTES = [Route("/", show_home)]
ROOMS = (Room("/", answer_page_fault),)  # the pages, and whatever is in no other room
