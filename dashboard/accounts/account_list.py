"""The security administrator's page: accounts of the business with their rights, and those of administrators to see."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from cityops.accounts import account_admin
from cityops.accounts.login_limits import limits_in_force
from cityops.accounts.roles import BUSINESS, Role
from cityops.clock import utc_now
from cityops.names import sort_key
from cityops.storage import Row
from dashboard import texts
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; times in UTC. `signs` and `acts`: keys of the catalogue, what is so and what can be done."""

    name: str
    role: Role
    domains: str  # with commas; empty: all
    areas: str
    signs: list[str]
    last_login_at: datetime | None
    sessions: int
    is_administrator: bool
    has_rights_here: bool  # role, scope and password are changed on this page
    acts: list[str]


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A place that has to wait before it may try a name again."""

    name: str
    source: str
    failures: int
    failed_at: datetime  # UTC
    seconds: int


def draw_accounts(here: RequestContext, _: dict[str, str], outcome: RequestOutcome | None) -> Response:
    """Return the security administrator's page: every account, who has to wait, a new one, a new password for one."""
    now = utc_now()
    with here.site.database.transaction() as tx:
        found = sorted(account_admin.list_accounts(tx, now=now), key=lambda row: sort_key(row["user_name"]))
        limits = limits_in_force(tx, now=now)
    return draw_page(
        here,
        "accounts/accounts.html",
        texts.say(f"role.{here.person.role}", here.language),
        at="/admin",
        outcome=outcome,
        accounts=[_account_line(row) for row in found],
        limits=[_limit_line(row, now) for row in limits],
        roles=BUSINESS,
        domains=list(here.site.catalogue.domain),
    )


def _account_line(row: Row) -> AccountLine:
    role = Role(row["role"])
    is_external = row["issuer"] is not None
    signs = {
        "disabled": row["disabled"],
        "limited": row["limited_until"] is not None,
        "must_change": row["must_change"],
        "factor": row["second_factor"],
        "external": is_external,
    }
    acts = {
        "unlock": signs["disabled"] or signs["limited"],
        "disable": not (signs["disabled"] or signs["limited"]),
        "revoke": True,
        "second-factor": row["second_factor"] and not is_external,
    }
    return AccountLine(
        row["user_name"],
        role,
        ",".join(row["domains"] or ()),
        ",".join(row["areas"] or ()),
        [name for name, is_so in signs.items() if is_so],
        row["last_login_at"],
        row["sessions"],
        is_administrator=role.is_administrator,
        has_rights_here=not role.is_administrator and not is_external,
        acts=[name for name, is_open in acts.items() if is_open],
    )


def _limit_line(row: Row, now: datetime) -> LimitLine:
    seconds = round((row["wait_until"] - now).total_seconds())
    return LimitLine(row["user_name"], row["source"], row["failures"], row["failed_at"], seconds)
