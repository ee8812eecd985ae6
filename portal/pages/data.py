"""How programs use what is open."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.context import portal_of
from portal.open311.service_codes import code_of
from portal.rendering import answer_page, language_in
from portal.texts import say

KEEP = 300  # seconds
SAMPLE = "event-01-13"


async def show_data(request: Request) -> Response:
    """The page."""
    language = language_in(request.scope, request.app.state.settings)
    services = (await portal_of(request).city.newest()).services
    example = code_of(services[0].category) if services else SAMPLE
    base = "/open311/v2"
    calls = [
        (f"{base}/openapi.json", "description", True),
        (f"{base}/discovery.json", "discovery", True),
        (f"{base}/services.json", "services", True),
        (f"{base}/services/{example}.json", "definition", bool(services)),
        (f"{base}/requests.json?page_size=50", "requests", True),
        (f"{base}/requests/R20261129-000001.json", "request", False),
        (f"{base}/servicerequestupdates.xml", "updates", True),
    ]
    return answer_page(
        request,
        "data.html",
        title=say("data.title", language),
        keep=KEEP,
        calls=calls,
        example=example,
        base=str(request.base_url).rstrip("/"),
    )


ROUTES = [Route("/data", show_data)]
