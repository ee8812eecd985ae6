"""What the drawer of a domain page asks for: a figure, the numbers of a chart, or the readings of a series."""

from datetime import UTC, datetime
from typing import TypedDict

from dash import html
from dash.development.base_component import Component

from cityops.clock import utc_now
from cityops.storage.readings.lineage import device_behind, readings_behind
from dashboard.pages.domain.lineage.drawer import number_list
from dashboard.pages.domain.lineage.figure_tree import figure_tree
from dashboard.pages.domain.lineage.readings_view import MOST_READINGS, readings_view
from dashboard.pages.domain.reader import reader_of
from dashboard.pages.domain.reading import read_page
from dashboard.pages.domain.view import DomainView
from dashboard.web.request_context import RequestContext


class Asked(TypedDict, total=False):
    """What was opened: `figure` (as the page `shows` it), `chart`, or `behind` (sensor, metric, start, end).

    `as_of`: when the page was drawn; `number` tells two questions apart that are the same.
    """

    figure: str
    shown: str
    chart: str
    behind: str
    as_of: str
    number: int


def answer(asked: Asked, view: DomainView, here: RequestContext) -> list[Component]:
    """Return what the drawer shows; a sentence where the page has no such number any more."""
    if "behind" in asked:
        return _behind(asked["behind"], here) or _nothing(here)
    reader, now = reader_of(here), utc_now()
    end = view.end(min(_moment(asked.get("as_of", "")) or now, now), here.site.settings.zone)
    with here.site.database.transaction() as tx:
        page = read_page(tx, view, here, end)
        if "chart" in asked:
            title = reader.say(f"domain.head_{asked['chart']}") if asked["chart"].isidentifier() else ""
            return number_list(page.figures.values(), asked["chart"], title, reader.say)
        if asked.get("figure", "") not in page.figures:
            return _nothing(here)
        lineage = page.tracer(tx, here).trace(asked["figure"])
    return figure_tree(lineage, asked.get("shown", ""), reader)


def _behind(asked: str, here: RequestContext) -> list[Component] | None:
    sensor_id, metric, *span = [*asked.split("|"), "", "", ""][:4]
    start, end = (_moment(part) for part in span)
    if start is None or end is None or start >= end or metric not in here.site.catalogue.metric:
        return None
    with here.site.database.transaction() as tx:
        device = device_behind(tx, sensor_id, metric, start=start, end=end)
        if device is None:
            return None
        behind = readings_behind(tx, sensor_id, metric, start=start, end=end, after=None, limit=MOST_READINGS)
    unit = here.site.catalogue.metric[metric].unit
    return readings_view({"sensor_id": sensor_id, "metric": metric}, behind, device, unit, reader_of(here))


def _nothing(here: RequestContext) -> list[Component]:
    return [html.P(reader_of(here).say("lineage.none"), className="hint")]


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
