"""The verbs `cityops user …`, and the tokens with which walls look."""

from typing import Annotated

import typer

from cityops.verbs.options import Areas, Domains, actor, end_words, open_database, read_role, read_scope, scope_words

app = typer.Typer(help="Accounts.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Small letters, digits, dots and dashes.")]
Wall = Annotated[str, typer.Argument(help="The wall's name, such as hall-1.")]
RoleName = Annotated[
    str, typer.Option("--role", help="viewer, officer, supervisor; system_admin, security_admin or audit_admin.")
]
NewPassword = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="CITYOPS_NEW_PASSWORD")
]


@app.command()
def add(
    name: Name,
    role: RoleName,
    password: NewPassword,
    domain: Domains = None,
    area: Areas = None,
) -> None:
    """Make an account; asks for the password, which its person changes at the first login."""
    from cityops.accounts.users import add_user  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    found, wanted = read_role(role), read_scope(domain, area)
    with open_database("user").transaction() as tx:
        add_user(tx, name, role=found, scope=wanted, password=password, actor=actor(), now=utc_now())
    typer.echo(f"{name} is a {role} now.")


@app.command()
def password(name: Name, password: NewPassword) -> None:
    """Give an account of the business a new password, for who forgot theirs. Its sessions end."""
    from cityops.accounts.account_admin import reset_password  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with open_database("user").transaction() as tx:
        reset_password(tx, name, password=password, actor=actor(), now=utc_now())
    typer.echo(f"{name} has a new password, and changes it at the next login.")


@app.command()
def scope(name: Name, role: RoleName, domain: Domains = None, area: Areas = None) -> None:
    """Give an account of the business another role of it and scope. Its sessions end."""
    from cityops.accounts.account_admin import set_rights  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    wanted = read_scope(domain, area)
    with open_database("user").transaction() as tx:
        set_rights(tx, name, role=read_role(role), scope=wanted, actor=actor(), now=utc_now())
    typer.echo(f"{name} is a {role} now, for {scope_words(wanted)}.")


@app.command()
def disable(name: Name) -> None:
    """Let nobody in by this account. Its sessions end."""
    from cityops.accounts.account_admin import disable as disable_account  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with open_database("user").transaction() as tx:
        disable_account(tx, name, actor=actor(), now=utc_now())
    typer.echo(f"{name} is disabled. `cityops user unlock {name}` lets it in again.")


@app.command()
def unlock(name: Name) -> None:
    """Let an account in again that was locked or disabled."""
    from cityops.accounts.account_admin import unlock as unlock_account  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with open_database("user").transaction() as tx:
        unlock_account(tx, name, actor=actor(), now=utc_now())
    typer.echo(f"{name} can log in.")


@app.command()
def revoke(name: Name) -> None:
    """End all sessions of an account, within seconds."""
    from cityops.accounts.account_admin import revoke as revoke_sessions  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with open_database("user").transaction() as tx:
        count = revoke_sessions(tx, name, actor=actor(), now=utc_now())
    typer.echo(f"{name} is logged out everywhere ({count}).")


@app.command("list")
def show() -> None:
    """Show every account: role, scope, state, last login."""
    from cityops.accounts.account_admin import list_accounts  # noqa: PLC0415
    from cityops.accounts.users import scope_of  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    now = utc_now()
    with open_database("user").transaction() as tx:
        found = list_accounts(tx, now=now)
    for row in found:
        state = "disabled" if row["disabled"] else "guessed at" if row["limited_until"] else "in use"
        last = f"last login {row['last_login_at']:%Y-%m-%d %H:%M} UTC" if row["last_login_at"] else "never logged in"
        typer.echo(f"{row['user_name']}  {row['role']}  {scope_words(scope_of(row))}  {state}  {last}")


@app.command()
def wall_token(name: Wall) -> None:
    """Make a read-only token for a wall. It is printed once; a second call replaces it."""
    from cityops.accounts.tokens import issue_wall_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with open_database("user").transaction() as tx:
        token = issue_wall_token(tx, name, actor=actor(), now=utc_now())
    typer.echo(f"Open /wall?token={token}")


@app.command()
def wall_list() -> None:
    """Show every wall's token: its name, when it was made, and whether it is in use."""
    from cityops.accounts.tokens import list_wall_tokens  # noqa: PLC0415

    with open_database("user").transaction() as tx:
        tokens = list_wall_tokens(tx)
    for token in tokens:
        made = f"made {token['created_at']:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{token['name']}  {made}  {end_words(token['revoked_at'])}")


@app.command()
def wall_revoke(name: Wall) -> None:
    """End the token of a wall. An open wall is closed within seconds."""
    from cityops.accounts.tokens import revoke_wall_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with open_database("user").transaction() as tx:
        revoke_wall_token(tx, name, actor=actor(), now=utc_now())
    typer.echo(f"{name} is revoked.")
