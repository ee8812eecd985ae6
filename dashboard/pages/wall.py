"""`/wall`: one screen from which a room grasps the city. It has no callback: scripts fill it from `/live`."""

from enum import StrEnum

from dash import dcc, html

from dashboard import parts, texts, tiles
from dashboard.look import SEVERITIES
from dashboard.pages import register_page
from dashboard.parts import Speak
from dashboard.shell import Shell
from dashboard.visit import current, language

DOMAINS = ("environment", "traffic", "emergency")


class Ids(StrEnum):
    """The ids of this page."""

    ROOT = "wall-page"
    MAP = "wall-city-map"


def register(_: Shell) -> None:
    """Make the page known to Dash."""
    register_page("wall", layout)


def layout(**_: str) -> html.Div:
    """Return the page, empty. Dash hands over the parts of the query; `area` is read in the browser."""
    say = texts.speaker(language())
    return html.Div(
        [
            _top(say),
            html.Main([_left(say), _centre(say), _right(say)], className="wall-main"),
            parts.banner(),
        ],
        id=Ids.ROOT,
        className="wall",
        **parts.hook("live"),
    )


def _top(say: Speak) -> html.Header:
    counts = [
        html.Span(
            [
                parts.severity_mark(severity, say(f"severity.{severity}")),
                html.Span(say(f"severity.{severity}"), className="count-name"),
                html.B("–", **parts.hook("count", str(int(severity)))),
            ],
            className="count",
            **parts.hook("severity", str(int(severity))),
        )
        for severity in SEVERITIES
    ]
    return html.Header(
        [
            html.Span(className="brand-mark"),
            html.H1(say("common.product"), className="wall-title"),
            html.Div(counts, className="counts"),
            html.Div([html.Small(say("wall.data")), html.B("–", **parts.hook("watermark"))], className="watermark"),
            html.Div(
                [
                    html.B("--:--:--", **parts.hook("clock", "time")),
                    html.Small("", **parts.hook("clock", "date")),
                ],
                className="wall-clock",
            ),
        ],
        className="wall-top",
    )


def _left(say: Speak) -> html.Section:
    return html.Section([_domain(domain, say) for domain in DOMAINS], className="wall-column wall-left")


def _domain(domain: str, say: Speak) -> html.Article:
    chosen = [tile for tile in tiles.TILES if tile.domain == domain]
    return html.Article(
        [
            html.H2(
                [
                    html.Span(say(f"domain.{domain}")),
                    html.Small(
                        [say("wall.online"), " ", html.B("–", **parts.hook("online", domain))], className="card-note"
                    ),
                ]
            ),
            html.Div([_tile(tile, say) for tile in chosen], className="tiles"),
        ],
        className=f"card domain domain-{domain}",
        **parts.hook("domain", domain),
    )


def _tile(tile: tiles.Tile, say: Speak) -> html.Div:
    found = current.get()
    metric = found.site.catalogue.metric[tile.metric] if found else None
    return html.Div(
        [
            html.Small(say(f"tile.{tile.metric}"), className="tile-name"),
            html.Div(
                [
                    html.B("–", className="tile-value"),
                    html.Span(metric.unit if metric else "", className="tile-unit"),
                ],
                className="tile-reading",
            ),
            html.Div(className="tile-age"),
            html.Div(className="tile-trend", **parts.hook("colour", metric.colour if metric else "")),
        ],
        className="tile",
        **parts.hook("tile", tile.metric),
    )


def _centre(say: Speak) -> html.Section:
    legend = [
        html.Span([html.I(className="dot dot-normal"), say("wall.normal")]),
        *[
            html.Span([parts.severity_mark(severity, ""), say(f"severity.{severity}")], className="legend-severity")
            for severity in SEVERITIES
        ],
        html.Span([html.I(className="dot dot-stale"), say("wall.stale")]),
    ]
    return html.Section(
        [
            dcc.Graph(
                id=Ids.MAP,
                className="city-map",
                figure={
                    "data": [],
                    "layout": {
                        "paper_bgcolor": "rgba(0,0,0,0)",
                        "plot_bgcolor": "rgba(0,0,0,0)",
                        "xaxis": {"visible": False},
                        "yaxis": {"visible": False},
                    },
                },
                config={"displayModeBar": False, "scrollZoom": True},
                responsive=True,
            ),
            html.Div(className="map-overlay", **parts.hook("map-overlay", "names")),
            html.Div(className="map-overlay", **parts.hook("map-overlay", "alerts")),
            html.Div(legend, className="legend"),
        ],
        className="wall-centre",
        **parts.label(say("wall.map")),
    )


def _right(say: Speak) -> html.Section:
    heads = [say(f"wall.{name}") for name in ("district", "pm25", "speed", "alert_count", "online_share")]
    return html.Section(
        [
            html.Article(
                [
                    html.H2(
                        [
                            html.Span(say("wall.alerts")),
                            html.Small(
                                [say("wall.waiting"), " ", html.B("–", **parts.hook("waiting"))], className="card-note"
                            ),
                        ]
                    ),
                    html.Ol(className="alert-list", **parts.hook("alerts")),
                ],
                className="card alerts-card",
            ),
            html.Article(
                [
                    html.H2(html.Span(say("wall.ranking"))),
                    html.Table(
                        [html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(**parts.hook("ranking"))],
                        className="ranking",
                    ),
                ],
                className="card ranking-card",
                **parts.hook("ranking-card"),
            ),
        ],
        className="wall-column wall-right",
    )
