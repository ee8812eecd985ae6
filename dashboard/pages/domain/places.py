"""The areas that a domain page can be asked about, as people name them."""

from typing import Any

from cityops.areas import Level, name_in
from dashboard.pages.domain.view import BEFORE
from dashboard.parts import Speak
from dashboard.registry import Registry

OFFERED = (Level.DISTRICT, Level.STREET)


def offer_areas(registry: Registry | None, chosen: str, say: Speak, language: str) -> list[dict[str, Any]]:
    """Return the areas to look at: the city, then each district with its streets; the chosen one is among them."""
    return [{"label": say("domain.city"), "value": ""}, *_areas(registry, chosen, say, language)]


def offer_comparisons(registry: Registry | None, chosen: str, say: Speak, language: str) -> list[dict[str, Any]]:
    """Return what to compare with: nothing, the span before, or another area."""
    usual = [{"label": say("domain.nothing"), "value": ""}, {"label": say("domain.before"), "value": BEFORE}]
    return [*usual, *_areas(registry, chosen, say, language)]


def name_of(code: str, registry: Registry | None, say: Speak, language: str) -> str:
    """Return an area's name; the whole city's for "", the code itself when nobody knows it."""
    if not code:
        return say("domain.city")
    area = registry.areas.get(code) if registry else None
    if area is None:
        return code
    return name_in(area, language)


def _areas(registry: Registry | None, chosen: str, say: Speak, language: str) -> list[dict[str, Any]]:
    areas = registry.areas.values() if registry else []
    offered = sorted((area for area in areas if area.level in OFFERED), key=lambda area: area.code)
    options = [
        {
            "label": ("　" if area.level is Level.STREET else "") + name_in(area, language),
            "value": area.code,
        }
        for area in offered
    ]
    if chosen and chosen not in {area.code for area in offered}:
        known = registry is not None and chosen in registry.areas
        options.append({"label": name_of(chosen, registry, say, language) if known else chosen, "value": chosen})
    return options
