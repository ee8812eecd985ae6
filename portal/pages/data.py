"""What is open: the data sets for people, each with what it has and how good it is, and how programs use them."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.context import portal_of
from portal.open311.service_codes import code_of
from portal.open_data.site import LICENCES
from portal.open_sets import OpenSet, find
from portal.rendering import answer_page, language_in
from portal.sensorthings.answers import BASE as SENSORS
from portal.store.data_sets import read_open_sets
from portal.texts import say
from sharing.datasets.quality import DataQuality

KEEP = 10  # seconds: that long a page may still name a set that was withdrawn
SAMPLE = "event-01-13"
LONGEST = 100  # characters of a search
CATALOGUES = ("/data.json", "/dcat.jsonld", "/api/3/action/package_search?q=pm25", "/api/3/action/package_list")
NEWEST = "Datastreams?$expand=Observations($orderby=phenomenonTime desc;$top=1)"


async def show_data(request: Request) -> Response:
    """The list of the sets, and of what else programs read."""
    language = language_in(request.scope, request.app.state.settings)
    asked = request.query_params.get("q", "")[:LONGEST]
    sets = await portal_of(request).read(read_open_sets)
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
        (SENSORS, "sensors", True),
        (f"{SENSORS}/{NEWEST}", "newest", True),
        (f"{SENSORS}/Datastreams(5)/Observations?$top=1000", "history", False),
    ]
    return answer_page(
        request,
        "data.html",
        title=say("data.title", language),
        keep=KEEP,
        asked=asked,
        sets=[(one, quality_words(one.quality, language)) for one in find(sets, asked, {})],
        any_sets=bool(sets),
        catalogues=CATALOGUES,
        calls=calls,
        example=example,
        base=str(request.base_url).rstrip("/"),
    )


async def show_set(request: Request) -> Response:
    """One set, for people. What is not open is as absent as what is not there."""
    language = language_in(request.scope, request.app.state.settings)
    sets = await portal_of(request).read(read_open_sets)
    one = next((one for one in sets if one.name == request.path_params["name"]), None)
    if one is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return answer_page(
        request,
        "data_set.html",
        title=one.title.in_language(language),
        keep=KEEP,
        one=one,
        quality=quality_words(one.quality, language),
        licence_at=LICENCES.get(one.licence, ""),
        base=str(request.base_url).rstrip("/"),
        example=_example(one),
    )


def quality_words(found: DataQuality | None, language: str) -> list[str]:
    """Return the figures of a set as people read them; what is not known is left out."""
    if found is None:
        return []
    told = [
        say(f"data.{key}", language, share=f"{100 * share:.1f}%")
        for key, share in (("complete", found.completeness), ("suspect", found.suspect))
        if share is not None
    ]
    if found.delay_seconds is not None:
        told.append(say("data.delay", language, seconds=f"{found.delay_seconds:.0f}"))
    return told


def _example(one: OpenSet) -> str:
    """Return what a program asks for first: the newest file, or what the catalogue tells of the set."""
    files = [resource for resource in one.resources if resource.size is not None]
    return files[0].path if files else f"/api/3/action/package_show?id={one.name}"


ROUTES = [Route("/data", show_data), Route("/data/{name}", show_set)]
