"""The curves of one sensor."""

from typing import Any

from dash import html

from cityops.clock import utc_now
from cityops.storage.devices.registry import sensor_frame
from dashboard.city.past.history import HistorySpan, limits, measured_metrics, read_course, recorded_span
from dashboard.ui import components
from dashboard.ui.charts import history_chart
from dashboard.ui.components import Speak
from dashboard.web.request_context import RequestContext


def draw_sensor(sensor_id: str, span: HistorySpan, here: RequestContext, say: Speak) -> tuple[Any, Any]:
    """Return the title and one chart for each metric that the sensor has measured."""
    catalogue = here.site.catalogue
    with here.site.database.transaction() as tx:
        everyone = [sensor_frame(tx), sensor_frame(tx, retired=True)]
        found = [row for sensors in everyone for row in sensors[sensors["sensor_id"] == sensor_id].to_dict("records")]
        if not found or found[0]["kind"] not in catalogue.kind:
            return "", html.P(say("sensors.unknown", sensor=sensor_id), className="panel-empty")
        kind = catalogue.kind[found[0]["kind"]]
        measured = measured_metrics(tx, sensor_id)
        shown = [name for name in kind.metrics if name in measured] or [kind.headline]
        start, end = limits(span, recorded=recorded_span(tx, sensor_id), now=utc_now())
        courses = {name: read_course(tx, sensor_id, name, start=start, end=end) for name in shown}
    charts = [
        components.graph(
            "chart",
            figure=history_chart(
                course.frame,
                catalogue.metric[name],
                language=here.language,
                zone=here.site.settings.zone,
                gap=course.gap,
                newest=measured.get(name),
            ),
        )
        for name, course in courses.items()
    ]
    title = [html.H2(found[0]["name"]), html.Small(f"{kind.name.in_language(here.language)} · {sensor_id}")]
    return title, charts
