"""What stands in each area that somebody asked for: parts of the registry, kept until the registry is another."""

from cityops.areas import AreaLevel, name_in
from cityops.names import sort_key
from dashboard.city.registry import Registry

MOST_PARTS = 64  # that are kept


class AreaParts:
    """Cuts the registry. For several threads: each keeps parts only beside the registry that they were cut from."""

    def __init__(self) -> None:
        self._kept: tuple[Registry | None, dict[str, Registry]] = (None, {})

    def of(self, registry: Registry, area: str) -> Registry:
        """Return what stands in an area; of "" the city."""
        whole, parts = self._kept
        if whole is not registry:
            parts = {}
            self._kept = registry, parts
        part = parts.get(area)
        if part is None:
            part = registry.of(area)
            if len(parts) < MOST_PARTS:  # an address may name more areas than there are
                parts[area] = part
        return part


def list_districts(registry: Registry) -> list[dict[str, str]]:
    """Return the districts that walls can show: code, zh, en, by name."""
    found = sorted(
        (area for area in registry.areas.values() if area.level is AreaLevel.DISTRICT),
        key=lambda area: sort_key(area.name),
    )
    return [{"code": area.code, "zh": area.name, "en": name_in(area, "en")} for area in found]
