"""The verbs `cityops token add`, `revoke` and `list`."""

from typing import Annotated

import typer

from cityops.verbs.options import Areas, Domains, actor, end_words, open_database, read_role, read_scope, scope_words

app = typer.Typer(help="Tokens with which other programs use the API.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The program's name: small letters, digits, dots and dashes.")]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="viewer, officer or supervisor.")],
    domain: Domains = None,
    area: Areas = None,
    days: Annotated[int | None, typer.Option(min=1, max=3660, help="It ends after so many. None: no end.")] = None,
) -> None:
    """Make a token. It is printed once; a second call of the same name replaces it."""
    from datetime import timedelta  # noqa: PLC0415

    from cityops.accounts.tokens import add_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    found, scope, now = read_role(role), read_scope(domain, area), utc_now()
    end = None if days is None else now + timedelta(days=days)
    with open_database("token").transaction() as tx:
        token = add_token(tx, name, role=found, scope=scope, actor=actor(), now=now, expires_at=end)
    typer.echo(token)


@app.command()
def revoke(name: Name) -> None:
    """End a token within seconds."""
    from cityops.accounts.tokens import revoke_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with open_database("token").transaction() as tx:
        revoke_token(tx, name, actor=actor(), now=utc_now())
    typer.echo(f"{name} is revoked.")


@app.command("list")
def show() -> None:
    """Show every token's name, role, scope, maker and end."""
    from cityops.accounts.tokens import list_tokens  # noqa: PLC0415
    from cityops.accounts.users import scope_of  # noqa: PLC0415

    with open_database("token").transaction() as tx:
        tokens = list_tokens(tx)
    for token in tokens:
        made = f"made {token['created_at']:%Y-%m-%d %H:%M} UTC by {token['created_by']}"
        scope, end = scope_words(scope_of(token)), end_words(token["revoked_at"], token["expires_at"])
        typer.echo(f"{token['name']}  {token['role']}  {scope}  {made}  {end}")
