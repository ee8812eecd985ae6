"""The warnings to the public: a page, two feeds, and each message as it was signed."""

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cityops.clock import utc_now
from portal.city.warnings import SignedWarning
from portal.context import portal_of
from portal.rendering import answer_page, language_in, render
from portal.store.warnings import find_warning, list_warnings
from portal.texts import say
from portal.web.faults import answer_page_fault
from portal.web.rooms import Room

KEEP = 15  # seconds
KEEP_MESSAGE = 3600  # it never changes
CAP = "application/cap+xml"


async def show_warnings(request: Request) -> Response:
    """The page: what stands, then what is over."""
    language, now = language_in(request.scope, request.app.state.settings), utc_now()
    found = await _list(request)
    return answer_page(
        request,
        "warnings.html",
        title=say("warnings.title", language),
        keep=KEEP,
        standing=[one for one in found if one.stands(now)],
        past=[one for one in found if not one.stands(now)],
        has_exercises=any(one.is_exercise for one in found),
    )


async def show_message(request: Request) -> Response:
    """One message, byte for byte as it was signed: written anew its signature would break."""
    identifier, is_demo = request.path_params["identifier"], request.app.state.settings.demo
    content = await portal_of(request).read(partial(find_warning, identifier=identifier, is_demo=is_demo))
    if content is None:
        raise HTTPException(404)
    return Response(content, media_type=CAP, headers={"Cache-Control": f"public, max-age={KEEP_MESSAGE}"})


async def show_atom(request: Request) -> Response:
    """The feed of RFC 4287."""
    return await _feed(request, "atom.xml", "application/atom+xml")


async def show_rss(request: Request) -> Response:
    """The feed of RSS 2.0."""
    return await _feed(request, "rss.xml", "application/rss+xml")


async def _feed(request: Request, template: str, media_type: str) -> Response:
    settings = request.app.state.settings
    language, now = language_in(request.scope, settings), utc_now()
    found = await _list(request)
    content = render(
        template,
        language,
        warnings=found,
        base=str(request.base_url).rstrip("/"),
        at=str(request.url),
        suffix=f"?lang={language}",
        updated=max((one.sent for one in found), default=now.replace(hour=0, minute=0, second=0, microsecond=0)),
    )
    return Response(content, media_type=media_type, headers={"Cache-Control": f"public, max-age={KEEP}"})


async def _list(request: Request) -> list[SignedWarning]:
    is_demo = request.app.state.settings.demo
    return await portal_of(request).read(partial(list_warnings, now=utc_now(), is_demo=is_demo))


ROUTES = [
    Route("/warnings", show_warnings),
    Route("/warnings/atom.xml", show_atom),
    Route("/warnings/rss.xml", show_rss),
    Route("/warnings/{identifier:str}.xml", show_message),
]
ROOMS = (Room("/warnings/", answer_page_fault, is_open=True),)
