"""Everything that answers: the routes of the server and the callbacks of the pages, found, not listed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dash
from fastapi import FastAPI

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Route:
    """One method of one path, with its parameters filled in."""

    method: str
    path: str

    @property
    def is_safe(self) -> bool:
        return self.method in SAFE

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(app: FastAPI) -> list[Route]:
    """Return every HTTP route of the server, those of Dash and of folders of files too."""
    found = {
        Route(method, re.sub(r"\{[^}]*\}", "1", path))
        for route in _flat(app.routes)
        for path, methods in [(getattr(route, "path", ""), getattr(route, "methods", None))]
        if path
        for method in methods or (["GET"] if type(route).__name__ == "Mount" else [])
    }
    assert len(found) > 20
    return sorted(found, key=str)


def sockets_of(app: FastAPI) -> list[str]:
    """Return the paths of all WebSockets."""
    found = (getattr(route, "starlette_route", None) or route for route in _flat(app.routes))
    return sorted({route.path for route in found if "WebSocket" in type(route).__name__})


def callbacks() -> dict[str, Any]:
    """Return the callbacks of the newest application by output, those aside that Dash brings to choose a page."""
    found = {output: entry for output, entry in _callback_map().items() if "_pages_" not in output}
    assert len(found) > 5
    return found


def _callback_map() -> dict[str, Any]:
    found: dict[str, Any] = dash.get_app().callback_map  # type: ignore[no-untyped-call]
    return found


def call_of(output: str, entry: dict[str, Any], value: Any = None) -> dict[str, Any]:
    """Return the request that a browser would send for a callback, with one value for all that it reads."""
    return {
        "output": output,
        "outputs": [
            dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in output.strip(".").split("...")
        ],
        "inputs": [{**part, "value": value} for part in entry["inputs"]],
        "state": [{**part, "value": value} for part in entry["state"]],
        "changedPropIds": [],
    }


def _flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from _flat(route.effective_candidates())
        else:
            yield route
