"""`/system`: the state of the system, for officers; a system administrator finds the same on `/admin`.

It needs no script and reads itself anew every few seconds. What it says of the services is what the walls say.
"""

import asyncio
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import StorageError
from cityops.storage.migrate import pending
from cityops.storage.operations.system import SystemCounts, system_counts
from dashboard import texts
from dashboard.accounts.system_lines import NOTHING, SystemView
from dashboard.accounts.system_view import make_view
from dashboard.ui.components import Speak
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext, require

router = APIRouter(include_in_schema=False)
REFRESH = 10  # seconds


@router.get("/system")
async def show() -> Response:
    """Return the page."""
    here = require(Role.VIEWER)
    view = await asyncio.to_thread(read_system, here, utc_now())
    title = texts.say("system.title", here.language)
    return draw_page(here, "accounts/system.html", title, at="/system", refresh=REFRESH, system=view)


def read_system(here: RequestContext, now: datetime) -> SystemView | None:
    """Return what the page shows; None while nobody knows."""
    services = here.site.live.services
    if services is None:
        return None
    return make_view(services, here.site.live.newest(), _counts(here, now), now, here.language)


def _counts(here: RequestContext, now: datetime) -> SystemCounts | None:
    try:
        with here.site.database.transaction() as tx:
            return system_counts(tx, now)
    except StorageError:
        return None


def draw_system_admin(here: RequestContext, _: dict[str, str], outcome: RequestOutcome | None) -> Response:
    """Return the system administrator's page: the state of the system, health, and the settings with secrets masked."""
    say, site, now = texts.speaker(here.language), here.site, utc_now()
    age = site.live.read_age(now)
    health = {
        "migrations": ", ".join(pending(site.database)) or say("admin.up_to_date"),
        "picture": NOTHING if age is None else f"{age:.1f} s",
        "beats": say("admin.yes" if site.live.is_beating else "admin.no"),
    }
    return draw_page(
        here,
        "accounts/system_admin.html",
        say(f"role.{here.person.role}"),
        at="/admin",
        outcome=outcome,
        system=read_system(here, now),
        health=health,
        settings={name: _value(value, say) for name, value in site.settings.model_dump().items()},
    )


def _value(value: object, say: Speak) -> str:
    """Return a setting in words; a secret already is masked."""
    if isinstance(value, bool):
        return say("admin.yes" if value else "admin.no")
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or NOTHING
    return NOTHING if value is None or value == "" else str(value)
