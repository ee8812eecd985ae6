"""The index of a domain for one area: what it is reckoned from is read here, the working itself is pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from cityops.storage import Transaction
from dashboard import texts
from dashboard.city.past.index_readings import read_air, read_days, read_rain
from dashboard.city.registry import Registry
from dashboard.pages.domain.index.air_working import DayTable, table_days, work_air
from dashboard.pages.domain.index.traffic_data import work_roads
from dashboard.pages.domain.index.working import Working, work_rain
from dashboard.pages.domain.view import DomainView
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class IndexStory:
    """What a domain page says of its index: the working (None without readings), and the days before (air only)."""

    working: Working | None
    days: DayTable | None = None


def read_index(
    tx: Transaction, view: DomainView, registry: Registry, here: RequestContext, end: datetime
) -> IndexStory:
    """Return the index at the end of the view's span, and those of the days before it."""
    working = work_index(tx, view, registry, here, end)
    if here.site.catalogue.domain[view.domain].standard_index != "aqi":
        return IndexStory(working)
    days = read_days(tx, view.area, end, here.site.settings.zone)
    known = any(day.index.computed is not None for day in days)
    return IndexStory(working, table_days(days, here.site.catalogue, language=here.language) if known else None)


def work_index(
    tx: Transaction, view: DomainView, registry: Registry, here: RequestContext, end: datetime
) -> Working | None:
    """Return the index that a standard has for a domain at the end of the view's span, with its working.

    None without readings. Where the span does not end now, the note says of when the index is.
    """
    working = _work(tx, view, registry, here, end)
    if working is None or view.until is None:
        return working
    if here.site.catalogue.domain[view.domain].standard_index == "tpi":  # says its own time
        return working
    return replace(working, note=texts.say("domain.index_then", here.language, day=view.day) + working.note)


def _work(tx: Transaction, view: DomainView, registry: Registry, here: RequestContext, end: datetime) -> Working | None:
    standards, language = here.site.live.standards, here.language
    match here.site.catalogue.domain[view.domain].standard_index:
        case "aqi":
            return work_air(read_air(tx, view.area, end), here.site.catalogue, language=language)
        case "tpi":
            return work_roads(tx, view, registry, here, end)
        case "rainstorm":
            return work_rain(read_rain(tx, view.area, end), standards, language=language)
        case _:
            return None
