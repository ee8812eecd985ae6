"""What the panel asks for when an alert is chosen or changed. What people do goes to the API (assets/desk)."""

from datetime import timedelta
from typing import Any

import dash
import plotly.graph_objects as go
from dash import html

from alerts.board import alert_history, alert_reader, guidance
from alerts.board.open_alert import OpenAlert
from alerts.errors import AlertUnknown
from cap.store.listing import list_in_force, list_outlines
from cases.store.case_list import case_of_alert
from citizens.store.forecast_lists import expected_of
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction, load_queries
from dashboard import texts
from dashboard.cases.forecast_words import outcome_words, why_words
from dashboard.cases.words import CaseWords, read_catalogue
from dashboard.city.alerts import near_alerts, nearby
from dashboard.city.outside_warnings import draw_outlines
from dashboard.city.past import baseline
from dashboard.city.past.history import measured_metrics, read_course, read_history, series_interval
from dashboard.pages.desk import acts, alert_formatter, panel, panel_facts, panel_links, panel_lists
from dashboard.ui import place_map
from dashboard.ui.charts import history_chart
from dashboard.web.request_context import RequestContext, require_role, visit

SQL = load_queries("dashboard")
CHART_SPAN = timedelta(hours=6)
LONGEST_CHART_SPAN = timedelta(days=14)
LEAST_READINGS = 12  # a station that reports every hour or every day is shown over a longer time
PARTS = ("head", "acts", "facts", "steps", "near", "past", "events", "people")
MOST_PAST, MOST_NEAR, MOST_PLACES = 6, 6, 8


@require_role("viewer")
def show_alert(chosen: str | None, _refresh: object) -> dict[str, Any]:
    """Show an alert as it is in the database now, open or closed."""
    here, number = visit(), panel.number_of(chosen)
    say = texts.speaker(here.language)
    if number is None:
        return {"panel": "desk-panel is-empty"} | dict.fromkeys(PARTS, None)
    with here.site.database.transaction() as tx:
        alert = _find(tx, number)
        if alert is None:
            raise dash.exceptions.PreventUpdate
        events = alert_history.alert_events(tx, number)
        past = alert_history.past_alerts(tx, alert.sensor_id, before=number, most=MOST_PAST)
        link = _case_link(tx, number)
        expected = _expected(tx, here, number)
        officers = [row["user_name"] for row in tx.rows(SQL["officers"])]
    steps = guidance.steps_of(alert.guidance_zh or "", alert.guidance_en or "")
    ink = alert_formatter.AlertFormatter(say, here.language, here.site.settings.zone, here.site.catalogue)
    near = near_alerts.near_alerts(here.site.live.alerts, alert, radius=nearby.NEAR, most=MOST_NEAR)
    role, packs = here.user.role if here.user else None, here.site.settings.pack_key is not None
    return {
        "head": panel.head(alert, _place(here, alert), ink, link, expected, packs=packs),
        "acts": panel.act_bar(acts.offers(alert, role), ink),
        "facts": panel_facts.facts(alert, ink),
        "steps": panel_lists.checklist(steps, guidance.ticks_of(events), ink, can=here.allows(Role.OFFICER)),
        "near": panel_lists.near_list(near, ink),
        "past": panel_lists.past_list(past, ink),
        "events": panel_lists.event_list(events, steps, ink),
        "people": panel_lists.person_options(officers, here.person.name if here.user else "", ink),
        "panel": "desk-panel",
    }


@require_role("viewer")
def show_chart(chosen: str | None, _refresh: object) -> go.Figure:
    """Draw the last hours of the chosen alert's series, with its limit and what is usual."""
    here, number, now = visit(), panel.number_of(chosen), utc_now()
    if number is None:
        raise dash.exceptions.PreventUpdate
    with here.site.database.transaction() as tx:
        alert = _find(tx, number)
        if alert is None:
            raise dash.exceptions.PreventUpdate
        series = (alert.sensor_id, alert.metric)
        interval = series_interval(tx, *series, until=now)
        start = now - _chart_span(interval)
        course = read_course(tx, *series, start=start, end=now, interval=interval)
        newest = measured_metrics(tx, alert.sensor_id).get(alert.metric)
        past = read_history(tx, *series, start=start - timedelta(days=baseline.DAYS), end=start)
    return history_chart(
        course.frame,
        here.site.catalogue.metric[alert.metric],
        language=here.language,
        zone=here.site.settings.zone,
        limit=alert.limit_value if alert.measure.is_reading else None,
        severity=alert.severity,
        gap=course.gap,
        newest=newest,
        usual=baseline.usual_course(past, start=start, end=now),
    ).update_layout(uirevision=str(number))


@require_role("viewer")
def show_place(chosen: str | None, radius: int | None) -> tuple[go.Figure, list[html.Li]]:
    """Draw what is around the chosen alert, and list the key places."""
    here, number = visit(), panel.number_of(chosen)
    registry = here.site.live.part("")
    if number is None or registry is None:
        raise dash.exceptions.PreventUpdate
    with here.site.database.transaction() as tx:
        alert, now = _find(tx, number), utc_now()
        others = list_in_force(tx, now=now, is_demo=here.site.settings.demo)
        warned = draw_outlines(others, list_outlines(tx, now=now), "")
    if alert is None:
        raise dash.exceptions.PreventUpdate
    lon, lat = alert.lon, alert.lat
    reach = radius if radius in place_map.RADII else place_map.RADII[1]
    figure = place_map.around_map(
        lon,
        lat,
        severity=alert.severity,
        radius=reach,
        registry=registry,
        language=here.language,
        outlines=warned.values(),
    )
    places = nearby.nearest_places(registry, lon, lat, within=reach, most=MOST_PLACES)
    return figure, panel_lists.place_list(places, texts.speaker(here.language), here.language)


def _chart_span(interval: timedelta) -> timedelta:
    return min(max(CHART_SPAN, LEAST_READINGS * interval), LONGEST_CHART_SPAN)


def _find(tx: Transaction, number: int) -> OpenAlert | None:
    try:
        return alert_reader.find_shown(tx, number)
    except AlertUnknown:
        return None


def _case_link(tx: Transaction, number: int) -> panel_links.CaseLink:
    found = case_of_alert(tx, number)
    if found is None:
        return panel_links.CaseLink()
    return panel_links.CaseLink(found["case_id"], found["number"], found["state"], is_open=found["ended_at"] is None)


def _expected(tx: Transaction, here: RequestContext, number: int) -> list[tuple[str, str]]:
    """Return which complaints are expected of an alert, and why."""
    rows = expected_of(tx, number)
    if not rows:
        return []
    words, now = CaseWords(here.language, read_catalogue(tx, here.site.settings.require_database_url()), {}), utc_now()
    return [(outcome_words(row, words, is_over=row["due_at"] <= now), why_words(row, words)) for row in rows]


def _place(here: RequestContext, alert: OpenAlert) -> str:
    registry = here.site.live.part("")
    return (registry.place(alert.area_code, here.language) if registry else "") or alert.area_code
