"""The heart of a wall: the map, what it shows just now, and the one alert that comes first."""

from dash import html

from dashboard.pages.wall.cards import CASE_NUMBERS
from dashboard.ui import components
from dashboard.ui.components import Speak


def city_map(say: Speak, map_id: str) -> html.Section:
    """Return the map with everything that lies over it."""
    return html.Section(
        [
            # No graph of Dash's, whose scripts come first and draw an empty chart: assets/map/host.js draws the map.
            html.Div(html.Div(**components.hook("city-map")), id=map_id, className="city-map"),
            *[
                html.Div(className="map-overlay", **components.hook("map-overlay", name))
                for name in ("names", "near", "alerts")
            ],
            html.P(className="map-note", role="status", hidden=True, **components.hook("map-note")),
            _heading(),
            _focus(say),
            _cases(say),
            html.Div(
                [
                    html.Div(_signs(say), className="legend"),
                    html.Div(className="legend scale", **components.hook("scale")),
                ],
                className="legends",
            ),
        ],
        className="wall-centre",
        **components.label(say("wall.map")),
    )


def _heading() -> html.Div:
    """Which scene this is, whose wish it was, and how much of its time is over."""
    return html.Div(
        [
            html.Div(
                [
                    html.I(className="icon", hidden=True, **components.hook("scene-icon")),
                    html.Nav(className="scene-path", **components.hook("scene-path")),
                ],
                className="scene-head",
            ),
            html.Small("", className="scene-note", **components.hook("scene-note")),
            html.Div(html.I(**components.hook("scene-time")), className="scene-time"),
        ],
        className="scene",
    )


def _focus(say: Speak) -> html.Aside:
    """The alert that comes first: what it is, what to do, who is near."""
    return html.Aside(
        [
            html.Div(
                [
                    html.Span("", className="mark", **components.hook("focus", "mark")),
                    html.B("", **components.hook("focus", "title")),
                ],
                className="focus-head",
            ),
            html.Div("", className="focus-place", **components.hook("focus", "place")),
            html.Div(
                [
                    html.B("", className="focus-value", **components.hook("focus", "value")),
                    html.Span("", className="focus-limit", **components.hook("focus", "limit")),
                    html.Span("", className="focus-state", **components.hook("focus", "state")),
                ],
                className="focus-reading",
            ),
            html.H3(say("desk.guidance")),
            html.P("", **components.hook("focus", "guidance")),
            html.H3([say("wall.near"), " ", html.Small("", **components.hook("focus", "sensors"))]),
            html.Ol(className="focus-near", **components.hook("focus", "near")),
        ],
        className="focus",
        hidden=True,
        role="status",
        **components.hook("focus-card"),
    )


def _cases(say: Speak) -> html.Aside:
    """What the scene of the cases says beside the map: the numbers of today, and who is late."""
    return html.Aside(
        [
            html.Dl(
                [
                    html.Div(
                        [html.Dt(say(f"browser.case_{name}")), html.Dd("–", **components.hook("case-number", name))],
                        className=f"case-number-{name}",
                    )
                    for name in CASE_NUMBERS
                ]
            ),
            html.H3(say("browser.case_late_departments")),
            html.Ol(className="case-departments", **components.hook("case-departments")),
        ],
        className="case-panel",
        hidden=True,
        **components.hook("case-panel"),
    )


def _signs(say: Speak) -> list[html.Span]:
    """What the dots say; the signs of the severities stand in the top bar, with their names and counts."""
    return [
        html.Span([html.I(className="dot dot-normal"), say("wall.normal")]),
        html.Span([html.I(className="dot dot-stale"), say("wall.stale")]),
        html.Span([html.I(className="warned-line"), say("wall.warned")], hidden=True, **components.hook("warned-sign")),
    ]
