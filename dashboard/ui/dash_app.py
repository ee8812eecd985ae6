"""Dash as this product uses it: the page around every page, and a warm start."""

import html
import inspect
from collections.abc import Sequence
from typing import Any

import dash
import msgspec

from cityops.catalogue import Catalogue, Domain
from cityops.clock import milliseconds, utc_now
from dashboard import page_version, texts, theme
from dashboard.ui.icons import icon_styles
from dashboard.web.request_context import current, language

PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head>{metas}<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="cityops-time" content="{time}">
<title>{title}</title>{favicon}<style>{variables}</style>{css}
<script type="application/json" id="cityops-page">{page}</script></head>
<body>{app_entry}<footer>{config}{scripts}{renderer}</footer></body></html>"""


# The list in which Dash keeps its preparations; it has no public name.
BEFORE_FIRST_REQUEST = "_before_request_funcs"


class Shell(dash.Dash):
    """Dash with our own page around it, for the domains of a catalogue."""

    def __init__(self, *parts: Any, catalogue: Catalogue, **options: Any) -> None:
        self.catalogue = catalogue
        super().__init__(*parts, **options)

    async def prepare(self) -> None:
        """Do now what Dash leaves to its first `/_dash-…` request.

        Until then the page lacks the script that sets the title, and the first visitor's browser fails.
        """
        for step in getattr(self.backend, BEFORE_FIRST_REQUEST):
            result = step()
            if inspect.isawaitable(result):
                await result

    def _config(self) -> dict[str, Any]:
        """Keep Dash from opening a WebSocket of its own in every page: no callback of ours uses it."""
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        config.pop("websocket", None)
        return config

    def acts(self) -> list[str]:
        """Return the outputs of the callbacks that change something, as requests name them."""
        return [
            output
            for output, entry in self.callback_map.items()
            if getattr(getattr(entry.get("callback"), "__wrapped__", None), "is_act", False)
        ]

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """Return the page around the pages: language, colours, and what scripts must know."""
        chosen = language()
        parts["title"] = html.escape(texts.say("common.product", chosen))
        return PAGE.format(
            **{name: parts.get(name, "") for name in _PARTS},
            lang="zh-CN" if chosen == "zh" else "en",
            time=milliseconds(utc_now()),
            variables=theme.css_variables() + icon_styles(self.catalogue.domain),
            page=page_facts(chosen, self.acts()),
        )


_PARTS = ("metas", "title", "favicon", "css", "app_entry", "config", "scripts", "renderer")


def page_facts(chosen: str, acts: Sequence[str] = ()) -> str:
    """Return what the scripts of a page must know, as JSON for a script element. `acts`: outputs that are acts."""
    here = current.get()
    page: dict[str, Any] = {
        "language": chosen,
        "texts": texts.for_browser(chosen),
        "acts": acts,
        "made": page_version.digest(),
    }
    if here is not None:
        page["timezone"] = here.site.settings.timezone
        page["domains"] = {name: _domain_facts(domain, chosen) for name, domain in here.site.catalogue.domain.items()}
    # Inside a script element only "<" could end it.
    return msgspec.json.encode(page).decode().replace("<", "\\u003c")


def _domain_facts(domain: Domain, chosen: str) -> dict[str, Any]:
    """Return how scripts name and draw a domain: name, title of its scene, and its `[map]`."""
    name = domain.name.in_language(chosen)
    return {
        "name": name,
        "title": texts.say("browser.scene_domain", chosen, name=name),
        **msgspec.structs.asdict(domain.map),
    }
