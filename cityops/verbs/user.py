"""The verb `cityops user add`, and the tokens with which walls look."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cityops.storage import Database

app = typer.Typer(help="Accounts.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Small letters, digits, dots and dashes.")],
    role: Annotated[
        str, typer.Option(help="viewer, officer, supervisor; system_admin, security_admin or audit_admin.")
    ],
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="CITYOPS_NEW_PASSWORD"),
    ],
) -> None:
    """Store an account; asks for the password. An existing one gets this role and password."""
    from cityops.accounts import AccountError, Role, add_user  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    if role not in set(Role):
        raise AccountError(f"{role!r} is no role. Use one of: {', '.join(Role)}.")
    with _database().transaction() as tx:
        add_user(tx, name, role=Role(role), password=password, actor=getpass.getuser(), now=utc_now())
    typer.echo(f"{name} is a {role} now.")


@app.command()
def wall_token(name: Annotated[str, typer.Argument(help="The wall's name, such as hall-1.")]) -> None:
    """Make a read-only token for a wall. It is printed once; a second call replaces it."""
    from cityops.accounts import issue_wall_token  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with _database().transaction() as tx:
        token = issue_wall_token(tx, name, actor=getpass.getuser(), now=utc_now())
    typer.echo(f"Open /wall?token={token}")


def _database() -> "Database":
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    return Database(read_settings().require_database_url(), application="user")
