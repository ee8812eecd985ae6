"""The strip above the page: the loss ledger of the whole city, and how many devices are there."""

from dash import html

from dashboard.pages.sensors.state import WORST_FIRST, Totality
from dashboard.ui.components import Speak


def draw_strip(say: Speak, found: Totality) -> list[html.Div]:
    """Return the sums; those that should be zero and are not stand out."""
    ledger, dropped = found.ledger, sum(broker.dropped for broker in found.drops)
    good = [("received", ledger.received), ("stored", ledger.stored), ("duplicate", ledger.duplicate)]
    bad = [("missing", ledger.missing), ("resent", ledger.resent), ("refused", ledger.dead_lettered)]
    figures = [_figure(say, name, f"{number:,}") for name, number in good]
    figures += [_figure(say, name, f"{number:,}", alarming=number > 0 and name != "resent") for name, number in bad]
    # A broker that does not count has not said that it dropped nothing.
    words = f"{dropped:,}" if found.drops else "–"
    figures.append(_figure(say, "dropped", words, alarming=dropped > 0))
    return [html.Div(figures, className="strip-figures"), _states(say, found.states)]


def _figure(say: Speak, name: str, words: str, *, alarming: bool = False) -> html.Div:
    return html.Div(
        [html.Small(say(f"sensors.{name}")), html.B(words)],
        className="strip-figure" + (" is-alarming" if alarming else ""),
        title=say(f"sensors.{name}_hint"),
    )


def _states(say: Speak, states: dict[str, int]) -> html.Div:
    shown = [(state, states.get(state, 0)) for state in reversed(WORST_FIRST)]
    bar = [html.Span(className=f"state-bar-{state}", style={"flexGrow": count}) for state, count in shown if count]
    words = [
        html.Span([say(f"presence.{state}"), html.B(f"{count:,}")], className=f"presence-{state}")
        for state, count in shown
    ]
    return html.Div(
        [html.Div(bar, className="state-bar"), html.Div(words, className="state-words")], className="strip-states"
    )
