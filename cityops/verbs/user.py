"""The verbs `cityops user …`, and the tokens with which walls look."""

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cityops.roles import Role
    from cityops.scope import Scope
    from cityops.storage import Database

app = typer.Typer(help="Accounts.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Small letters, digits, dots and dashes.")]
RoleName = Annotated[
    str, typer.Option("--role", help="viewer, officer, supervisor; system_admin, security_admin or audit_admin.")
]
Domains = Annotated[list[str] | None, typer.Option("--domain", help="What it sees; again for more. None: all.")]
Areas = Annotated[list[str] | None, typer.Option("--area", help="Code of an area it sees; again for more. None: all.")]


@app.command()
def add(
    name: Name,
    role: RoleName,
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="CITYOPS_NEW_PASSWORD"),
    ],
    domain: Domains = None,
    area: Areas = None,
) -> None:
    """Store an account; asks for the password, which its person changes at the login. An existing one gets this."""
    from cityops.accounts import add_user  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    found, wanted, actor = _role(role), _scope(domain, area), getpass.getuser()
    with _database().transaction() as tx:
        add_user(tx, name, role=found, scope=wanted, password=password, actor=actor, now=utc_now())
    typer.echo(f"{name} is a {role} now.")


@app.command()
def scope(name: Name, role: RoleName, domain: Domains = None, area: Areas = None) -> None:
    """Give an account another role and scope. Its sessions end."""
    from cityops.account_admin import set_rights  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    wanted = _scope(domain, area)
    with _database().transaction() as tx:
        set_rights(tx, name, role=_role(role), scope=wanted, actor=_actor(), now=utc_now())
    typer.echo(f"{name} is a {role} now, for {_words(wanted)}.")


@app.command()
def disable(name: Name) -> None:
    """Let nobody in by this account. Its sessions end."""
    from cityops.account_admin import disable as disable_account  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with _database().transaction() as tx:
        disable_account(tx, name, actor=_actor(), now=utc_now())
    typer.echo(f"{name} is disabled. `cityops user unlock {name}` lets it in again.")


@app.command()
def unlock(name: Name) -> None:
    """Let an account in again that was locked or disabled."""
    from cityops.account_admin import unlock as unlock_account  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with _database().transaction() as tx:
        unlock_account(tx, name, actor=_actor(), now=utc_now())
    typer.echo(f"{name} can log in.")


@app.command()
def revoke(name: Name) -> None:
    """End all sessions of an account, within seconds."""
    from cityops.account_admin import revoke as revoke_sessions  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with _database().transaction() as tx:
        count = revoke_sessions(tx, name, actor=_actor(), now=utc_now())
    typer.echo(f"{name} is logged out everywhere ({count}).")


@app.command("list")
def show() -> None:
    """Show every account: role, scope, state, last login."""
    from cityops.account_admin import list_accounts  # noqa: PLC0415
    from cityops.accounts import scope_of  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    now = utc_now()
    with _database().transaction() as tx:
        found = list_accounts(tx, now=now)
    for row in found:
        state = "disabled" if row["disabled"] else "locked" if _is_later(row["locked_until"], now) else "in use"
        last = f"last login {row['last_login_at']:%Y-%m-%d %H:%M} UTC" if row["last_login_at"] else "never logged in"
        typer.echo(f"{row['user_name']}  {row['role']}  {_words(scope_of(row))}  {state}  {last}")


@app.command()
def wall_token(name: Annotated[str, typer.Argument(help="The wall's name, such as hall-1.")]) -> None:
    """Make a read-only token for a wall. It is printed once; a second call replaces it."""
    from cityops.accounts import issue_wall_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with _database().transaction() as tx:
        token = issue_wall_token(tx, name, actor=getpass.getuser(), now=utc_now())
    typer.echo(f"Open /wall?token={token}")


def _actor() -> str:
    """Who runs this. In the audit it cannot be taken for an account of the same name."""
    return f"{getpass.getuser()} (command line)"


def _is_later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def _role(name: str) -> "Role":
    from cityops.accounts import AccountError  # noqa: PLC0415
    from cityops.roles import Role  # noqa: PLC0415

    if name not in set(Role):
        raise AccountError(f"{name!r} is no role. Use one of: {', '.join(Role)}.")
    return Role(name)


def _scope(domains: list[str] | None, areas: list[str] | None) -> "Scope":
    from cityops.catalogue import load_catalogue  # noqa: PLC0415
    from cityops.scope import make_scope  # noqa: PLC0415

    return make_scope(domains or [], areas or [], known=load_catalogue().domain)


def _words(scope: "Scope") -> str:
    parts = [", ".join(values) for values in (scope.domains, scope.areas) if values]
    return " in ".join(parts) or "the whole city"


def _database() -> "Database":
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    return Database(read_settings().require_database_url(), application="user")
