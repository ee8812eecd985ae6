"""`/admin`: a page for each of the three administrators, who see nothing of one another's."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops import account_admin, accounts
from cityops.account_admin import AccountUnknown, OwnAccount
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.passwords import PasswordRefused
from cityops.roles import Role
from cityops.scope import ScopeError, make_scope
from cityops.storage import BadData, Row, Transaction
from cityops.storage.audit import audit_page, verify_chain
from cityops.storage.migrate import pending
from dashboard import texts
from dashboard.forms import read_form
from dashboard.markup import Markup, tag, together
from dashboard.parts import Speak
from dashboard.plain import button, card, field, form, moment, page, select, table, told
from dashboard.visit import Visit, require, visit
from dashboard.visitors import Visitors

Work = Callable[[Transaction, dict[str, str], Visit, dict[str, Any]], object]
REFUSALS: dict[type[Exception], str] = {
    AccountUnknown: "unknown",
    OwnAccount: "own",
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
            bad = await asyncio.to_thread(_do, work, sent, here)
            visitors.forget_person(sent.get("name", ""))
            return RedirectResponse(f"/admin?bad={bad}" if bad else f"/admin?said={said}", HTTPStatus.SEE_OTHER)

        router.add_api_route(f"/admin/accounts/{path}", act, methods=["POST"])

    add("add", _add, "added")
    add("rights", _set_rights, "rights")
    add("disable", lambda tx, sent, _, who: account_admin.disable(tx, sent.get("name", ""), **who), "disabled")
    add("unlock", lambda tx, sent, _, who: account_admin.unlock(tx, sent.get("name", ""), **who), "unlocked")
    add("revoke", lambda tx, sent, _, who: account_admin.revoke(tx, sent.get("name", ""), **who), "revoked")
    add(
        "second-factor",
        lambda tx, sent, _, who: account_admin.drop_second_factor(tx, sent.get("name", ""), **who),
        "factor_off",
    )
    return router


def _do(work: Work, sent: dict[str, str], here: Visit) -> str:
    """Do it in one transaction with its audit row; return why not, or nothing."""
    who = {"actor": here.person.name, "now": utc_now(), "origin": here.origin}
    try:
        with here.site.database.transaction() as tx:
            work(tx, sent, here, who)
    except tuple(REFUSALS) as refused:
        return next(word for kind, word in REFUSALS.items() if isinstance(refused, kind))
    return ""


def _add(tx: Transaction, sent: dict[str, str], here: Visit, who: dict[str, Any]) -> None:
    name = sent.get("name", "")
    if name == who["actor"]:
        raise OwnAccount
    role, scope = _rights(sent, here.site.catalogue)
    accounts.add_user(tx, name, role=role, scope=scope, password=sent.get("password", ""), **who)


def _set_rights(tx: Transaction, sent: dict[str, str], here: Visit, who: dict[str, Any]) -> None:
    role, scope = _rights(sent, here.site.catalogue)
    account_admin.set_rights(tx, sent.get("name", ""), role=role, scope=scope, **who)


def _rights(sent: dict[str, str], catalogue: Catalogue) -> tuple[Role, Any]:
    domains, areas = sent.get("domains", "").replace(",", " "), sent.get("areas", "").replace(",", " ")
    return Role(sent.get("role", "")), make_scope(domains.split(), areas.split(), known=catalogue.domain)


def _security(here: Visit, _: dict[str, str]) -> Markup:
    say = texts.speaker(here.language)
    with here.site.database.transaction() as tx:
        found = account_admin.list_accounts(tx, now=utc_now())
    columns = ("name", "role", "domains", "areas", "state", "last_login", "sessions", "actions")
    rows = [
        [
            tag("b", row["user_name"]),
            *_rights_cells(row, here, say),
            _state(row, say),
            moment(here, row["last_login_at"]),
            str(row["sessions"]),
            _actions(row, here, say),
        ]
        for row in found
    ]
    new = form(
        "/admin/accounts/add",
        field(say("admin.name"), "name", required=True, autocomplete="off", pattern="[a-z][a-z0-9._\\-]*"),
        tag("label", say("admin.role"), _role_choice(say)),
        field(say("admin.domains"), "domains", placeholder=", ".join(here.site.catalogue.domain)),
        field(say("admin.areas"), "areas", placeholder=say("admin.all")),
        field(say("admin.password"), "password", type="password", autocomplete="new-password", required=True),
        button(say("admin.add")),
        class_="plain-row",
    )
    hint = tag("p", say("admin.add_hint"))
    accounts_table = table([say(f"admin.{name}") for name in columns], rows, class_="plain-accounts")
    return together(card(say("admin.accounts"), accounts_table), card(say("admin.new"), hint, new))


def _rights_cells(row: Row, here: Visit, say: Speak) -> list[Markup]:
    """Return role, domains and areas: fields of the row's form, which stands with its button (`_actions`)."""
    name = row["user_name"]
    scopes = {part: ",".join(row[part] or ()) for part in ("domains", "areas")}
    if name == here.person.name:
        return [tag("span", say(f"role.{row['role']}")), *(tag("span", scopes[part] or "–") for part in scopes)]
    return [
        _role_choice(say, row["role"], form=f"rights-{name}", aria_label=f"{say('admin.role')} {name}"),
        *(
            tag(
                "input",
                name=part,
                value=value,
                placeholder=say("admin.all"),
                form=f"rights-{name}",
                aria_label=f"{say(f'admin.{part}')} {name}",
            )
            for part, value in scopes.items()
        ),
    ]


