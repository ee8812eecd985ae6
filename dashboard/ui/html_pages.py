"""Pages that need no script, for accounts and administrators: one frame, forms, tables."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus

from starlette.responses import HTMLResponse

from cityops.clock import milliseconds, utc_now
from dashboard import texts, theme
from dashboard.ui.components import pages_open
from dashboard.ui.dash_app import page_facts
from dashboard.ui.markup import Markup, tag, together
from dashboard.web.request_context import RequestContext


def page(
    here: RequestContext, title: str, *content: str, at: str, status: int = HTTPStatus.OK, refresh: int | None = None
) -> HTMLResponse:
    """Return a page: the bar with the place of this page (`at`, its address), the title, and the content.

    `refresh`: after how many seconds the browser asks for it again; None: never.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width"),
        *([] if refresh is None else [tag("meta", http_equiv="refresh", content=str(refresh))]),
        tag("title", f"{title} · CityOps"),
        tag("style", Markup(theme.css_variables())),
        tag("link", rel="stylesheet", href="/assets/look.css"),
        tag("link", rel="stylesheet", href="/assets/plain.css"),
        tag("link", rel="stylesheet", href="/assets/screens/media.css"),
        tag("meta", name="cityops-time", content=str(milliseconds(utc_now()))),
        tag("script", Markup(page_facts(here.language)), type="application/json", id="cityops-page"),
        *map(script, ("clock", "keyboard", "page", "language", "requests", "waiting", "forms")),
    )
    body = tag("body", _bar(here, at), tag("main", tag("h1", title), *content), class_="plain")
    document = tag("html", head, body, lang="zh-CN" if here.language == "zh" else "en")
    return HTMLResponse(f"<!DOCTYPE html>{document}", status)


def _bar(here: RequestContext, at: str) -> Markup:
    """Return the bar of the officers' pages, with the pages that are open to this person."""
    say, person = texts.speaker(here.language), here.person
    links = {"/account": say("account.title")}
    if person.role.is_administrator:
        links = {"/admin": say("admin.title"), **links}
    elif not person.must_change:
        links = pages_open(here, say) | links
    nav = [
        tag("a", words, href=path, class_="nav-link" + (" is-here" if path == at else ""))
        for path, words in links.items()
    ]
    return tag(
        "header",
        tag("span", class_="brand-mark"),
        tag("span", say("common.product"), class_="brand"),
        tag("nav", *nav, class_="nav"),
        tag("span", class_="bar-space"),
        _languages(here.language),
        tag(
            "span",
            tag("span", tag("b", person.name), tag("small", say(f"role.{person.role}")), class_="person"),
            form("/logout", button(say("common.logout"), quiet=True)),
            class_="person-box",
            data_person=person.name,
        ),
        class_="page-bar",
    )


def _languages(chosen: str) -> Markup:
    """Return the links that change the language. With a script they keep what was typed (assets/language.js)."""
    names = (("zh", "中文"), ("en", "EN"))
    links = [
        tag(
            "a",
            name,
            href=f"?lang={code}",
            lang=code,
            class_="language" + (" is-here" if code == chosen else ""),
            data_language=code,
        )
        for code, name in names
    ]
    return tag("span", *links, class_="languages")


def told(here: RequestContext, key: str, *, good: bool) -> Markup:
    """Return what became of the last request; nothing for an unknown key, which only an address can hold."""
    if f"said.{key}" not in texts.load_texts():
        return together()
    words = texts.say(f"said.{key}", here.language)
    return tag("p", words, class_="plain-said " + ("is-good" if good else "is-bad"), role="status" if good else "alert")


def script(name: str) -> Markup:
    """Return the element that loads a script of the assets."""
    return tag("script", src=f"/assets/{name}.js", defer=True)


def card(title: str, *content: str, half: bool = False) -> Markup:
    """Return a section with a title; two halves stand side by side where there is room."""
    return tag("section", tag("h2", title), *content, class_="plain-card card" + (" is-half" if half else ""))


def form(action: str, *content: str, **attributes: str | None) -> Markup:
    """Return a form that is posted (assets/forms.js). `data_act`: the server remembers its key (`Visit.act`)."""
    return tag("form", *content, method="post", action=action, **attributes)


def field(label: str, name: str, **attributes: str | bool | None) -> Markup:
    """Return an input under its label."""
    return tag("label", label, tag("input", name=name, **attributes))


def select(name: str, options: Iterable[tuple[str, str]], *, chosen: str = "", **attributes: str | None) -> Markup:
    """Return a list to choose from: (value, words) each."""
    words = [tag("option", text, value=value, selected=value == chosen) for value, text in options]
    return tag("select", *words, name=name, **attributes)


def button(words: str, *, quiet: bool = False, **attributes: str | None) -> Markup:
    """Return the button that sends a form."""
    return tag("button", words, type="submit", class_="quiet-button" if quiet else "plain-button", **attributes)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, class_: str = "") -> Markup:
    """Return a table that can be scrolled sideways on a phone."""
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", cell, scope="col") for cell in head))),
            tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)),
        ),
        class_=f"plain-table {class_}".strip(),
        tabindex="0",
    )


def moment(here: RequestContext, at: datetime | None) -> Markup:
    """Return a moment on the city's clock, with its zone; a dash when there is none."""
    if at is None:
        return together("–")
    local = at.astimezone(here.site.settings.zone)
    return tag("time", f"{local:%Y-%m-%d %H:%M} ", tag("small", f"UTC{local:%z}"[:-2]))
