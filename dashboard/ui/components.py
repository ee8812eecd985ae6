"""Pieces of layout that several pages use."""

from collections.abc import Callable
from typing import Any

from dash import dcc, html

from dashboard import texts
from dashboard.requests.domain_addresses import address_of
from dashboard.ui import scene_hold_bar
from dashboard.ui.icons import icon
from dashboard.web.request_context import RequestContext, current, language

Speak = Callable[..., str]
BEFORE_DOMAINS = ("desk", "cases", "hotline", "evaluation", "topics", "warnings")
AFTER_DOMAINS = ("shift", "sensors", "system", "wall")


def hook(name: str, value: str = "") -> dict[str, Any]:
    """Return the attribute by which scripts find an element: `data-<name>`."""
    return {f"data-{name}": value}


def label(words: str) -> dict[str, Any]:
    """Return the attribute by which screen readers name an element."""
    return {"aria-label": words}


def aria(name: str, value: str) -> dict[str, Any]:
    """Return a state as screen readers are told it: `aria-<name>`."""
    return {f"aria-{name}": value}


def group(words: str, *controls: Any, className: str = "") -> html.Div:  # noqa: N803  (Dash's own word)
    """Return controls under a name that screen readers say (assets/pages/controls.js hands it on)."""
    return html.Div(list(controls), role="group", className=className, **label(words))


def pages_open(here: RequestContext | None, say: Speak) -> dict[str, str]:
    """Return the pages that the bar names, in their order: what each is called, by its address."""
    after = (*AFTER_DOMAINS, "presenter") if here is not None and here.site.settings.demo else AFTER_DOMAINS
    domains = here.site.catalogue.domain if here is not None else {}
    return {
        **{f"/{name}": say(f"common.{name}") for name in BEFORE_DOMAINS},
        **{address_of(name, domain): domain.name.in_language(language()) for name, domain in domains.items()},
        **{f"/{name}": say(f"common.{name}") for name in after},
    }


def _current(*, is_here: bool) -> dict[str, Any]:
    """Tell screen readers, and phone.js, that a link is the page that is open."""
    return {"aria-current": "page"} if is_here else {}


def page_bar(here: str) -> html.Header:
    """Return the bar above the officers' pages: product, pages, language, who is logged in. `here`: the address."""
    say = texts.speaker(language())
    visit = current.get()
    domains = {} if visit is None else visit.site.catalogue.domain
    icons = {address_of(name, domain): icon(name) for name, domain in domains.items()}
    links = [
        html.A(
            [icons[address], words] if address in icons else words,
            href=address,
            className="nav-link" + (" is-here" if address == here else ""),
            **_current(is_here=address == here),
        )
        for address, words in pages_open(visit, say).items()
    ]
    return html.Header(
        [
            html.Span(className="brand-mark"),
            html.Span(say("common.product"), className="brand"),
            html.Nav(links, className="nav"),
            html.Span(className="bar-space"),
            html.Span(className="clock-wrong", role="status", hidden=True, **hook("clock-wrong")),
            html.Span(className="clock", **hook("clock", "short")),
            scene_hold_bar.control(say),
            language_links(),
            _person(say),
        ],
        className="page-bar",
    )


def language_links() -> html.Span:
    """Return the links that change the language; they keep the rest of the address (assets/language.js)."""
    chosen = language()
    names = (("zh", "中文"), ("en", "EN"))
    return html.Span(
        [
            html.A(
                name,
                href=f"?lang={code}",
                className="language" + (" is-here" if code == chosen else ""),
                **hook("language", code),
            )
            for code, name in names
        ],
        className="languages",
    )


def graph(className: str, **options: Any) -> html.Div:  # noqa: N803  (Dash's own word)
    """Return a chart that fills a box. A responsive graph sets its own height, so that the box must have it.

    While it shows nothing, words say why (assets/pages/chart_notes.js).
    """
    drawing = dcc.Graph(config={"displayModeBar": False}, responsive=True, **options)
    return html.Div(drawing, className=className, **hook("chart"))


def outside_warnings() -> html.Div:
    """Return the strip of what others warn of here (assets/warnings.js); it is not there while nobody does."""
    return html.Div(className="outside-warnings", role="status", hidden=True, **hook("outside-warnings"))


def banner() -> html.Div:
    """Return the place where a page says that it has lost its server."""
    return html.Div(className="banner", role="alert", hidden=True, **hook("banner"))


def sound_blocked(say: Speak) -> html.Div:
    """Return the place where a page says that its alarm cannot be heard, with the button that allows it (sound.js)."""
    allow = html.Button(say("alarm.allow"), className="sound-allow", hidden=True, **hook("sound-allow"))
    return html.Div(
        [html.Span(**hook("sound-words")), allow],
        className="sound-blocked",
        role="alert",
        hidden=True,
        **hook("sound-blocked"),
    )


def sound_check(say: Speak) -> html.Div:
    """Return the button by which a person hears the alarm once, and the place for what came of it."""
    return html.Div(
        [
            html.Button(say("alarm.try"), className="quiet-button", type="button", **hook("sound-try")),
            html.Span(role="status", **hook("sound-tried")),
        ],
        className="sound-check",
    )


def severity_mark(severity: int, word: str) -> html.Span:
    """Return the sign of a severity: shape, number and colour, with its name for those who cannot see it."""
    return html.Span(str(severity), className=f"mark mark-{severity}", title=word, role="img", **label(word))


def _person(say: Speak) -> html.Span:
    found = current.get()
    user = found.user if found else None
    if user is None:
        return html.Span()
    return html.Span(
        [
            html.A([html.B(user.name), html.Small(say(f"role.{user.role}"))], href="/account", className="person"),
            html.Form(
                html.Button(say("common.logout"), type="submit", className="quiet-button"),
                action="/logout",
                method="POST",
            ),
        ],
        className="person-box",
        **hook("person", user.name),
    )
