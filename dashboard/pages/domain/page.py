"""The layout of the page of a domain: its questions, and a card for each answer."""

from collections.abc import Callable

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import texts
from dashboard.pages.domain.ids import Ids
from dashboard.pages.domain.lineage.drawer import drawer_frame
from dashboard.pages.domain.questions import questions, standard_index
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
                    html.Div(_cards(domain, say), className="domain-cards"),
                ],
                className="domain-main",
            ),
            components.banner(),
            drawer_frame(say),
            dcc.Store(id=Ids.LINEAGE_ASKED),
            dcc.Location(id=Ids.ADDRESS, refresh=False),
            dcc.Interval(id=Ids.TICK, interval=EVERY),
        ],
        className="domain-page",
    )


def _address(name: str) -> str:
    found = catalogue().domain.get(name)
    return address_of(name, found) if found else ""


def _cards(domain: str, say: Speak) -> list[Component]:
    """Return the cards in two rows of three; without an index the completeness has the room of both."""
    has_index = standard_index(domain) is not None
    index = html.Section(
        [html.H2(say("domain.head_index")), html.Div(id=Ids.INDEX, className="domain-index")],
        className="card domain-card card-index",
        hidden=not has_index,
    )
    return [
        _chart_card("trend", Ids.TREND, say),
        _chart_card("map", Ids.MAP, say),
        index,
        _chart_card("heat", Ids.HEAT, say),
        _chart_card("ranking", Ids.RANKING, say),
        _chart_card("completeness", Ids.COMPLETENESS, say, classes="" if has_index else "is-tall"),
    ]


def _chart_card(name: str, chart: Ids, say: Speak, *, classes: str = "") -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H2(say(f"domain.head_{name}")),
                    html.Small(say(f"domain.hint_{name}")),
                    html.Button(
                        say("lineage.values"),
                        type="button",
                        className="picture-button numbers-button",
                        title=say("lineage.values_hint"),
                        **components.hook("numbers", name),
                        **components.label(f"{say('lineage.values')}: {say(f'domain.head_{name}')}"),
                    ),
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
        className=f"card domain-card card-{name} {classes}".rstrip(),
    )
