"""The first page: the city now."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.city.reader import PublicCity
from portal.context import portal_of
from portal.pages.city_land import look_at
from portal.pages.city_map import draw_map
from portal.pages.home_cards import draw_cards
from portal.pages.home_lines import draw_districts, draw_warning, index_of
from portal.rendering import age_words, answer_page, language_in
from portal.texts import say
from portal.web.faults import answer_page_fault
from portal.web.rooms import Room

KEEP = 10  # seconds
MAP_WIDTH = 560
NO_COLOUR = "#d5dbe1"


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


def draw_air_map(city: PublicCity, language: str) -> str | None:
    """Return the districts in the colours of their air; None without outlines."""
    view = look_at(city.land, width=MAP_WIDTH)
    if view is None:
        return None
    indices = {code: index_of(city, code) for code in city.land.districts}
    colours = {
        code: index.level.colour if index is not None and index.level is not None else NO_COLOUR
        for code, index in indices.items()
    }
    return draw_map(city.land, view, language, colours=colours, label=say("home.map_label", language))


ROUTES = [Route("/", show_home)]
ROOMS = (Room("/", answer_page_fault),)  # the pages, and whatever is in no other room
