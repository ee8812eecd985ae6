"""The bar on top of a wall: name, alerts by severity, weather, age of the data, clock."""

from dash import html

from dashboard.theme import SEVERITIES
from dashboard.ui import components
from dashboard.ui.components import Speak


def top(say: Speak) -> html.Header:
    """Return the bar."""
    return html.Header(
        [
            html.Span(className="brand-mark"),
            html.H1(say("common.product"), className="wall-title"),
            html.Div([_count(severity, say) for severity in SEVERITIES], className="counts"),
            _weather(say),
            html.Div(
                [html.B("–", **components.hook("watermark")), html.Small(say("wall.data"))], className="watermark"
            ),
            _clock(),
        ],
        className="wall-top",
    )


def _weather(say: Speak) -> html.Div:
    return html.Div(
        [
            html.B("–", **components.hook("weather", "main")),
            html.Small("", **components.hook("weather", "rest")),
        ],
        className="weather",
        **components.label(say("wall.weather")),
    )


def _clock() -> html.Div:
    return html.Div(
        [
            html.B("--:--:--", **components.hook("clock", "time")),
            html.Small(
                [
                    html.Span("", **components.hook("clock", "date")),
                    html.Span("", className="wall-zone", **components.hook("clock", "zone")),
                ]
            ),
        ],
        className="wall-clock",
    )


def troubles() -> html.Div:
    """Return the strip that names, in letters, what of the product itself is in trouble; empty while all is well."""
    return html.Div(className="troubles", role="status", hidden=True, **components.hook("troubles"))


def _count(severity: int, say: Speak) -> html.Span:
    return html.Span(
        [
            components.severity_mark(severity, say(f"severity.{severity}")),
            html.Span(say(f"severity.{severity}"), className="count-name"),
            html.B("–", **components.hook("count", str(int(severity)))),
        ],
        className="count",
        **components.hook("severity", str(int(severity))),
    )
