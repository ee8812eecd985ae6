"""The officers' hand on the walls, in the page bar: hold a scene, let go of it (assets/steer.js)."""

from collections.abc import Callable
from typing import Any

from dash import html

from cityops.accounts.roles import Role
from dashboard.live.scene.scenes import Scene, SceneKind
from dashboard.web.request_context import RequestContext, current


def control(say: Callable[..., str]) -> html.Details | html.Span:
    """Return the control; nothing for who may not steer. The server checks the role again."""
    found = current.get()
    if found is None or not found.allows(Role.OFFICER):
        return html.Span()
    return html.Details(
        [
            html.Summary(say("steer.wall"), className="quiet-button"),
            html.Div(
                [
                    html.Div("–", className="steer-shown", role="status", **_hook("steer-shown")),
                    *[
                        html.Button(words, className="quiet-button", **_hook("steer", scene.name))
                        for scene, words in _scenes(found, say).items()
                        if scene.lies_in(found.person.scope)
                    ],
                    _districts(say),
                    # Which alert is chosen stands in the address: assets/steer.js shows the button there.
                    html.Button(say("steer.alert"), className="quiet-button", hidden=True, **_hook("steer-alert")),
                    html.Button(say("steer.release"), className="quiet-button", **_hook("steer")),
                    _over_alerts(say, hidden=not found.allows(Role.SUPERVISOR)),
                    html.Small(say("steer.hint")),
                ],
                className="steer-box",
            ),
        ],
        className="steer",
        **_hook("steering"),
    )


def _scenes(here: RequestContext, say: Callable[..., str]) -> dict[Scene, str]:
    """Return the scenes of the city, its domains and its cases, and what they are called."""
    domains = here.site.catalogue.domain
    return (
        {Scene(SceneKind.OVERVIEW): say("browser.scene_overview")}
        | {
            Scene(SceneKind.DOMAIN, name): say("browser.scene_domain", name=domain.name.in_language(here.language))
            for name, domain in domains.items()
        }
        | {Scene(SceneKind.CASES): say("browser.scene_cases")}
    )


def _over_alerts(say: Callable[..., str], *, hidden: bool) -> html.Button:
    """Return the switch by which what is chosen next stays even when an urgent alert comes; for supervisors."""
    return html.Button(say("steer.over_alerts"), className="quiet-button", hidden=hidden, **_hook("steer-over"))


def _districts(say: Callable[..., str]) -> html.Select:
    """Return the list of the districts, which assets/steer.js fills when it is opened: the city may have grown."""
    names: dict[str, Any] = {"aria-label": say("steer.district")}
    first = html.Option(say("steer.district"), value="")
    return html.Select([first], className="steer-list", hidden=True, **names, **_hook("steer-list"))


def _hook(name: str, value: str = "") -> dict[str, Any]:
    """As `components.hook`; `components` has this control in its bar."""
    return {f"data-{name}": value}
