"""The pages. Each is one module with `register`, `layout` and its few callbacks."""

from collections.abc import Callable
from typing import Any

import dash

from dashboard import texts


def register_page(name: str, layout: Callable[..., Any]) -> None:
    """Make a page known to Dash under `/<name>`. Its layout gets the query of the address, each name once."""

    def draw(**query: str | list[str]) -> Any:
        return layout(**{name: value if isinstance(value, str) else value[0] for name, value in query.items()})

    dash.register_page(  # type: ignore[no-untyped-call]
        name, path=f"/{name}", layout=draw, title=texts.say("common.product", "zh")
    )
