"""The web application of the public: Starlette, with what every request passes in front of the routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Scope

from cityops.operations.watchdog import EVERY, show_progress
from cityops.settings import Settings
from cityops.standards.tables import load_standards
from cityops.web.proxies import ProxyHeaders
from portal.context import open_portal
from portal.heartbeat import keep_showing_life
from portal.hooks import routes as hooks
from portal.hooks.channels import load_channels
from portal.open311 import routes as open311
from portal.open_data import files
from portal.open_data import routes as open_data
from portal.pages import data, figures, home, questions, released, report, reports, warnings
from portal.rendering import language_in
from portal.sensorthings import routes as sensorthings
from portal.updates.sending import open_sender
from portal.web import faults, health
from portal.web.answer_cache import AnswerCache
from portal.web.headers import PublicHeaders
from portal.web.open_turns import OpenTurns
from portal.web.reading_limits import ReadingLimits
from portal.web.report_bodies import ReportBodies
from portal.web.rooms import Rooms
from portal.web.static_files import KEEP, Static

ROOMS = Rooms(
    (
        *home.ROOMS,
        *report.ROOMS,
        *open_data.ROOMS,
        *warnings.ROOMS,
        *files.ROOMS,
        *open311.ROOMS,
        *hooks.ROOMS,
        *sensorthings.ROOMS,
        *health.ROOMS,
    )
)
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {room.prefix}\n" for room in ROOMS if not room.is_searched)


async def robots(_: Request) -> Response:
    """What searching machines may read: the pages, and no data, which they would ask for without end."""
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": KEEP})


def create_app(settings: Settings) -> Starlette:
    """Build the application; its database is opened when it is served.

    Raises SettingError, StandardsError or HooksError.
    """
    load_channels(settings.hooks_file)  # what is wrong with them is told at the start
    portal = open_portal(settings, load_standards(settings.standards_file))
    updates = open_sender(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if updates is not None:
            updates.start()
        tasks = [asyncio.create_task(_keep_showing_progress()), asyncio.create_task(keep_showing_life(settings))]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if updates is not None:
            await asyncio.to_thread(updates.stop)
        portal.close()

    server = Starlette(
        lifespan=lifespan,
        routes=[
            *home.ROUTES,
            *report.ROUTES,
            *reports.ROUTES,
            *questions.ROUTES,
            *figures.ROUTES,
            *released.ROUTES,
            *data.ROUTES,
            *open_data.ROUTES,
            *warnings.ROUTES,
            *files.ROUTES,
            *open311.ROUTES,
            *hooks.ROUTES,
            *sensorthings.ROUTES,
            *health.ROUTES,
            Route("/robots.txt", robots),
            Mount("/static", Static()),
        ],
    )
    server.state.settings = settings
    server.state.portal = portal
    faults.install(server, ROOMS)
    _add_guards(server, settings)
    return server


def _add_guards(server: Starlette, settings: Settings) -> None:
    """Put in front of all routes what every request passes; what is added last is passed first."""
    refuse = faults.Refusals(server)

    def language_of(scope: Scope) -> str:
        return language_in(scope, settings)

    server.add_middleware(ReportBodies, refuse=refuse)
    server.add_middleware(AnswerCache, language_of=language_of)
    allowances = server.state.portal.allowances
    server.add_middleware(OpenTurns, allowances=allowances, rooms=ROOMS, refuse=refuse)
    server.add_middleware(ReadingLimits, allowances=allowances, rooms=ROOMS, refuse=refuse)
    names = settings.allowed_hosts or ()
    server.add_middleware(PublicHeaders, names=names, over_tls=settings.cookie_secure, rooms=ROOMS, refuse=refuse)
    server.add_middleware(ProxyHeaders, trusted=settings.trusted_proxies or ())


async def _keep_showing_progress() -> None:
    """Say that requests can be answered: the loop that answers them does it."""
    while True:
        show_progress()
        await asyncio.sleep(EVERY)
