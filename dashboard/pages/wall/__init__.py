"""`/wall`: one screen from which a room grasps the city. It has no callback: scripts fill it from `/live`.

The cards stand in three columns on a screen of 16:9; wider walls set the same cards side by side (wall.css).
"""

from enum import StrEnum

from dash import html

from dashboard import texts
from dashboard.pages import register_page
from dashboard.pages.wall import bar, cards, stage
from dashboard.pages.wall.vitals_card import vitals
from dashboard.ui import components
from dashboard.ui.dash_app import Shell
from dashboard.web.request_context import catalogue, language

ROOMY = 3  # domains whose cards are as high as they like


class Ids(StrEnum):
    """The ids of this page."""

    ROOT = "wall-page"
    MAP = "wall-city-map"


def register(_: Shell) -> None:
    """Make the page known to Dash."""
    register_page("wall", layout)


def layout(**_: str) -> html.Div:
    """Return the page, empty. Dash hands over the parts of the query; `area` and `scene` are read in the browser."""
    say = texts.speaker(language())
    city = catalogue()
    domains = [cards.domain(name, city, say, place=place) for place, name in enumerate(city.domain, start=1)]
    half = max(2, (len(domains) + 1) // 2)
    left = [vitals(city, say), html.Div(domains[:half], className="wall-domains first")]
    right = [html.Div(domains[half:], className="wall-domains second"), cards.ranking(say), cards.health(say)]
    return html.Div(
        [
            bar.top(say),
            bar.troubles(),
            components.outside_warnings(),
            html.Main(
                [
                    html.Div(left, className="wall-column"),
                    html.Div([stage.city_map(say, Ids.MAP), cards.alerts(say)], className="wall-column"),
                    html.Div(right, className="wall-column"),
                ],
                className="wall-main",
            ),
            components.banner(),
        ],
        id=Ids.ROOT,
        className="wall is-crowded" if len(domains) > ROOMY else "wall",
        **components.hook("live"),
    )
