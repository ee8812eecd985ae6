"""The pages. Each is one module with `register`, `layout` and its few callbacks."""

from collections.abc import Callable
from typing import Any

import dash

from dashboard import texts


def register_page(name: str, layout: Callable[..., Any]) -> None:
    """Make a page known to Dash under `/<name>`."""
    dash.register_page(  # type: ignore[no-untyped-call]
        name, path=f"/{name}", layout=layout, title=texts.say("common.product", "zh")
    )
