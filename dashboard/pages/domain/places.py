"""The areas that a domain page can be asked about, as people name them."""

from typing import Any

from cityops.areas import Area, AreaLevel, ancestors, name_in
from cityops.names import SortKey, search_key, sort_key
from dashboard.city.registry import Registry
from dashboard.pages.domain.view import BEFORE
from dashboard.ui.components import Speak

OFFERED = (AreaLevel.DISTRICT, AreaLevel.STREET)


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
    known = registry.areas if registry else {}
    offered = [area for area in known.values() if area.level in OFFERED]
    offered.sort(key=lambda area: (_path(area, known, language), area.code))
    options = [
        {
            "label": ("　" if area.level is AreaLevel.STREET else "") + name_in(area, language),
            "value": area.code,
            "search": search_key(area.name, area.name_en, area.code),
        }
        for area in offered
    ]
    if chosen and chosen not in {area.code for area in offered}:
        options.append({"label": name_of(chosen, registry, say, language), "value": chosen})
    return options


def _path(area: Area, known: dict[str, Area], language: str) -> list[SortKey]:
    """Return what puts an area behind the one that it is in, and its like in the order of their names."""
    chain = [code for code in reversed(ancestors(known, area.code)) if code in known]
    return [sort_key(name_in(known[code], language)) for code in chain] + [sort_key(name_in(area, language))]
