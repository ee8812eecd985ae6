"""The open figures: how districts handled cases, month by month."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cases.evaluation.formula_files import load_formulas
from cityops.areas import name_in
from cityops.clock import utc_now
from portal.city.figures import SHOWN, Month, PublicFigure, by_month
from portal.city.reader import PublicCity
from portal.context import portal_of
from portal.rendering import answer_page, clock_words, language_in
from portal.store.city import read_figures
from portal.texts import say

KEEP = 60  # seconds
SPAN = timedelta(days=366)  # months that are shown


@dataclass(frozen=True, slots=True)
class Cell:
    """A rate, and of how many it is one."""

    value: str
    of: str


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """The rates of a district."""

    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class MonthTable:
    """A month in words."""

    month: str
    state: str
    rows: list[DistrictRow]


async def show_figures(request: Request) -> Response:
    """The page."""
    portal, language = portal_of(request), language_in(request.scope, request.app.state.settings)
    now, zone = utc_now(), portal.settings.zone
    city = await portal.city.newest()
    after = f"{(now - SPAN).astimezone(zone):%Y-%m}"
    figures = await portal.read(partial(read_figures, after=after))
    known = load_formulas().indicator
    return answer_page(
        request,
        "figures.html",
        title=say("figures.title", language),
        keep=KEEP,
        names=[getattr(known[name].name, language) for name in SHOWN],
        months=[_draw_month(month, city, language, request) for month in by_month(figures)],
    )


def _draw_month(month: Month, city: PublicCity, language: str, request: Request) -> MonthTable:
    zone = portal_of(request).settings.zone
    until: datetime = month.counts_until
    state = (
        say("figures.final", language)
        if month.is_final
        else say("figures.provisional", language, time=clock_words(until, zone, language))
    )
    rows = [
        DistrictRow(name_in(city.land.districts[code], language), [draw_cell(one, language) for one in figures])
        for code, figures in month.districts
        if code in city.land.districts
    ]
    return MonthTable(month.month, state, rows)


def draw_cell(figure: PublicFigure | None, language: str) -> Cell:
    """Return a rate; nothing to count is no rate, and no 0."""
    if figure is None or figure.value is None or figure.numerator is None or figure.denominator is None:
        return Cell(say("figures.nothing", language), "")
    of = say("figures.of", language, numerator=f"{figure.numerator:g}", denominator=f"{figure.denominator:g}")
    return Cell(f"{100 * figure.value:.1f} %", of)


ROUTES = [Route("/figures", show_figures)]
