"""`/admin`: a page for each of the three administrators, who see nothing of one another's."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts import account_admin, users
from cityops.accounts.administration import (
    AccountExists,
    AccountUnknown,
    AdministratorsApart,
    HeldElsewhere,
    NotYourPart,
    OwnAccount,
)
from cityops.accounts.factors.passwords import PasswordRefused
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.scope import ScopeError
from cityops.storage import BadData, Transaction
from dashboard.accounts.account_list import draw_accounts
from dashboard.accounts.audit_page import draw_audit
from dashboard.accounts.rights import read_rights
from dashboard.accounts.system_page import draw_system_admin
from dashboard.requests.forms import read_form
from dashboard.ui.html_pages import RequestOutcome, read_outcome
from dashboard.web.request_context import RequestContext, require, visit
from dashboard.web.request_ids import ACT
from dashboard.web.session_resolver import Visitors

Work = Callable[[Transaction, dict[str, str], RequestContext, dict[str, Any]], object]
REFUSALS: dict[type[Exception], str] = {
    AccountUnknown: "unknown",
    AccountExists: "exists",
    OwnAccount: "own",
    AdministratorsApart: "apart",
    NotYourPart: "apart",
    HeldElsewhere: "elsewhere",
    PasswordRefused: "simple",
    ScopeError: "scope",
    BadData: "name",
    ValueError: "role",
}


def make_router(visitors: Visitors) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/admin")
    async def show(request: Request, said: str = "", bad: str = "") -> Response:
        here = visit()
        draw = DRAW.get(here.person.role)
        if draw is None:
            require(Role.SECURITY_ADMIN)  # refuses
            raise AssertionError
        return await asyncio.to_thread(draw, here, dict(request.query_params), read_outcome(said, bad))

    def add(path: str, work: Work, said: str) -> None:
        async def act(request: Request) -> Response:
            here = require(Role.SECURITY_ADMIN)
            sent = await read_form(request)
            target = await asyncio.to_thread(_do, work, sent, here, f"/admin?said={said}")
            visitors.forget_person(sent.get("name", ""))
            return RedirectResponse(target, HTTPStatus.SEE_OTHER)

        router.add_api_route(f"/admin/accounts/{path}", act, methods=["POST"], dependencies=ACT)

    add("add", _add, "added")
    add("rights", _set_rights, "rights")
    add("password", _reset_password, "reset")
    add("disable", lambda tx, sent, _, who: account_admin.disable(tx, sent.get("name", ""), **who), "disabled")
    add("unlock", lambda tx, sent, _, who: account_admin.unlock(tx, sent.get("name", ""), **who), "unlocked")
    add("revoke", lambda tx, sent, _, who: account_admin.revoke(tx, sent.get("name", ""), **who), "revoked")
    add(
        "second-factor",
        lambda tx, sent, _, who: account_admin.drop_second_factor(tx, sent.get("name", ""), **who),
        "factor_off",
    )
    return router


def _do(work: Work, sent: dict[str, str], here: RequestContext, done: str) -> str:
    """Do it in one transaction with its audit row; return where to go: `done`, or the page that says why not."""
    who = {"actor": here.person.name, "now": utc_now(), "origin": here.origin}

    def do(tx: Transaction) -> str:
        work(tx, sent, here, who)
        return done

    try:
        return str(here.act(do))
    except tuple(REFUSALS) as refused:
        bad = next(word for kind, word in REFUSALS.items() if isinstance(refused, kind))
        return f"/admin?bad={bad}"


def _add(tx: Transaction, sent: dict[str, str], here: RequestContext, who: dict[str, Any]) -> None:
    role, scope = read_rights(sent, here.site.catalogue)
    users.add_user(tx, sent.get("name", ""), role=role, scope=scope, password=sent.get("password", ""), **who)


def _reset_password(tx: Transaction, sent: dict[str, str], _: RequestContext, who: dict[str, Any]) -> None:
    account_admin.reset_password(tx, sent.get("name", ""), password=sent.get("password", ""), **who)


def _set_rights(tx: Transaction, sent: dict[str, str], here: RequestContext, who: dict[str, Any]) -> None:
    role, scope = read_rights(sent, here.site.catalogue)
    account_admin.set_rights(tx, sent.get("name", ""), role=role, scope=scope, **who)


DRAW: dict[Role, Callable[[RequestContext, dict[str, str], RequestOutcome | None], Response]] = {
    Role.SECURITY_ADMIN: draw_accounts,
    Role.AUDIT_ADMIN: draw_audit,
    Role.SYSTEM_ADMIN: draw_system_admin,
}
