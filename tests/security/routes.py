"""Everything that answers: the routes of the server and the callbacks of the pages, found, not listed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash
from fastapi import FastAPI

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Route:
    """One method of one path, with its parameters filled in or named."""

    method: str
    path: str

    @property
    def is_safe(self) -> bool:
        return self.method in SAFE

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(app: FastAPI) -> list[Route]:
    """Return every HTTP route of the server, those of Dash and of folders of files too."""
    found = {Route(route.method, fill(route.path)) for route in templates_of(app)}
    return sorted(found, key=str)


def fill(template: str) -> str:
    """Return a path with a value that fits for each parameter of a template."""
    return re.sub(r"\{[^}]*\}", "1", template.replace("{act}", "comment"))


def templates_of(app: FastAPI) -> list[Route]:
    """Return the same with the names of their parameters, as in `/api/v1/alerts/{alert_id}`."""
    found = {
        Route(method, path)
        for route in every_route(app.routes)
        for path, methods in [(getattr(route, "path", ""), getattr(route, "methods", None))]
        if path
        for method in methods or (["GET"] if type(route).__name__ == "Mount" else [])
    }
    assert len(found) > 20
    return sorted(found, key=str)


def sockets_of(app: FastAPI) -> list[str]:
    """Return the paths of all WebSockets."""
    found = (getattr(route, "starlette_route", None) or route for route in every_route(app.routes))
    return sorted({route.path for route in found if "WebSocket" in type(route).__name__})


def callbacks() -> dict[str, Any]:
    """Return the callbacks of the newest application by output, those aside that Dash brings to choose a page."""
    found = {output: entry for output, entry in _callback_map().items() if "_pages_" not in output}
    assert len(found) > 5
    return found


def page_callback() -> tuple[str, dict[str, Any]]:
    """Return output and entry of the callback with which Dash chooses a page."""
    return next((output, entry) for output, entry in _callback_map().items() if "_pages_content" in output)


def call_of(
    output: str,
    entry: dict[str, Any],
    value: Any = None,
    values: Mapping[str, Any] | None = None,
    changed: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the request that a browser would send for a callback.

    It reads one value for everything but what is in `values`, by id and property as in `desk-radius.value`.
    """
    told = values or {}

    def read(part: dict[str, Any]) -> Any:
        if str(part["id"]).startswith("{"):
            return []  # all components that fit a pattern: there are none
        return {**part, "value": told.get(f"{part['id']}.{part['property']}", value)}

    return {
        "output": output,
        "outputs": [
            dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in output.strip(".").split("...")
        ],
        "inputs": [read(part) for part in entry["inputs"]],
        "state": [read(part) for part in entry["state"]],
        "changedPropIds": list(changed),
    }


def _callback_map() -> dict[str, Any]:
    found: dict[str, Any] = dash.get_app().callback_map  # type: ignore[no-untyped-call]
    return found


def every_route(routes: Any) -> Iterator[Any]:
    """Yield the routes of a server, those of its routers too."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from every_route(route.effective_candidates())
        else:
            yield route
