"""What Dash shows at an address that is no page: what is wrong, and where to go on."""

from typing import Any

import dash
from dash import html

from dashboard import texts
from dashboard.ui import components
from dashboard.web.request_context import language


def register() -> None:
    """Make it known to Dash, by the name that Dash looks for."""
    dash.register_page("not_found_404", layout=layout, title=texts.say("common.product", "zh"))  # type: ignore[no-untyped-call]


def layout(**_: Any) -> html.Div:
    """Return the page."""
    say = texts.speaker(language())
    why = html.P(say("refused.404"), role="alert", className="refusal-words")
    back = html.A(say("refused.back"), href="/", className="refusal-back")
    refusal = html.Div([html.H1(say("refused.title")), why, back], className="refusal")
    return html.Div([components.page_bar(""), html.Main(refusal)])
