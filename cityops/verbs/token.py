"""The verbs `cityops token add`, `revoke` and `list`."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cityops.storage import Database

app = typer.Typer(help="Tokens with which other programs use the API.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The program's name: small letters, digits, dots and dashes.")]


@app.command()
def add(name: Name, role: Annotated[str, typer.Option(help="viewer, officer or supervisor.")]) -> None:
    """Make a token. It is printed once; a second call of the same name replaces it."""
    from cityops.accounts import AccountError, Role  # noqa: PLC0415
    from cityops.api_tokens import add_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    if role not in set(Role):
        raise AccountError(f"{role!r} is no role. Use one of: {', '.join(Role)}.")
    with _database().transaction() as tx:
        token = add_token(tx, name, role=Role(role), actor=getpass.getuser(), now=utc_now())
    typer.echo(token)


@app.command()
def revoke(name: Name) -> None:
    """End a token within seconds."""
    from cityops.api_tokens import revoke_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with _database().transaction() as tx:
        revoke_token(tx, name, actor=getpass.getuser(), now=utc_now())
    typer.echo(f"{name} is revoked.")


@app.command("list")
def show() -> None:
    """Show every token's name, role, maker and end."""
    from cityops.api_tokens import list_tokens  # noqa: PLC0415

    with _database().transaction() as tx:
        tokens = list_tokens(tx)
    for token in tokens:
        end = "in use" if token["revoked_at"] is None else f"revoked {token['revoked_at']:%Y-%m-%d %H:%M} UTC"
        made = f"made {token['created_at']:%Y-%m-%d %H:%M} UTC by {token['created_by']}"
        typer.echo(f"{token['name']}  {token['role']}  {made}  {end}")


def _database() -> "Database":
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    return Database(read_settings().require_database_url(), application="token")
