"""What the presenter's page draws: a card for each scenario, and the one that is being told. Pure."""

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from cityops.scenarios import Run, Scenario
from dashboard.ui.components import Speak

START = "presenter-start-button"


def cards(known: Sequence[Scenario], told: Scenario | None, language: str, say: Speak) -> list[html.Article]:
    """Return one card a scenario; without a simulator, one that says what to do."""
    if not known:
        return [
            html.Article([html.H2(say("presenter.nothing")), html.P(say("presenter.nothing_hint"))], className="card")
        ]
    return [_card(one, is_told=one is told, language=language, say=say) for one in known]


def _card(one: Scenario, *, is_told: bool, language: str, say: Speak) -> html.Article:
    steps = [html.Li(step.title.in_language(language)) for step in one.steps]
    return html.Article(
        [
            html.Header(
                [
                    html.H2(one.title.in_language(language)),
                    html.Small(say("presenter.takes", time=clock(one.lasts / one.pace))),
                ]
            ),
            html.P(one.summary.in_language(language)),
            html.Ol(steps),
            html.Button(
                say("presenter.again" if is_told else "presenter.start"),
                id={"type": START, "name": one.name},
                className="start-button",
            ),
        ],
        className=f"scenario-card card scenario-{one.name}" + (" is-told" if is_told else ""),
    )


def empty_stage(say: Speak) -> list[html.Div]:
    """Return what stands where nothing is told."""
    return [html.Div([html.P(say("presenter.choose")), html.P(say("presenter.choose_hint"), className="hint")],
                     className="stage-empty")]  # fmt: skip


def stage(told: Scenario, run: Run, now: datetime, language: str, say: Speak) -> list[Component]:
    """Return the running scenario: how far it is, its steps, and what to say to the one at present.

    Until the story begins, what is said is that the stage is being cleared: nothing is told over old alerts.
    """
    seconds = max(0.0, run.seconds(now))
    here = told.step_at(seconds)
    step = told.steps[here]
    return [
        html.Div(
            [
                html.Small(say("presenter.running")),
                html.H2(told.title.in_language(language)),
                html.Div(
                    [
                        html.Span(clock(seconds / run.pace), className="stage-clock"),
                        html.Span(f"/ {clock(told.lasts / run.pace)}", className="stage-total"),
                    ]
                ),
                _bar(told, seconds),
            ],
            className="stage-head",
        ),
        html.Div(
            [
                html.Small(say("presenter.step_of", number=here + 1, count=len(told.steps))),
                html.H3(step.title.in_language(language)),
                html.P(say("presenter.clearing") if run.is_clearing(now) else step.says.in_language(language)),
            ],
            className="stage-says",
        ),
        html.Ol(
            [_step(told, run, number, here, language) for number in range(len(told.steps))], className="stage-steps"
        ),
    ]


def _bar(told: Scenario, seconds: float) -> html.Div:
    """Return how far the story is, with a mark where each step begins."""
    marks = [html.Span(style={"left": f"{100 * step.at / told.lasts:.2f}%"}) for step in told.steps[1:]]
    done = html.Div(className="stage-done", style={"width": f"{100 * min(1, seconds / told.lasts):.2f}%"})
    return html.Div([done, *marks], className="stage-bar")


def _step(told: Scenario, run: Run, number: int, here: int, language: str) -> html.Li:
    step = told.steps[number]
    state = "is-past" if number < here else "is-here" if number == here else "is-next"
    return html.Li([html.Span(clock(step.at / run.pace)), html.B(step.title.in_language(language))], className=state)


def clock(seconds: float) -> str:
    """Return minutes and seconds, with hours only where there are any: 05:00, 24:00:00."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
