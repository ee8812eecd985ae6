"""The layout of the page of a domain: its questions, and a card for each answer."""

from collections.abc import Callable

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.pages.domain.ids import Ids
from dashboard.pages.domain.questions import questions
from dashboard.requests.domain_addresses import address_of
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.web.request_context import catalogue, language

EVERY = 60_000  # ms


def layout_of(domain: str) -> Callable[..., html.Div]:
    """Return the layout of one domain's page."""

    def draw(**query: str) -> html.Div:
        return _page(domain, query)

    return draw


layout = layout_of("")  # of no domain: what the page consists of


def _page(domain: str, query: dict[str, str]) -> html.Div:
    """Return the page, empty: nothing here asks the database."""
    say = texts.speaker(language())
    return html.Div(
        [
            components.page_bar(_address(domain)),
            html.Main(
                [
                    questions(domain, query, say),
                    html.Section(id=Ids.FACTS, className="domain-facts", **components.label(say("domain.facts"))),
                    html.Div(_cards(say), className="domain-cards"),
                ],
                className="domain-main",
            ),
            components.banner(),
            dcc.Location(id=Ids.ADDRESS, refresh=False),
            dcc.Interval(id=Ids.TICK, interval=EVERY),
        ],
        className="domain-page",
    )


def _address(name: str) -> str:
    found = catalogue().domain.get(name)
    return address_of(name, found) if found else ""


def _cards(say: Speak) -> list[Component]:
    charts = {
        "trend": Ids.TREND,
        "map": Ids.MAP,
        "heat": Ids.HEAT,
        "ranking": Ids.RANKING,
        "completeness": Ids.COMPLETENESS,
    }
    cards = {name: _chart_card(name, chart, say) for name, chart in charts.items()}
    index = html.Section(
        [html.H2(say("domain.head_index")), html.Div(id=Ids.INDEX, className="domain-index")],
        className="card domain-card card-index",
    )
    return [cards["trend"], cards["map"], index, cards["heat"], cards["ranking"], cards["completeness"]]


def _chart_card(name: str, chart: Ids, say: Speak) -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H2(say(f"domain.head_{name}")),
                    html.Small(say(f"domain.hint_{name}")),
                    html.Button(
                        "PNG",
                        className="picture-button",
                        title=say("domain.picture"),
                        **components.hook("picture", name),
                        **components.label(f"PNG {say('domain.picture')}: {say(f'domain.head_{name}')}"),
                    ),
                ],
                className="card-head",
            ),
            components.graph("domain-chart", id=chart),
        ],
        className=f"card domain-card card-{name}",
    )
