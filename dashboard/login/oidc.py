"""`/login/oidc`: logging in by the city's identity provider. Local accounts stay, for the night when it is away."""

import hmac
import logging
import math
import time
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts import authentication
from cityops.accounts.external_accounts import NameTaken, log_in_external
from cityops.accounts.login_limits import LoginRefused
from cityops.accounts.oidc import NoName, NoRole, NoScope, OidcRefused, identity_of
from cityops.clock import utc_now
from cityops.storage import StorageError
from cityops.storage.audit import record
from cityops.web.worker_pool import RETRY_AFTER, PoolFull, WorkerPool
from dashboard.limits.attempts import Attempts
from dashboard.login.ceremonies import Ceremonies, site_of
from dashboard.login.oidc_client import Flow, OidcClient, ProviderAway, new_flow
from dashboard.login.page import draw_busy, draw_page
from dashboard.login.passkeys import enter_with
from dashboard.web import cookies
from dashboard.web.headers import safe_next
from dashboard.web.request_context import visit
from dashboard.web.session_resolver import Visitors

logger = logging.getLogger(__name__)

PURPOSE = "oidc"
AWAY = timedelta(minutes=10)  # how long a person may take at the provider
CALLBACK = "/login/oidc/callback"
REFUSALS: dict[type[Exception], str] = {
    NoRole: "oidc_role",
    NoScope: "oidc_scope",
    NoName: "oidc_name",
    NameTaken: "oidc_taken",
    OidcRefused: "oidc_refused",
    LoginRefused: "oidc_shut",
}


def make_router(visitors: Visitors, client: OidcClient) -> APIRouter:
    """Return the routes."""
    router, signing = APIRouter(include_in_schema=False), Ceremonies()
    pool, attempts = WorkerPool("login-oidc", threads=2, queue=10), Attempts()

    @router.get("/login/oidc")
    async def start(request: Request, next: str = "/desk") -> Response:  # noqa: A002  (the name in the address)
        flow = new_flow(safe_next(next))
        wait = attempts.admit(visit().origin, now=time.monotonic())
        if wait > 0:
            return draw_busy(flow.target, "", seconds=math.ceil(wait))
        try:
            signed = await pool.run(_sign, signing, flow)
            address = await pool.run(client.address, flow, _redirect(request))
        except PoolFull:
            return draw_busy(flow.target, "", seconds=RETRY_AFTER)
        except (ProviderAway, StorageError):
            return _refuse("oidc_outage", flow.target, HTTPStatus.SERVICE_UNAVAILABLE)
        response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        cookies.set_cookie(
            response, cookies.OIDC, signed, settings=visit().site.settings, seconds=round(AWAY.total_seconds())
        )
        return response

    @router.get(CALLBACK)
    async def come_back(request: Request) -> Response:
        target = "/desk"
        try:
            flow = await pool.run(_flow, signing, request.cookies.get(cookies.OIDC, ""))
            target = flow.target
            _check(flow, request.query_params, client.config.issuer)
            agent = request.headers.get("user-agent", "")
            token = await pool.run(_log_in, client, flow, request.query_params["code"], _redirect(request), agent)
            response = await enter_with(token, target, visitors)
            attempts.take_back(visit().origin)
        except tuple(REFUSALS) as refused:
            await pool.run(_note, refused)
            word = next(word for kind, word in REFUSALS.items() if isinstance(refused, kind))
            response = _refuse(word, target, HTTPStatus.UNAUTHORIZED)
        except PoolFull:
            return draw_busy(target, "", seconds=RETRY_AFTER)
        except (ProviderAway, StorageError):
            response = _refuse("oidc_outage", target, HTTPStatus.SERVICE_UNAVAILABLE)
        cookies.drop_cookie(response, cookies.OIDC, settings=visit().site.settings)
        return response

    return router


def _redirect(request: Request) -> str:
    """Return where the provider sends people back to: this host, which the guard has checked."""
    return site_of(request, visit().site.settings).origins[0] + CALLBACK


def _sign(signing: Ceremonies, flow: Flow) -> str:
    return signing.signer().sign(PURPOSE, msgspec.json.encode(flow).decode(), until=utc_now() + AWAY)


def _flow(signing: Ceremonies, cookie: str) -> Flow:
    """Return the log-in that this browser began. Raises OidcRefused where it began none."""
    signed = signing.signer().verify(PURPOSE, cookie, now=utc_now())
    if signed is None:
        raise OidcRefused
    return msgspec.json.decode(signed, type=Flow)


def _check(flow: Flow, sent: Mapping[str, str], issuer: str) -> None:
    """Refuse an answer to another log-in, of another provider (RFC 9207), or one without a code."""
    is_ours = hmac.compare_digest(sent.get("state", "").encode(), flow.state.encode())
    if not is_ours or sent.get("iss", issuer) != issuer or not sent.get("code"):
        raise OidcRefused


def _log_in(client: OidcClient, flow: Flow, code: str, redirect: str, device: str) -> str:
    here = visit()
    claims = client.claims(flow, code, redirect)
    identity = identity_of(client.config, claims, domains=here.site.catalogue.domain)
    with here.site.database.transaction() as tx:
        return log_in_external(tx, identity, now=utc_now(), origin=here.origin, device=device)


def _note(refused: Exception) -> None:
    """Leave a row of the attempt, and the reason in the log for whoever runs the provider."""
    here, nobody = visit(), authentication.NO_NAME
    logger.warning("login refused", extra={"action": "login.oidc", "reason": type(refused).__name__})
    with here.site.database.transaction() as tx:
        detail = {"by": "oidc", "reason": type(refused).__name__}
        record(tx, nobody, "login", nobody, at=utc_now(), origin=here.origin, success=False, detail=detail)


def _refuse(word: str, target: str, status: HTTPStatus) -> Response:
    return draw_page(target=target, refusal=word, status=status)
