"""`cityops portal`: the public's web application; `cityops portal-key`: the programs that may send reports."""

import gc
from typing import Annotated

import typer

app = typer.Typer()
keys = typer.Typer(help="Keys with which other programs send reports by Open311.", no_args_is_help=True)
app.add_typer(keys, name="portal-key")
Name = Annotated[str, typer.Argument(help="The program's name: small letters, digits, dots and dashes.")]


@app.command("portal")
def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8060,
) -> None:
    """Serve the public's pages and Open311 until Ctrl-C or SIGTERM.

    Needs CITYOPS_DATABASE_URL, best of the role cityops_portal, which sees nothing but what everybody may see.
    Put a proxy that speaks TLS in front of it, or keep it on loopback.
    """
    from cityops.operations import logs  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.web.server import run  # noqa: PLC0415
    from portal.app import create_app  # noqa: PLC0415

    logs.log_to_stdout()
    settings = read_settings()
    portal = create_app(settings)
    gc.freeze()  # what is here now stays: not to be looked through at each large answer, which is a quarter of its time
    run(portal, host=host, port=port, proxies=settings.trusted_proxies or ())


@keys.command()
def add(name: Name) -> None:
    """Make a key. It is printed once; a second call of the same name replaces it."""
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.verbs.options import actor, open_database  # noqa: PLC0415
    from portal.keys import add_key  # noqa: PLC0415

    with open_database("portal key").transaction() as tx:
        key = add_key(tx, name, actor=actor(), now=utc_now())
    typer.echo(key)


@keys.command()
def revoke(name: Name) -> None:
    """End a key at once."""
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.verbs.options import actor, open_database  # noqa: PLC0415
    from portal.keys import revoke_key  # noqa: PLC0415

    with open_database("portal key").transaction() as tx:
        revoke_key(tx, name, actor=actor(), now=utc_now())
    typer.echo(f"{name} is revoked.")


@keys.command("list")
def show() -> None:
    """Show every key's name, who made it, and whether it is in use."""
    from cityops.verbs.options import end_words, open_database  # noqa: PLC0415
    from portal.keys import list_keys  # noqa: PLC0415

    with open_database("portal key").transaction() as tx:
        found = list_keys(tx)
    for key in found:
        made = f"made {key['created_at']:%Y-%m-%d %H:%M} UTC by {key['created_by']}"
        typer.echo(f"{key['key_name']}  {made}  {end_words(key['revoked_at'])}")
