"""`/admin`: a page for each of the three administrators, who see nothing of one another's."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts import account_admin, authentication
from cityops.accounts.administration import (
    AccountExists,
    AccountUnknown,
    AdministratorsApart,
    HeldElsewhere,
    NotYourPart,
    OwnAccount,
)
from cityops.accounts.passwords import PasswordRefused
from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import WHOLE, ScopeError, make_scope
from cityops.storage import BadData, Transaction
from cityops.storage.audit import audit_page, verify_chain
from cityops.storage.migrate import pending
from dashboard import texts
from dashboard.accounts.account_list import draw_accounts
from dashboard.accounts.system_page import draw_system
from dashboard.requests.forms import read_form
from dashboard.ui.components import Speak
from dashboard.ui.html_pages import button, card, field, page, table, told
from dashboard.ui.markup import Markup, tag, together
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
MOST = 200  # rows of the audit log on one page


def make_router(visitors: Visitors) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/admin")
    async def show(request: Request, said: str = "", bad: str = "") -> Response:
        here = visit()
        draw = PAGES.get(here.person.role)
        if draw is None:
            require(Role.SECURITY_ADMIN)  # refuses
            raise AssertionError
        answer = told(here, said, good=True) if said else told(here, bad, good=False)
        content = await asyncio.to_thread(draw, here, dict(request.query_params))
        return page(here, texts.say(f"role.{here.person.role}", here.language), answer, content, at="/admin")

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
    role, scope = _rights(sent, here.site.catalogue)
    authentication.add_user(tx, sent.get("name", ""), role=role, scope=scope, password=sent.get("password", ""), **who)


def _reset_password(tx: Transaction, sent: dict[str, str], _: RequestContext, who: dict[str, Any]) -> None:
    account_admin.reset_password(tx, sent.get("name", ""), password=sent.get("password", ""), **who)


def _set_rights(tx: Transaction, sent: dict[str, str], here: RequestContext, who: dict[str, Any]) -> None:
    role, scope = _rights(sent, here.site.catalogue)
    account_admin.set_rights(tx, sent.get("name", ""), role=role, scope=scope, **who)


def _rights(sent: dict[str, str], catalogue: Catalogue) -> tuple[Role, Any]:
    domains, areas = sent.get("domains", "").replace(",", " "), sent.get("areas", "").replace(",", " ")
    return Role(sent.get("role", "")), make_scope(domains.split(), areas.split(), known=catalogue.domain)


def _audit(here: RequestContext, asked: dict[str, str]) -> Markup:
    say, zone = texts.speaker(here.language), here.site.settings.zone
    wanted = {name: asked.get(name, "")[:64] for name in ("actor", "action", "object")}
    days = min(366, int(asked["days"])) if asked.get("days", "").isascii() and asked.get("days", "").isdigit() else 7
    database = here.site.database
    with database.transaction() as tx:
        rows = audit_page(tx, wanted, since=utc_now() - timedelta(days=days), most=MOST)
    with database.within(WHOLE).transaction() as tx:  # the chain is one, whatever part of the city its reader sees
        findings, head = verify_chain(tx)
    chain = (
        tag("p", say("admin.chain_whole", count=head.seq if head else 0), class_="plain-said is-good")
        if not findings
        else tag("p", say("admin.chain_broken", count=len(findings)), class_="plain-said is-bad", role="alert")
    )
    broken = [tag("li", f"{finding.trouble}: {finding.place}") for finding in findings[:MOST]]
    filters = tag(
        "form",
        *(field(say(f"admin.audit_{name}"), name, value=value) for name, value in wanted.items()),
        field(say("admin.audit_days"), "days", value=str(days), inputmode="numeric"),
        button(say("admin.filter")),
        method="get",
        action="/admin",
        class_="plain-row",
    )
    head_row = [
        say(f"admin.audit_{name}") for name in ("at", "actor", "action", "object", "success", "origin", "detail")
    ]
    lines = [
        [
            tag("time", f"{row['at'].astimezone(zone):%Y-%m-%d %H:%M:%S}"),
            tag("b", row["actor"]),
            row["action"],
            row["object"],
            tag("span", say("admin.yes" if row["success"] else "admin.no"), class_="" if row["success"] else "is-bad"),
            tag("span", row["origin"], class_="plain-whole"),
            tag("small", "" if row["detail"] == "{}" else row["detail"]),
        ]
        for row in rows
    ]
    return together(
        card(
            say("admin.chain"),
            chain,
            tag("ul", *broken) if broken else together(),
            tag("p", tag("span", say("admin.anchor")), tag("code", str(head))),
        ),
        card(
            say("admin.audit"),
            tag("p", say("admin.zone", zone=str(zone), most=MOST)),
            filters,
            table(head_row, lines, class_="plain-audit"),
        ),
    )


def _system(here: RequestContext, _: dict[str, str]) -> Markup:
    say, site = texts.speaker(here.language), here.site
    masked = [[tag("code", name), _value(value, say)] for name, value in site.settings.model_dump().items()]
    age = site.live.read_age(utc_now())
    health = {
        "migrations": ", ".join(pending(site.database)) or say("admin.up_to_date"),
        "picture": "–" if age is None else f"{age:.1f} s",
        "beats": say("admin.yes" if site.live.is_beating else "admin.no"),
    }
    columns = [say("admin.setting"), say("admin.value")]
    return together(
        draw_system(here, utc_now()),
        card(say("admin.health"), table([say(f"admin.{name}") for name in health], [[*health.values()]])),
        card(say("admin.settings"), table(columns, masked, class_="plain-values")),
    )


def _value(value: object, say: Speak) -> str:
    """Return a setting in words; a secret already is masked."""
    if isinstance(value, bool):
        return say("admin.yes" if value else "admin.no")
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None or value == "" else str(value)


PAGES: dict[Role, Callable[[RequestContext, dict[str, str]], Markup]] = {
    Role.SECURITY_ADMIN: draw_accounts,
    Role.AUDIT_ADMIN: _audit,
    Role.SYSTEM_ADMIN: _system,
}
