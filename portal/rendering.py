"""Pages made by Jinja2 from the templates of `pages/templates`: every value escaped, every word from the catalogue."""

from datetime import datetime, tzinfo
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Scope

from cityops.clock import utc_now
from cityops.settings import Settings
from cityops.web.templates import Templates
from cityops.web.texts import LANGUAGES
from portal import texts
from portal.web import static_files

TEMPLATES = Path(__file__).parent / "pages" / "templates"
templates = Templates(FileSystemLoader(TEMPLATES), texts.TEXTS)
render = templates.render
NEVER = 0  # seconds: an answer for one reader


def language_in(scope: Scope, settings: Settings) -> str:
    """Return the language of an answer: of the address, else the browser's, else the city's."""
    request = Request(scope)
    accepted = request.headers.get("accept-language", "")
    return texts.wanted_language(request.query_params.get("lang"), accepted, settings.language)


def answer_page(
    request: Request,
    template: str,
    /,
    *,
    title: str,
    status: int = HTTPStatus.OK,
    keep: int = NEVER,
    at: str | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page. `keep`: for how many seconds everybody may be given the same.

    Links keep the language that the reader chose; nothing else of a reader is known. `at`: where the page is opened,
    for answers to a form that has an address of its own, which nobody can open.
    """
    settings: Settings = request.app.state.settings
    language = language_in(request.scope, settings)
    chosen = request.query_params.get("lang")
    content = render(
        template,
        language,
        title=title,
        at=at or request.url.path,
        translated=_in_language(request, at or request.url.path, "en" if language == "zh" else "zh"),
        suffix=f"?lang={language}" if chosen in LANGUAGES else "",
        also=f"&lang={language}" if chosen in LANGUAGES else "",
        other="en" if language == "zh" else "zh",
        zone=settings.zone,
        now=utc_now(),
        **values,
    )
    cache = f"public, max-age={keep}" if keep and status == HTTPStatus.OK else "no-store"
    headers = {"Cache-Control": cache, "Content-Language": "zh-CN" if language == "zh" else "en"}
    return HTMLResponse(content, status, headers)


def _in_language(request: Request, path: str, language: str) -> str:
    """Return the address of the same page in another language: what it was asked stays."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{path}?{urlencode([*asked, ('lang', language)])}"


def age_words(moment: datetime | None, now: datetime, language: str) -> str:
    """Return how long ago a moment is, as people say it."""
    if moment is None:
        return texts.say("age.never", language)
    seconds = max(0.0, (now - moment).total_seconds())
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length or (unit == "minutes" and seconds >= 60):
            return texts.say(f"age.{unit}", language, count=int(seconds // length))
    return texts.say("age.now", language)


def clock_words(moment: datetime | None, zone: tzinfo, language: str) -> str:
    """Return a moment as a date and a time of the city's clocks."""
    if moment is None:
        return texts.say("age.unknown", language)
    local = moment.astimezone(zone)
    return (
        f"{local:%Y-%m-%d %H:%M}" if language == "en" else f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    )


templates.environment.filters["rfc822"] = format_datetime
templates.environment.globals["age_words"] = age_words
templates.environment.globals["clock_words"] = clock_words
templates.environment.globals["static"] = static_files.address_of
