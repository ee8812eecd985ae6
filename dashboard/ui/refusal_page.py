"""A refused request of a person at a browser: a page in their language, with what to do; a program gets JSON."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import texts
from dashboard.ui.html_pages import draw_page
from dashboard.ui.rendering import answer_page
from dashboard.web.headers import SAFE_METHODS
from dashboard.web.request_context import current

# Where scripts and programs ask; whoever opens such an address by hand reads what they read.
OF_PROGRAMS = ("/api", "/_dash", "/live", "/metrics", "/assets")
OUTAGES = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)  # they pass by themselves
AGAIN_AFTER = 5  # seconds until a page that an outage keeps away is asked for again


def as_page(request: Request, refused: Response) -> Response:
    """Return the same refusal as a page, for a person who asked for one; else the refusal as it is."""
    here = current.get()
    if here is None or here.user is None or not _wants_page(request):
        return refused
    say = texts.speaker(here.language)
    key = f"refused.{refused.status_code}"
    words = say(key if key in texts.load_texts() else "refused.400")
    page: Response
    if refused.status_code in OUTAGES and request.method in SAFE_METHODS:
        page = _draw_outage(request, refused.status_code, here.language)
    else:
        page = draw_page(here, "ui/refusal.html", say("refused.title"), at="", status=refused.status_code, words=words)
    for name in ("retry-after", "allow"):
        if name in refused.headers:
            page.headers[name] = refused.headers[name]
    return page


def at_the_door(request: Request, status: HTTPStatus, language: str) -> Response:
    """Return why a request is not let in: in an outage a page, for a person who asked for one; else the sentence."""
    if status in OUTAGES and _wants_page(request):
        return _draw_outage(request, status, language)
    return PlainTextResponse(texts.say(f"refusal.{status.value}", language), status)


def _draw_outage(request: Request, status: int, language: str) -> Response:
    """Return the page that asks again for what was to be read; what was to be stored nobody sends again by itself."""
    title, words = (texts.say(f"refused.{key}", language) for key in ("later", f"away_{status}"))
    again = AGAIN_AFTER if request.method in SAFE_METHODS else None
    return answer_page("ui/outage.html", language, status=status, title=title, words=words, refresh=again)


def _wants_page(request: Request) -> bool:
    is_of_programs = any(request.url.path == one or request.url.path.startswith(f"{one}/") for one in OF_PROGRAMS)
    return not is_of_programs and "text/html" in request.headers.get("accept", "")
