"""Pages that need no script, for accounts and administrators: one frame, forms, tables."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus

from starlette.responses import HTMLResponse

from dashboard import look, texts
from dashboard.markup import Markup, tag, together
from dashboard.visit import Visit


def page(here: Visit, title: str, *content: str, status: int = HTTPStatus.OK) -> HTMLResponse:
    """Return a page: the bar, the title, what was said last, and the content."""
    say, chosen = texts.speaker(here.language), here.language
    person = here.person
    home = together() if person.role.is_administrator else tag("a", say("common.desk"), href="/desk")
    admin = tag("a", say("admin.title"), href="/admin") if person.role.is_administrator else together()
    bar = tag(
        "header",
        tag("span", class_="brand-mark"),
        tag("b", say("common.product")),
        tag("nav", home, admin, tag("a", say("account.title"), href="/account")),
        _languages(chosen),
        tag("span", tag("b", person.name), " ", say(f"role.{person.role}"), data_person=person.name),
        form("/logout", button(say("common.logout"), quiet=True)),
        class_="plain-bar",
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width"),
        tag("title", f"{title} · CityOps"),
        tag("style", Markup(look.css_variables())),
        tag("link", rel="stylesheet", href="/assets/look.css"),
        tag("link", rel="stylesheet", href="/assets/plain.css"),
        tag("script", src="/assets/language.js", defer=True),
    )
    body = tag("body", bar, tag("main", tag("h1", title), *content), class_="plain")
    document = tag("html", head, body, lang="zh-CN" if chosen == "zh" else "en")
    return HTMLResponse(f"<!DOCTYPE html>{document}", status)


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


def told(here: Visit, key: str, *, good: bool) -> Markup:
    """Return what became of the last request; nothing for an unknown key, which only an address can hold."""
    if f"said.{key}" not in texts.load_texts():
        return together()
    words = texts.say(f"said.{key}", here.language)
    return tag("p", words, class_="plain-said " + ("is-good" if good else "is-bad"), role="status" if good else "alert")


def card(title: str, *content: str) -> Markup:
    """Return a section with a title."""
    return tag("section", tag("h2", title), *content, class_="plain-card card")


def form(action: str, *content: str, class_: str | None = None) -> Markup:
    """Return a form that is posted."""
    return tag("form", *content, method="post", action=action, class_=class_)


def field(label: str, name: str, **attributes: str | bool | None) -> Markup:
    """Return an input under its label."""
    return tag("label", label, tag("input", name=name, **attributes))


def choice(label: str, name: str, options: Iterable[tuple[str, str]], *, chosen: str = "") -> Markup:
    """Return a list to choose from: (value, words) each."""
    return tag(
        "label",
        label,
        tag("select", *(tag("option", words, value=v, selected=v == chosen) for v, words in options), name=name),
    )


def button(words: str, *, quiet: bool = False) -> Markup:
    """Return the button that sends a form."""
    return tag("button", words, type="submit", class_="quiet-button" if quiet else "plain-button")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """Return a table that can be scrolled sideways on a phone."""
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", cell, scope="col") for cell in head))),
            tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)),
        ),
        class_="plain-table",
        tabindex="0",
    )


def moment(here: Visit, at: datetime | None) -> str:
    """Return a moment on the city's clock, with its zone; a dash when there is none."""
    return "–" if at is None else f"{at.astimezone(here.site.settings.zone):%Y-%m-%d %H:%M %Z}"
