"""`/api/v1/alerts/{id}/pack`, `/api/v1/cases/{id}/pack`: what the city recorded, signed, for others to check."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter
from starlette.responses import Response

from alerts.errors import AlertUnknown
from cases.errors import CaseUnknown
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Database
from cityops.storage.audit import record
from dashboard.cases.seats import take_seat
from dashboard.requests.file_names import attachment
from dashboard.web.refusals import REFUSALS, Problem, answer
from dashboard.web.request_context import RequestContext, require
from sharing.errors import PackKeyUnusable
from sharing.evidence.keys import read_pack_key
from sharing.evidence.store import README, PackMaker

router = APIRouter()
ZIP = "application/zip"
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {ZIP: {}}},
    **REFUSALS,
    404: {"model": Problem},
    409: {"model": Problem},
}
NO_KEY = (
    "The city has no key for evidence packs that can be used. Whoever runs the system makes one with "
    "`cityops audit make-pack-key` and names it in CITYOPS_PACK_KEY."
)


@router.get("/alerts/{alert_id}/pack", response_class=Response, responses=ANSWERS)
async def take_alert_pack(alert_id: int) -> Response:
    """Return the evidence pack of an alert: a ZIP file that `cityops audit verify-pack` checks anywhere.

    It has the alert's events, the readings around it, its rule, the cases that follow it, their links of the audit
    chain, and the city's signature. 409: the city has no key for packs.
    """
    return await _take("alert", alert_id, lambda maker: maker.alert_pack(alert_id))


@router.get("/cases/{case_id}/pack", response_class=Response, responses=ANSWERS)
async def take_case_pack(case_id: int) -> Response:
    """Return the evidence pack of a case, with the alerts that it follows. 409: the city has no key for packs."""
    return await _take("case", case_id, lambda maker: maker.case_pack(case_id))


async def _take(kind: str, number: int, make: Callable[[PackMaker], bytes]) -> Response:
    here = require(Role.VIEWER)
    exports = here.site.exports
    turn = exports.turns.enter(here.person.name)
    try:
        content = await exports.run(lambda: _make(here, kind, number, make))
    except PackKeyUnusable:
        return answer(HTTPStatus.CONFLICT, NO_KEY, error="no_key")
    except (AlertUnknown, CaseUnknown) as unknown:
        return answer(HTTPStatus.NOT_FOUND, unknown.public)
    finally:
        turn.leave()
    headers = {"Content-Disposition": attachment(f"evidence-{kind}-{number}.zip"), "Cache-Control": "no-store"}
    return Response(content, media_type=ZIP, headers=headers)


def _make(here: RequestContext, kind: str, number: int, make: Callable[[PackMaker], bytes]) -> bytes:
    """Make a pack in the scope of who asks, and keep in the same transaction who took it."""
    key, database, now = _key(here), _database(here, kind), utc_now()
    readme = files("sharing.evidence").joinpath(README).read_bytes()
    with database.transaction() as tx:
        account = here.person.name
        content = make(PackMaker(tx, key, account=account, scope=database.scope, readme=readme, now=now))
        detail = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        record(tx, account, "pack.export", f"{kind} {number}", at=now, origin=here.origin, detail=detail)
    return content


def _key(here: RequestContext) -> Ed25519PrivateKey:
    path = here.site.settings.pack_key
    if path is None:
        raise PackKeyUnusable
    return read_pack_key(path)


def _database(here: RequestContext, kind: str) -> Database:
    """Return the database as somebody sees it: alerts by their account, cases by their posts too."""
    return take_seat(here).database if kind == "case" else here.site.database
