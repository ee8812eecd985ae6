"""The bar on top of a wall: name, alerts by severity, weather, age of the data, clock."""

from dash import html

from dashboard import parts
from dashboard.look import SEVERITIES
from dashboard.parts import Speak


def top(say: Speak) -> html.Header:
    """Return the bar."""
    return html.Header(
        [
            html.Span(className="brand-mark"),
            html.H1(say("common.product"), className="wall-title"),
            html.Div([_count(severity, say) for severity in SEVERITIES], className="counts"),
            html.Div(
                [html.B("–", **parts.hook("weather", "main")), html.Small("", **parts.hook("weather", "rest"))],
                className="weather",
                **parts.label(say("wall.weather")),
            ),
            html.Div([html.B("–", **parts.hook("watermark")), html.Small(say("wall.data"))], className="watermark"),
            html.Div(
                [
                    html.B("--:--:--", **parts.hook("clock", "time")),
                    html.Small(
                        [
                            html.Span("", **parts.hook("clock", "date")),
                            html.Span("", className="wall-zone", **parts.hook("clock", "zone")),
                        ]
                    ),
                ],
                className="wall-clock",
            ),
        ],
        className="wall-top",
    )


def troubles() -> html.Div:
    """Return the strip that names, in letters, what of the product itself is in trouble; empty while all is well."""
    return html.Div(className="troubles", role="status", hidden=True, **parts.hook("troubles"))


def _count(severity: int, say: Speak) -> html.Span:
    return html.Span(
        [
            parts.severity_mark(severity, say(f"severity.{severity}")),
            html.Span(say(f"severity.{severity}"), className="count-name"),
            html.B("–", **parts.hook("count", str(int(severity)))),
        ],
        className="count",
        **parts.hook("severity", str(int(severity))),
    )
