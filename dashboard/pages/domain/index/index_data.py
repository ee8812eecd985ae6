"""The index of a domain for one area: what it is reckoned from is read here, the working itself is pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from cityops.storage import Transaction
from dashboard import texts
from dashboard.city.past.index_readings import HOUR, last_hour, read_air, read_days, read_rain
from dashboard.city.registry import Registry
from dashboard.pages.domain.index.air_figures import air_figures
from dashboard.pages.domain.index.air_working import work_air
from dashboard.pages.domain.index.day_figures import day_figures
from dashboard.pages.domain.index.day_table import DayTable, hours_words, table_days
from dashboard.pages.domain.index.rain_figures import rain_figures
from dashboard.pages.domain.index.rain_working import signal_words, work_rain
from dashboard.pages.domain.index.traffic_data import work_roads
from dashboard.pages.domain.index.working import Working
from dashboard.pages.domain.lineage.model import Figure
from dashboard.pages.domain.reader import reader_of
from dashboard.pages.domain.view import DomainView
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class IndexStory:
    """What a domain page says of its index: the working (None without readings), and the days before (air only).

    `figures`: every number of these.
    """

    working: Working | None
    days: DayTable | None = None
    figures: tuple[Figure, ...] = ()


def read_index(
    tx: Transaction, view: DomainView, registry: Registry, here: RequestContext, end: datetime
) -> IndexStory:
    """Return the index at the end of the view's span, and those of the days before it.

    No working without readings. Where the span does not end now, the note says of when the index is.
    """
    index, reader = here.site.catalogue.domain[view.domain].standard_index, reader_of(here)
    working, figures = _work(tx, view, registry, here, end)
    if working is not None and view.until is not None and index != "tpi":  # which says its own time
        note = texts.say("domain.index_then", here.language, day=view.day) + working.note
        working = replace(working, note=note)
    if index != "aqi":
        return IndexStory(working, figures=tuple(figures))
    days = read_days(tx, view.area, end, reader.zone)
    if all(day.index.computed is None for day in days):
        return IndexStory(working, figures=tuple(figures))
    figures += day_figures(days, view.area, partial(hours_words, language=here.language), reader)
    return IndexStory(working, table_days(days, reader.catalogue, language=here.language), tuple(figures))


def _work(
    tx: Transaction, view: DomainView, registry: Registry, here: RequestContext, end: datetime
) -> tuple[Working | None, list[Figure]]:
    standards, language, reader = here.site.live.standards, here.language, reader_of(here)
    match here.site.catalogue.domain[view.domain].standard_index:
        case "aqi":
            air = read_air(tx, view.area, end)
            working = work_air(air, here.site.catalogue, language=language)
            return working, [] if working is None else air_figures(air, view.area, reader)
        case "tpi":
            return work_roads(tx, view, registry, here, end)
        case "rainstorm":
            hourly, until = read_rain(tx, view.area, end), last_hour(end) + HOUR
            write = partial(signal_words, standards=standards, language=language)
            working = work_rain(hourly, standards, language=language)
            found = [] if working is None else rain_figures(hourly, until, view.area, write, standards, reader)
            return working, found
        case _:
            return None, []
