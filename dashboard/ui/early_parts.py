"""What a page loads before its scripts ask for it, and what it can do without: Dash gives all pages the same.

A wall needs Plotly's script and what stands still on its map; both come while Dash still builds the page. Found by
whoever reads the page, they would come one after the other, each after what asks for it.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import plotly
from dash.fingerprint import build_fingerprint

WALL = "/wall"
WATCHING = (WALL, "/desk")  # pages that want the live picture: what their layouts say by `data-live`
OF_TABLES = ("/dash_ag_grid/", "/dash_table/")  # a megabyte and a half of script; a wall has no table
PLOTLY = "package_data/plotly.min.js"


class EarlyParts(NamedTuple):
    """The addresses of what one page loads early; empty where it needs none. `watches`: it wants the live picture."""

    plotly: str
    standing: str
    watches: bool


def early_parts(address: str) -> EarlyParts:
    """Return what the page at an address loads early. What stands still is asked for as assets/map/host.js asks."""
    parts = urlsplit(address)
    if parts.path != WALL:
        return EarlyParts("", "", parts.path in WATCHING)
    return EarlyParts(plotly_address(), f"/live/map?{parts.query}" if parts.query else "/live/map", watches=True)


def needed_scripts(scripts: str, path: str) -> str:
    """Return the script elements, one a line, without those that the page at a path never calls."""
    if path != WALL:
        return scripts
    return "\n".join(line for line in scripts.splitlines() if not any(name in line for name in OF_TABLES))


@cache
def plotly_address() -> str:
    """Return where Plotly's script is, with its fingerprint: browsers then keep it, and what they made of it."""
    modified = int((Path(plotly.__file__).parent / PLOTLY).stat().st_mtime)  # as Dash itself does
    name: str = build_fingerprint(PLOTLY, plotly.__version__, modified)  # type: ignore[no-untyped-call]
    return f"/_dash-component-suites/plotly/{name}"
