"""The web application: FastAPI with Dash on top of it and the guard in front."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dash
from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response

from alerts.board.alarms import read_policy
from cityops.accounts.oidc_config import load_config
from cityops.catalogue import Catalogue
from cityops.settings import Settings
from cityops.standards.tables import load_standards
from cityops.web.proxies import ProxyHeaders
from cityops.web.request_bodies import RequestBodies
from dashboard import page_version
from dashboard.accounts import admin, own_account, statements_page, system_page, token_page
from dashboard.api import live_map, live_stream, shared
from dashboard.api import requests as requests_api
from dashboard.api import routes as api
from dashboard.api import wall as wall_api
from dashboard.city.vitals.vital_weights import load_weights
from dashboard.limits.connection_pools import open_pools
from dashboard.live.changes.change_feed import ChangeFeed
from dashboard.live.reader import Live
from dashboard.login import passkeys as passkey_login
from dashboard.login import routes as login
from dashboard.login.code_secrets import renew_code_secrets
from dashboard.pages import desk, domain, presenter, sensors, shift, unknown, wall
from dashboard.pages.cases import routes as case_pages
from dashboard.pages.catalogue import routes as catalogue_page
from dashboard.pages.datasets import routes as datasets_page
from dashboard.pages.domain import exports
from dashboard.pages.evaluation import routes as evaluation_page
from dashboard.pages.hotline import calls as hotline_calls
from dashboard.pages.hotline import review as hotline_review
from dashboard.pages.hotline import routes as hotline_page
from dashboard.pages.knowledge import routes as knowledge_page
from dashboard.pages.posts import routes as posts_page
from dashboard.pages.sharing import receiver_routes, usage_routes
from dashboard.pages.sharing import routes as sharing_page
from dashboard.pages.shift import export
from dashboard.pages.topics import routes as topics_page
from dashboard.pages.warnings import routes as warnings_page
from dashboard.ui.dash_app import Shell
from dashboard.ui.dash_middleware import DashBorder, LoggedFaults
from dashboard.ui.refusal_page import as_page, at_the_door
from dashboard.web import health, refusals
from dashboard.web.access_middleware import Guard
from dashboard.web.app_context import AppContext
from dashboard.web.heartbeat import keep_showing_life
from dashboard.web.packed_files import PackedFiles
from dashboard.web.request_context import visit
from dashboard.web.request_ids import RequestIds
from dashboard.web.scoped_contexts import ScopedContexts
from dashboard.web.session_resolver import Visitors

INTERACTIVE = 16  # threads for people who are logged in; pictures, probes and strangers have their own
PAGES = (wall, desk, domain, shift, sensors)
ROUTERS = (
    health.router,
    live_map.router,
    live_stream.router,
    api.router,
    requests_api.router,
    shared.router,
    export.router,
    exports.router,
    wall_api.router,
    token_page.router,
    system_page.router,
    statements_page.router,
    case_pages.router,
    evaluation_page.router,
    topics_page.router,
    warnings_page.router,
    catalogue_page.router,
    posts_page.router,
    datasets_page.router,
    sharing_page.router,
    receiver_routes.router,
    usage_routes.router,
    knowledge_page.router,
    hotline_page.router,
    hotline_calls.router,
    hotline_review.router,
)


def create_app(settings: Settings, catalogue: Catalogue) -> FastAPI:
    """Build the application; its database is opened when it is served. Raises SettingError."""
    page_version.digest()  # of the files as they are now
    pools = open_pools(settings.require_database_url(), standby=settings.find_read_database_url())
    standards, weights = load_standards(settings.standards_file), load_weights(catalogue, settings.vitals_file)
    changes = ChangeFeed(pools.primary_of_live or pools.live)
    policy = read_policy(settings)
    primary, is_demo = pools.primary_of_live, settings.demo
    live = Live(pools.live, catalogue, standards, weights, policy, changes, primary=primary, is_demo=is_demo)
    site = AppContext(settings, catalogue, pools, live)
    sites, visitors = ScopedContexts(site), Visitors(pools.background, strangers=pools.door)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(INTERACTIVE, thread_name_prefix="request"))
        await shell.prepare()
        changes.start()
        works = (site.live.run(), keep_showing_life(site), renew_code_secrets(site))
        tasks = [asyncio.create_task(work) for work in works]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await sites.close()
        changes.stop()
        pools.close()

    server = FastAPI(
        title="CityOps",
        version="1",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    server.state.site = site
    _add_routes(server, visitors, settings)
    refusals.install(server, draw=as_page)
    server.add_middleware(LoggedFaults)
    shell = make_shell(server, catalogue, demo=settings.demo)
    server.add_middleware(DashBorder, shell=shell)
    _add_guards(server, sites, visitors, shell)
    _build_routes(server)
    return server


def _add_guards(server: FastAPI, sites: ScopedContexts, visitors: Visitors, shell: Shell) -> None:
    """Put in front of all routes what every request passes; what is added last is passed first."""
    site: AppContext = server.state.site
    server.add_middleware(PackedFiles)
    server.add_middleware(RequestIds)
    server.add_middleware(RequestBodies, refuse=refusals.answer)
    hashes = shell.csp_hashes
    server.add_middleware(Guard, site=site, sites=sites, visitors=visitors, script_hashes=hashes, say=at_the_door)
    server.add_middleware(ProxyHeaders, trusted=site.settings.trusted_proxies or ())  # in front of the guard


def _add_routes(server: FastAPI, visitors: Visitors, settings: Settings) -> None:
    """Add everything that is no page of Dash; logins by a provider only where the city has one."""
    for router in ROUTERS:
        # As they are, and not included: what stands in a module is built once for all applications of a process, and
        # building it anew is four fifths of what making an application takes.
        server.router.routes.extend(router.routes)
    for part in (login, passkey_login, own_account, admin):
        server.include_router(part.make_router(visitors))
    server.include_router(exports.router, prefix="/domain")
    if settings.oidc_file is not None:
        # Imported here: a city without a provider starts a sixth of a second sooner.
        from dashboard.login import oidc as oidc_login  # noqa: PLC0415
        from dashboard.login.oidc_client import OidcClient  # noqa: PLC0415

        secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
        server.include_router(oidc_login.make_router(visitors, OidcClient(load_config(settings.oidc_file), secret)))
    server.add_api_route("/", _home, include_in_schema=False)


def _build_routes(server: FastAPI) -> None:
    """Build what FastAPI leaves for the first request: two at once met in pydantic's half-made models."""
    nothing = {"type": "http", "method": "GET", "path": "", "root_path": "", "headers": []}
    for route in server.routes:
        route.matches(nothing)


def make_shell(server: FastAPI, catalogue: Catalogue, *, demo: bool = False) -> Shell:
    """Put Dash and its pages on a server; the presenter's page only in the demo."""
    shell = Shell(
        "dashboard",
        catalogue=catalogue,
        server=server,
        use_pages=True,
        pages_folder="",
        assets_folder=str(Path(__file__).parent / "assets"),
        assets_ignore="passkeys|^case_",  # the pages that use it load it themselves
        update_title="",
        serve_locally=True,
        include_pages_meta=False,
    )
    shell.layout = dash.page_container
    for page in (*PAGES, presenter) if demo else PAGES:
        page.register(shell)
    unknown.register()
    return shell


async def _home() -> Response:
    person = visit().user
    return RedirectResponse("/admin" if person is not None and person.role.is_administrator else "/desk")
