"""`/admin/tokens`: the tokens of programs. A security administrator makes them, as accounts, with scope and end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts.roles import BUSINESS, Role
from cityops.accounts.tokens import TokenError, TokenInUse, TokenUnknown, add_token, list_tokens, revoke_token
from cityops.clock import utc_now
from cityops.scope import ScopeError
from cityops.storage import BadData, Row, Transaction
from dashboard import texts
from dashboard.accounts.rights import read_rights
from dashboard.requests.forms import read_form
from dashboard.ui.html_pages import RequestOutcome, draw_page, read_outcome
from dashboard.web.request_context import RequestContext, require
from dashboard.web.request_ids import ACT

PLACE = "/admin/tokens"
DAYS = (30, 90, 180, 365)  # how long a token that is made here is good; the usual one is the second
REFUSALS: dict[type[Exception], str] = {
    TokenInUse: "token_in_use",
    TokenUnknown: "token_gone",
    TokenError: "token_name",
    ScopeError: "scope",
    BadData: "token_name",
    ValueError: "role",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token; times in UTC. `state`: open, expired or revoked."""

    name: str
    role: str
    domains: str  # with commas; empty: all
    areas: str
    created_at: datetime
    created_by: str
    ends_at: datetime | None  # None: it has no end
    state: str


@router.get(PLACE)
async def show(said: str = "", bad: str = "") -> Response:
    """Return the page."""
    here = require(Role.SECURITY_ADMIN)
    lines = await asyncio.to_thread(_read, here)
    return draw_page(
        here,
        "accounts/tokens.html",
        texts.say("tokens.title", here.language),
        at=PLACE,
        outcome=read_outcome(said, bad),
        tokens=lines,
        roles=BUSINESS,
        domains=list(here.site.catalogue.domain),
        day_choices=DAYS,
        usual_days=DAYS[1],
    )


@router.post(f"{PLACE}/add", dependencies=ACT)
async def add(request: Request) -> Response:
    """Make a token and show it this once. Who sends the form again because the answer was lost is told so."""
    here, sent, made = require(Role.SECURITY_ADMIN), await read_form(request), list[str]()

    def work(tx: Transaction) -> str:
        made.append(_add(tx, here, sent))
        return f"{PLACE}?said=token_unseen"

    target = await asyncio.to_thread(_act, here, work)
    if not made:
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)
    title, outcome = texts.say("tokens.title", here.language), RequestOutcome("said.token_made", is_good=True)
    return draw_page(
        here, "accounts/token.html", title, at=PLACE, outcome=outcome, name=sent.get("name", ""), token=made[0]
    )


@router.post(f"{PLACE}/revoke", dependencies=ACT)
async def revoke(request: Request) -> Response:
    """End a token within seconds."""
    here, sent = require(Role.SECURITY_ADMIN), await read_form(request)

    def work(tx: Transaction) -> str:
        revoke_token(tx, sent.get("name", ""), actor=here.person.name, now=utc_now(), origin=here.origin)
        return f"{PLACE}?said=token_revoked"

    return RedirectResponse(await asyncio.to_thread(_act, here, work), HTTPStatus.SEE_OTHER)


def _act(here: RequestContext, work: Callable[[Transaction], str]) -> str:
    """Do it once for this request, and return where to go: what the work says, or the page that says why not."""
    try:
        return str(here.act(work))
    except tuple(REFUSALS) as refused:
        return f"{PLACE}?bad={next(word for kind, word in REFUSALS.items() if isinstance(refused, kind))}"


def _add(tx: Transaction, here: RequestContext, sent: dict[str, str]) -> str:
    """Make the token that a form asks for. Raises what REFUSALS names."""
    role, scope = read_rights(sent, here.site.catalogue)
    if role not in BUSINESS:
        raise ValueError(role)
    if sent.get("days", "") not in map(str, DAYS):
        raise TokenError
    now = utc_now()
    return add_token(
        tx,
        sent.get("name", ""),
        role=role,
        scope=scope,
        actor=here.person.name,
        now=now,
        expires_at=now + timedelta(days=int(sent["days"])),
        replace=False,
        origin=here.origin,
    )


def _read(here: RequestContext) -> list[TokenLine]:
    """Return those in use first, each kind by name."""
    now = utc_now()
    with here.site.database.transaction() as tx:
        lines = [_line(row, now) for row in list_tokens(tx)]
    return sorted(lines, key=lambda line: (line.state != "open", line.name))


def _line(row: Row, now: datetime) -> TokenLine:
    revoked, end = row["revoked_at"], row["expires_at"]
    state = "revoked" if revoked is not None else "expired" if end is not None and end <= now else "open"
    return TokenLine(
        row["name"],
        row["role"],
        ", ".join(row["domains"] or ()),
        ", ".join(row["areas"] or ()),
        row["created_at"],
        row["created_by"],
        revoked or end,
        state,
    )
