"""Dash as this product uses it: the page around every page, and a warm start."""

import inspect
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import dash
import msgspec
from markupsafe import Markup

from cityops.catalogue import Catalogue, Domain
from dashboard import page_version, texts
from dashboard.ui.early_parts import WALL, early_parts, needed_scripts
from dashboard.ui.icons import icon_styles
from dashboard.ui.rendering import render
from dashboard.web.request_context import current, language

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
        """Keep Dash from opening a WebSocket of its own in every page: no callback of ours uses it.

        A wall has no callback either: its browser need not check those of the other pages, for which it would need
        their components.
        """
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        config.pop("websocket", None)
        if self.backend.request_adapter().path == WALL and config.pop("validation_layout", None) is not None:
            config["suppress_callback_exceptions"] = True
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
        chosen, address = language(), self.backend.request_adapter().url
        parts["scripts"] = needed_scripts(parts.get("scripts", ""), urlsplit(address).path)
        made_by_dash = {name: Markup(parts.get(name, "")) for name in _PARTS}  # noqa: S704  (HTML already)
        early = early_parts(address)
        return render(
            "ui/dash.html",
            chosen,
            dash=made_by_dash,
            icon_styles=Markup(icon_styles(self.catalogue.domain)),  # noqa: S704  (drawn by us, from checked packs)
            early=early,
            page_facts=page_facts(chosen, self.acts()),
        )


_PARTS = ("metas", "favicon", "css", "app_entry", "config", "scripts", "renderer")


def page_facts(chosen: str, acts: Sequence[str] = ()) -> Markup:
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
    return Markup(msgspec.json.encode(page).decode().replace("<", "\\u003c"))  # noqa: S704


def _domain_facts(domain: Domain, chosen: str) -> dict[str, Any]:
    """Return how scripts name and draw a domain: name, title of its scene, and its `[map]`."""
    name = domain.name.in_language(chosen)
    return {
        "name": name,
        "title": texts.say("browser.scene_domain", chosen, name=name),
        **msgspec.structs.asdict(domain.map),
    }
