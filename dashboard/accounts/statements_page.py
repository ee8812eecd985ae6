"""`/admin/statements`: what the database's time goes into, for a system administrator."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from cityops.accounts.roles import Role
from cityops.storage.operations.statements import StatementStatistics, statement_statistics
from dashboard import texts
from dashboard.ui.html_pages import draw_page
from dashboard.web.request_context import RequestContext, require

PLACE = "/admin/statements"
router = APIRouter(include_in_schema=False)


@router.get(PLACE)
async def show() -> Response:
    """Return the page."""
    here = require(Role.SYSTEM_ADMIN)
    found = await asyncio.to_thread(_read, here)
    title = texts.say("statements.title", here.language)
    return draw_page(here, "accounts/statements.html", title, at=PLACE, statistics=found)


def _read(here: RequestContext) -> StatementStatistics | None:
    with here.site.database.transaction() as tx:
        return statement_statistics(tx)
