"""The security administrator's page: accounts of the business with their rights, and those of administrators to see."""

from cityops.accounts import account_admin
from cityops.accounts.login_limits import limits_in_force
from cityops.accounts.roles import BUSINESS, Role
from cityops.clock import utc_now
from cityops.names import sort_key
from cityops.storage import Row
from dashboard import texts
from dashboard.accounts.login_cards import draw_limits
from dashboard.ui.components import Speak
from dashboard.ui.html_pages import button, card, field, form, moment, select, table
from dashboard.ui.markup import Markup, tag, together
from dashboard.web.request_context import RequestContext


def draw_accounts(here: RequestContext, _: dict[str, str]) -> Markup:
    """Return the security administrator's page: every account, who has to wait, a new one, a new password for one."""
    say = texts.speaker(here.language)
    with here.site.database.transaction() as tx:
        found = sorted(account_admin.list_accounts(tx, now=utc_now()), key=lambda row: sort_key(row["user_name"]))
        limits = limits_in_force(tx, now=utc_now())
    columns = ("name", "role", "domains", "areas", "state", "last_login", "sessions", "actions")
    rows = [
        [
            tag("b", row["user_name"]),
            *_rights_cells(row, say),
            _state(row, say),
            moment(here, row["last_login_at"]),
            str(row["sessions"]),
            _actions(row, say),
        ]
        for row in found
    ]
    accounts_table = table([say(f"admin.{name}") for name in columns], rows, class_="plain-accounts")
    return together(
        card(say("admin.accounts"), tag("p", say("admin.apart_hint")), accounts_table),
        draw_limits(here, limits),
        _new(here, say),
        _password(found, say),
    )


def _new(here: RequestContext, say: Speak) -> Markup:
    return card(
        say("admin.new"),
        tag("p", say("admin.add_hint")),
        form(
            "/admin/accounts/add",
            field(say("admin.name"), "name", required=True, autocomplete="off", pattern="[a-z][a-z0-9._\\-]*"),
            tag("label", say("admin.role"), _role_choice(say)),
            field(say("admin.domains"), "domains", placeholder=", ".join(here.site.catalogue.domain)),
            field(say("admin.areas"), "areas", placeholder=say("admin.all")),
            field(say("admin.password"), "password", type="password", autocomplete="new-password", required=True),
            button(say("admin.add")),
            data_act="yes",
        ),
        half=True,
    )


def _password(found: list[Row], say: Speak) -> Markup:
    names = [row["user_name"] for row in found if not Role(row["role"]).is_administrator and row["issuer"] is None]
    return card(
        say("admin.reset"),
        tag("p", say("admin.reset_hint")),
        form(
            "/admin/accounts/password",
            tag("label", say("admin.name"), select("name", [(name, name) for name in names])),
            field(say("admin.password"), "password", type="password", autocomplete="new-password", required=True),
            button(say("admin.reset")),
            data_act="yes",
        ),
        half=True,
    )


def _rights_cells(row: Row, say: Speak) -> list[Markup]:
    """Return role, domains and areas: fields of the row's form, which stands with its button (`_actions`)."""
    name = row["user_name"]
    scopes = {part: ",".join(row[part] or ()) for part in ("domains", "areas")}
    if Role(row["role"]).is_administrator or row["issuer"]:
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
    return select("role", [(role, say(f"role.{role}")) for role in BUSINESS], chosen=chosen, **attributes)


def _state(row: Row, say: Speak) -> Markup:
    signs = {
        "disabled": row["disabled"],
        "limited": row["limited_until"] is not None,
        "must_change": row["must_change"],
        "factor": row["second_factor"],
        "external": row["issuer"] is not None,
    }
    words = [tag("span", say(f"admin.is_{name}"), class_=f"pill pill-{name}") for name, on in signs.items() if on]
    return tag("span", *(words or [tag("span", say("admin.is_open"), class_="pill")]), class_="pills")


def _actions(row: Row, say: Speak) -> Markup:
    account = row["user_name"]
    if Role(row["role"]).is_administrator:
        return tag("small", say("admin.apart"))
    hidden = tag("input", type="hidden", name="name", value=account)
    store = form(
        "/admin/accounts/rights", hidden, button(say("admin.store"), quiet=True), id=f"rights-{account}", data_act="yes"
    )
    names = ["unlock" if row["disabled"] or row["limited_until"] else "disable", "revoke"]
    names += ["second-factor"] if row["second_factor"] else []
    names = names if row["issuer"] is None else [name for name in names if name != "second-factor"]
    forms = [form(f"/admin/accounts/{n}", hidden, button(say(f"admin.{n}"), quiet=True), data_act="yes") for n in names]
    return tag("span", *([store] if row["issuer"] is None else []), *forms, class_="plain-row")
