"""The cards of a wall, empty."""

from dash import html

from cityops.catalogue import Catalogue, Tile
from dashboard.city.tiles import tiles_of
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.ui.icons import icon
from dashboard.web.request_context import language

ON_CARDS = ("aqi", "tpi")  # the indices that a picture of the city has
CASE_NUMBERS = ("filed", "closed", "on_time", "open", "overdue")
CHAIN = ("measured", "received", "read", "screen")  # the way of a reading


def domain(name: str, catalogue: Catalogue, say: Speak, *, place: int) -> html.Article:
    """Return the card of a domain, the `place`-th: the index that a standard has for it, and its tiles."""
    found = catalogue.domain[name]
    index = [_index(found.standard_index)] if found.standard_index in ON_CARDS else []
    drawn = [_tile(key, tile, catalogue) for key, tile in tiles_of(catalogue)[name].items()]
    return html.Article(
        [
            html.H2(
                [
                    html.Span([icon(name), found.name.in_language(language())]),
                    html.Small(
                        [say("wall.online"), " ", html.B("–", **components.hook("online", name))], className="card-note"
                    ),
                ]
            ),
            *index,
            html.Div(drawn, className="tiles"),
        ],
        className=f"card domain domain-{place}",
        **components.hook("domain", name),
    )


def _index(name: str) -> html.Div:
    return html.Div(
        [html.Span("", className="index-chip"), html.Span("", className="index-cause")],
        className="index",
        **components.hook("index", name),
    )


def _tile(key: str, tile: Tile, catalogue: Catalogue) -> html.Div:
    metric = catalogue.metric[tile.metric]
    return html.Div(
        [
            html.Small((tile.label or metric.name).in_language(language()), className="tile-name"),
            html.Div(
                [
                    html.B("–", className="tile-value"),
                    html.Span(metric.unit, className="tile-unit"),
                ],
                className="tile-reading",
            ),
            html.Div(className="tile-age"),
            html.Div(
                className="tile-trend",
                **components.hook("colour", metric.colour),
                **components.hook("trend", key),
            ),
        ],
        className="tile",
        **components.hook("tile", key),
    )


def alerts(say: Speak) -> html.Article:
    """Return the strip of open alerts."""
    return html.Article(
        [
            html.H2(
                [
                    html.Span(say("wall.alerts")),
                    html.Small(
                        [say("wall.waiting"), " ", html.B("–", **components.hook("waiting"))], className="card-note"
                    ),
                ]
            ),
            html.Ol(className="alert-list", **components.hook("alerts")),
            _cases(say),
        ],
        className="card alerts-card",
    )


def _cases(say: Speak) -> html.Div:
    """Return the strip of cases, which stays away from a city that has none."""
    return html.Div(
        [
            html.Span(
                [say(f"browser.case_{name}"), " ", html.B("–", **components.hook("case-number", name))],
                className=f"case-number case-number-{name}",
            )
            for name in CASE_NUMBERS
        ],
        className="case-strip",
        hidden=True,
        **components.hook("case-strip"),
    )


def ranking(say: Speak) -> html.Article:
    """Return the districts, the one that stands worst first."""
    heads = [say(f"wall.{name}") for name in ("district", "score", "aqi", "tpi", "alert_count", "online_share")]
    return html.Article(
        [
            html.H2(html.Span(say("wall.ranking"))),
            html.Div(
                html.Table(
                    [html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(**components.hook("ranking"))],
                    className="ranking",
                ),
                className="ranking-box",
            ),
        ],
        className="card ranking-card",
        **components.hook("ranking-card"),
    )


def health(say: Speak) -> html.Article:
    """Return how fresh the data is at each station of its way, and how many sensors report."""
    return html.Article(
        [
            html.H2(
                [
                    html.Span(say("wall.health")),
                    html.Small(
                        [say("wall.online"), " ", html.B("–", **components.hook("online", "all"))],
                        className="card-note",
                    ),
                ]
            ),
            html.Ol(
                [
                    html.Li(
                        [html.Small(say(f"wall.chain_{name}")), html.B("–", **components.hook("chain", name))],
                        className="chain-step",
                    )
                    for name in CHAIN
                ],
                className="chain",
            ),
            html.Div(html.I(**components.hook("online-bar")), className="online-bar"),
        ],
        className="card health-card",
    )