def _role_choice(say: Speak, chosen: str = Role.VIEWER, **attributes: str | None) -> Markup:
    return select("role", [(role, say(f"role.{role}")) for role in Role], chosen=chosen, **attributes)


def _state(row: Row, say: Speak) -> Markup:
    signs = {
        "disabled": row["disabled"],
        "locked": row["locked_until"] is not None and row["locked_until"] > utc_now(),
        "must_change": row["must_change"],
        "factor": row["second_factor"],
    }
    words = [tag("span", say(f"admin.is_{name}"), class_=f"pill pill-{name}") for name, on in signs.items() if on]
    return tag("span", *(words or [tag("span", say("admin.is_open"), class_="pill")]), class_="pills")


def _actions(row: Row, here: Visit, say: Speak) -> Markup:
    account = row["user_name"]
    hidden = tag("input", type="hidden", name="name", value=account)
    store = form("/admin/accounts/rights", hidden, button(say("admin.store"), quiet=True), id=f"rights-{account}")
    names = ["unlock" if row["disabled"] or row["locked_until"] else "disable", "revoke"]
    names += ["second-factor"] if row["second_factor"] else []
    forms = [form(f"/admin/accounts/{n}", hidden, button(say(f"admin.{n}"), quiet=True)) for n in names]
    return tag("span", *([] if account == here.person.name else [store]), *forms, class_="plain-row")


def _audit(here: Visit, asked: dict[str, str]) -> Markup:
    say, zone = texts.speaker(here.language), here.site.settings.zone
    wanted = {name: asked.get(name, "")[:64] for name in ("actor", "action", "object")}
    days = min(366, int(asked["days"])) if asked.get("days", "").isascii() and asked.get("days", "").isdigit() else 7
    database = here.site.database
    with database.transaction() as tx:
        rows = audit_page(tx, wanted, since=utc_now() - timedelta(days=days), most=MOST)
    with database.transaction() as tx:
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


def _system(here: Visit, _: dict[str, str]) -> Markup:
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
        card(say("admin.health"), table([say(f"admin.{name}") for name in health], [[*health.values()]])),
        card(say("admin.settings"), table(columns, masked, class_="plain-values")),
    )


def _value(value: object, say: Speak) -> str:
    """Return a setting in words; a secret already is masked."""
    if isinstance(value, bool):
        return say("admin.yes" if value else "admin.no")
    return "–" if value is None or value == "" else str(value)


PAGES: dict[Role, Callable[[Visit, dict[str, str]], Markup]] = {
    Role.SECURITY_ADMIN: _security,
    Role.AUDIT_ADMIN: _audit,
    Role.SYSTEM_ADMIN: _system,
}
