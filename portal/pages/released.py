"""Figures about people, as they were released: with noise or merged, and in words what was done so that they hide."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cityops.areas import name_in
from cityops.catalogue import Names
from portal.city.reader import PublicCity
from portal.city.releases import AreaTable, Released, area_tables
from portal.context import portal_of
from portal.rendering import answer_page, language_in
from portal.store.releases import read_releases, read_streets
from portal.texts import say
from sharing.privacy.persons import REPORTS

KEEP = 60  # seconds
NAMED = ("kind", "channel", "solved", "satisfaction")  # groupings whose groups have words of ours


@dataclass(frozen=True, slots=True)
class Line:
    """One number with noise; `within` is "" where its reach is not told."""

    name: str
    value: str
    within: str


@dataclass(frozen=True, slots=True)
class Part:
    """One release in words."""

    title: str
    month: str
    lines: list[Line]
    tables: list[AreaTable]
    total: str
    done: str
    made: Released


async def show_released(request: Request) -> Response:
    """The page."""
    portal, language = portal_of(request), language_in(request.scope, request.app.state.settings)
    city = await portal.city.newest()
    found = await portal.read(read_releases)
    streets = await portal.read(read_streets) if any(one.areas for one in found) else {}
    name = partial(_area_name, city=city, streets=streets, language=language)
    return answer_page(
        request,
        "released.html",
        title=say("released.title", language),
        keep=KEEP,
        parts=[_draw(one, city, language) for one in found],
        area=name,
        number=lambda persons: say("released.hidden", language) if persons is None else f"{persons:,}",
    )


def _draw(one: Released, city: PublicCity, language: str) -> Part:
    what = f"{one.statistic}_{one.by}" if one.by else one.statistic
    of_set = "" if one.data_set == REPORTS else f"{one.data_set}_"
    title = say(f"released.{of_set}{what.replace('-', '_')}", language)
    if one.areas is not None:
        done = say("released.done_areas", language, k=one.areas.k, below=one.areas.k - 1)
        total = say("released.hidden", language) if one.areas.total is None else f"{one.areas.total:,}"
        return Part(title, one.period, [], area_tables(one.areas), total, done, one)
    noise = one.noise
    if noise is None:
        raise ValueError("a release has figures or areas")
    lines = [
        Line(
            group_name(one.by, group, city, language),
            f"{figure.value:,.10g}",
            "" if figure.within is None else f"± {figure.within:,}",
        )
        for group, figure in noise.figures.items()
    ]
    done = say("released.done_noise", language, epsilon=noise.epsilon, rows=noise.rows)
    return Part(title, one.period, lines, [], "", done, one)


def group_name(by: str, group: str, city: PublicCity, language: str) -> str:
    """Return what a group is called; its key where nothing here has a name for it."""
    if by in NAMED:
        return say(f"released.{by}_{group}", language)
    if by == "district" and group in city.land.districts:
        return name_in(city.land.districts[group], language)
    named = {service.category: service.name.in_language(language) for service in city.services}
    return named.get(group, group) if by == "category" else group or say("released.all", language)


def _area_name(code: str, *, city: PublicCity, streets: dict[str, Names], language: str) -> str:
    if code in city.land.districts:
        return name_in(city.land.districts[code], language)
    return streets[code].in_language(language) if code in streets else code


ROUTES = [Route("/figures/released", show_released)]
