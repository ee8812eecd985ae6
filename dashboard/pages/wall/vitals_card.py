"""The card of the vital signs, empty."""

from dash import html

from cityops.catalogue import Catalogue
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.web.request_context import language


def vitals(catalogue: Catalogue, say: Speak) -> html.Article:
    """Return the vital signs: the city's index, then one line a domain."""
    return html.Article(
        [
            html.H2([html.Span(say("wall.vitals")), html.Small(say("wall.vitals_scale"), className="card-note")]),
            _city_vital(say),
            html.Div(
                [_vital(name, domain.name.in_language(language())) for name, domain in catalogue.domain.items()],
                className="vital-lines",
            ),
        ],
        className="card vitals-card",
    )


def _city_vital(say: Speak) -> html.Div:
    return html.Div(
        [
            html.Div(
                [
                    html.B("–", className="vital-score"),
                    html.Span("", className="vital-level"),
                ],
                className="vital-figure",
            ),
            html.Div(
                [
                    html.Div(className="vital-trend", **components.hook("trend", "vital-city")),
                    html.Div(say("wall.day"), className="vital-day"),
                ],
                className="vital-past",
            ),
            html.Div("", className="vital-cause"),
        ],
        className="vital vital-city",
        **components.hook("vital", "city"),
    )


def _vital(domain: str, words: str) -> html.Div:
    return html.Div(
        [
            html.Span(words, className="vital-name"),
            html.Div(html.I(), className="vital-bar"),
            html.B("–", className="vital-score"),
            html.Div("", className="vital-cause"),
            html.Div(className="vital-trend", **components.hook("trend", f"vital-{domain}")),
        ],
        className="vital",
        **components.hook("vital", domain),
    )
