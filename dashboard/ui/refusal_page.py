"""A refused request of a person at a browser: a page in their language, with what to do; a program gets JSON."""

from starlette.requests import Request
from starlette.responses import Response

from dashboard import texts
from dashboard.ui.html_pages import draw_page
from dashboard.web.request_context import current

# Where scripts and programs ask; whoever opens such an address by hand reads what they read.
OF_PROGRAMS = ("/api", "/_dash", "/live", "/metrics", "/assets")


def as_page(request: Request, refused: Response) -> Response:
    """Return the same refusal as a page, for a person who asked for one; else the refusal as it is."""
    here = current.get()
    if here is None or here.user is None or not _wants_page(request):
        return refused
    say = texts.speaker(here.language)
    key = f"refused.{refused.status_code}"
    words = say(key if key in texts.load_texts() else "refused.400")
    page = draw_page(here, "ui/refusal.html", say("refused.title"), at="", status=refused.status_code, words=words)
    for name in ("retry-after", "allow"):
        if name in refused.headers:
            page.headers[name] = refused.headers[name]
    return page


def _wants_page(request: Request) -> bool:
    is_of_programs = any(request.url.path == one or request.url.path.startswith(f"{one}/") for one in OF_PROGRAMS)
    return not is_of_programs and "text/html" in request.headers.get("accept", "")
