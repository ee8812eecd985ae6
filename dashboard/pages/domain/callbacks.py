"""What happens when somebody asks a domain page something else. Thin: read the view, the story, draw."""

from datetime import date, datetime
from typing import Any, TypedDict

import dash
from dash import ctx, html

from cityops.clock import utc_now
from dashboard import texts
from dashboard.pages.domain import cards
from dashboard.pages.domain.address import parse_address
from dashboard.pages.domain.charts import area_figure, completeness_chart, figures, heat_chart
from dashboard.pages.domain.ids import Ids
from dashboard.pages.domain.lineage.asking import Asked, answer
from dashboard.pages.domain.places import name_of, offer_areas, offer_comparisons
from dashboard.pages.domain.reader import reader_of
from dashboard.pages.domain.reading import PageFigures, read_page
from dashboard.pages.domain.view import BEFORE, read_view, why_empty
from dashboard.pages.domain.words import moment_words
from dashboard.ui import components
from dashboard.web.request_context import RequestContext, require_role, visit

CLICKED = {Ids.RANKING: "ranking", Ids.MAP: "map"}


class Point(TypedDict, total=False):
    """A bar or an area of a chart; `customdata` is its code."""

    customdata: Any


class Click(TypedDict):
    """What was clicked on a chart."""

    points: list[Point]


@require_role("viewer")
def choose(
    chosen: dict[str, str | None], clicked: dict[str, Click | None], search: str | None, path: str | None
) -> dict[str, Any]:
    """Put what was chosen into the address, and what the address says into the choices: they never disagree.

    Only values that differ are answered: an answer that comes late must not undo what was chosen meanwhile.
    The options come with them, because a list drops a value that is not among its options.
    """
    here = visit()
    domain, query = parse_address(path, search, here.site.catalogue.domain)
    catalogue, say, today = here.site.catalogue, texts.speaker(here.language), today_of(here, utc_now())
    present = view = read_view(domain, query, catalogue, today=today)
    if ctx.triggered_id not in (None, Ids.ADDRESS):
        wish = {name: value or "" for name, value in chosen.items()}
        view = read_view(
            domain, wish | _area_of(clicked.get(CLICKED.get(ctx.triggered_id, ""))), catalogue, today=today
        )
    with here.site.database.transaction() as tx:
        registry = here.site.live.registry(tx, view.areas)
    found: dict[str, str | None] = {
        "metric": view.metric,
        "area": view.area,
        "span": view.span.value,
        "compare": view.compare,
    }
    found |= {"until": view.day or None, "at": view.clock}
    return {
        "search": dash.no_update if view == present else view.query,
        **{name: dash.no_update if value == chosen.get(name) else value for name, value in found.items()},
        "areas": offer_areas(registry, view.area, say, here.language),
        "others": offer_comparisons(registry, view.other_area or "", say, here.language),
    }


@require_role("viewer")
def show(search: str | None, _ticks: int | None, path: str | None) -> dict[str, Any]:
    """Answer the view of the address."""
    here = visit()
    domain, query = parse_address(path, search, here.site.catalogue.domain)
    site, now = here.site, utc_now()
    view = read_view(domain, query, site.catalogue, today=today_of(here, now))
    with site.database.transaction() as tx:
        page = read_page(tx, view, here, view.end(now, site.settings.zone))
    return draw(page, here)


@require_role("viewer")
def tell_lineage(asked: Asked | None, search: str | None, path: str | None) -> Any:
    """Answer what the drawer asks: where a number comes from, the numbers of a chart, the readings of a series."""
    here = visit()
    if not asked:
        return dash.no_update
    domain, query = parse_address(path, search, here.site.catalogue.domain)
    view = read_view(domain, query, here.site.catalogue, today=today_of(here, utc_now()))
    # Numbered, so that the page notices an answer that is the same as the one before.
    number = components.hook("lineage-answer", str(asked.get("number", 0)))
    return html.Div(answer(asked, view, here), className="lineage-answer", **number)


def today_of(here: RequestContext, now: datetime) -> date:
    """Return the day that it is in the visitor's city."""
    return now.astimezone(here.site.settings.zone).date()


def _area_of(click: Click | None) -> dict[str, str]:
    """Return the area whose bar or name was clicked."""
    code = next(iter(click["points"] if click else []), Point()).get("customdata")
    return {"area": code} if isinstance(code, str) else {}


def draw(page: PageFigures, here: RequestContext) -> dict[str, Any]:
    """Return all answers of a page as its parts show them."""
    story, registry = page.story, page.registry
    view, catalogue, language, zone = story.view, here.site.catalogue, here.language, here.site.settings.zone
    metric, say = catalogue.metric[view.metric], texts.speaker(language)
    own = name_of(view.area, registry, say, language)
    other = say("domain.before") if view.compare == BEFORE else name_of(view.compare, registry, say, language)
    empty = why_empty(view, here.site.database.scope)
    trend = figures.trend_chart(
        story.trend,
        story.other,
        metric,
        names=(own, other),
        step=story.step,
        language=language,
        zone=zone,
        interval=story.interval,
        empty=empty,
    )
    return {
        "facts": cards.facts(story, page.figures, own, reader_of(here)),
        "trend": trend,
        "map": area_figure.area_map(
            registry.areas, story.ranking, metric, inside=view.area, language=language, empty=empty
        ),
        "ranking": figures.ranking_chart(story.ranking, metric, language=language, empty=empty),
        "heat": heat_chart.heat_chart(story.heat, metric, language=language, empty=empty),
        "index": cards.index_card(page.index, page.figures, say),
        "completeness": completeness_chart.completeness_chart(
            story.kinds, catalogue, since=moment_words(story.due_since, zone), language=language
        ),
        "exports": cards.export_links(view, say),
    }
