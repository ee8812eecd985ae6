"""`cityops dashboard`: the web application; `cityops export`: its map as files."""

from typing import Annotated

import typer

from cityops.operations.quick_imports import quick_imports
from dashboard import export_command

app = typer.Typer()
app.add_typer(export_command.app, name="export")


@app.command("dashboard")
def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8050,
    share_port: Annotated[
        bool, typer.Option("--share-port", help="Let other dashboards started so listen on the same port.")
    ] = False,
) -> None:
    """Serve the wall, the duty desk and the API until Ctrl-C or SIGTERM.

    Needs CITYOPS_DATABASE_URL. Put a proxy that speaks TLS in front of it, or keep it on loopback.
    """
    # Imported here, so that `cityops --help` and every other verb start without pandas, plotly and Dash.
    from cityops.catalogue import read_catalogue  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    with quick_imports():
        from cityops.web.server import run  # noqa: PLC0415
        from dashboard.app import create_app  # noqa: PLC0415

    settings = read_settings()
    app_of_city = create_app(settings, read_catalogue(settings))
    run(app_of_city, host=host, port=port, proxies=settings.trusted_proxies or (), shares_port=share_port)
