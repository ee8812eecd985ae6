"""`/domain/NAME`: what an analyst asks of one domain. Every view has an address.

The pages share layout, ids and callbacks; which domain is meant stands in the address.
"""

from dash import Input, Output, State

from dashboard.pages import register_page
from dashboard.pages.domain import callbacks
from dashboard.pages.domain.ids import Ids
from dashboard.pages.domain.page import layout, layout_of
from dashboard.requests.domain_addresses import addresses_of
from dashboard.ui.dash_app import Shell

__all__ = ["Ids", "layout", "layout_of", "register"]


def register(shell: Shell) -> None:
    """Make the pages and their callbacks known to Dash."""
    for name, domain in shell.catalogue.domain.items():
        for address in addresses_of(name, domain):
            register_page(address.strip("/"), layout_of(name))
    _register_choice(shell)
    _register_answers(shell)
    shell.callback(
        Output(Ids.LINEAGE_BODY, "children"),
        Input(Ids.LINEAGE_ASKED, "data"),
        State(Ids.ADDRESS, "search"),
        State(Ids.ADDRESS, "pathname"),
        prevent_initial_call=True,
    )(callbacks.tell_lineage)


def _register_choice(shell: Shell) -> None:
    shell.callback(
        output={
            "search": Output(Ids.ADDRESS, "search"),
            "metric": Output(Ids.METRIC, "value"),
            "area": Output(Ids.AREA, "value"),
            "span": Output(Ids.SPAN, "value"),
            "until": Output(Ids.UNTIL, "date"),
            "at": Output(Ids.AT, "value"),
            "compare": Output(Ids.COMPARE, "value"),
            "areas": Output(Ids.AREA, "options"),
            "others": Output(Ids.COMPARE, "options"),
        },
        inputs={
            "chosen": {
                "metric": Input(Ids.METRIC, "value"),
                "area": Input(Ids.AREA, "value"),
                "span": Input(Ids.SPAN, "value"),
                "until": Input(Ids.UNTIL, "date"),
                "at": Input(Ids.AT, "value"),
                "compare": Input(Ids.COMPARE, "value"),
            },
            "clicked": {"ranking": Input(Ids.RANKING, "clickData"), "map": Input(Ids.MAP, "clickData")},
            "search": Input(Ids.ADDRESS, "search"),
            "path": State(Ids.ADDRESS, "pathname"),
        },
    )(callbacks.choose)


def _register_answers(shell: Shell) -> None:
    shell.callback(
        output={
            "facts": Output(Ids.FACTS, "children"),
            "trend": Output(Ids.TREND, "figure"),
            "map": Output(Ids.MAP, "figure"),
            "ranking": Output(Ids.RANKING, "figure"),
            "heat": Output(Ids.HEAT, "figure"),
            "index": Output(Ids.INDEX, "children"),
            "completeness": Output(Ids.COMPLETENESS, "figure"),
            "exports": Output(Ids.EXPORTS, "children"),
        },
        inputs=[
            Input(Ids.ADDRESS, "search"),
            Input(Ids.TICK, "n_intervals"),
            State(Ids.ADDRESS, "pathname"),
        ],
    )(callbacks.show)
