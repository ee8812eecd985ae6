"""What an import does to the tree of areas that is stored: levels, the top, and who finds a parent now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cityops.areas import Area, AreaLevel, ancestors
from cityops.imports.areas import parents
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry.places import shapes_of

_ORDER = list(AreaLevel)  # the usual order from the top down; a comprehensive grid may stand elsewhere


def check_levels(areas: Iterable[Area], known: Mapping[str, Area], findings: Findings, *, may_change: bool) -> None:
    """Report each code that is stored at another level: an error, unless the person said that it may change."""
    for row, area in enumerate(areas, start=1):
        stored = known.get(area.code)
        if stored is None or stored.level is area.level:
            continue
        found = f"the code is stored as a {stored.level} and would become a {area.level}"
        if may_change:
            weight, text = Weight.WARNING, f"the code was stored as a {stored.level} and becomes a {area.level}"
        else:
            weight = Weight.ERROR
            text = f"{found}. Give --level {stored.level}, correct the code, or allow it with --change-levels"
        findings.add(weight, text, row=row, code=area.code, column="level", detail=f"stored name: {stored.name}")
    findings.refuse_errors()


def note_tops(areas: Iterable[Area], known: Mapping[str, Area], findings: Findings) -> None:
    """Say which areas found nothing above them, where something should be there.

    A province is the top of every tree, and so is a city where no province is stored.
    """
    tree = {**known, **{area.code: area for area in areas}}
    there = {area.level for area in tree.values()}
    for row, area in enumerate(areas, start=1):
        if area.parent is not None or area.level is AreaLevel.PROVINCE:
            continue
        above = [level for level in _ORDER[: _ORDER.index(area.level)] if level in there]
        if above:
            text = (
                f"no {above[-1]} that is stored lies above it; it stands at the top. Check the code, or --parent-column"
            )
        elif area.level is AreaLevel.CITY:
            continue
        else:
            text = "nothing above it is stored yet; it stands at the top until the area above it is imported"
        findings.add(Weight.WARNING, text, row=row, code=area.code, column="parent", detail=area.name)


def adopt(areas: list[Area], known: Mapping[str, Area], findings: Findings) -> list[Area]:
    """Return the stored areas that find their parent, or a nearer one, among the new areas: with that parent.

    So districts that came before their city hang below it once it comes.
    """
    new = {area.code: area for area in areas}
    tree = {**known, **new}
    adopted = []
    for level in _ORDER:
        waiting = [area for area in known.values() if area.level is level and area.code not in new and _waits(area)]
        found = parents.find_parents([area.code for area in waiting], shapes_of(waiting), level=level, known=tree)
        for area, parent in zip(waiting, found, strict=True):
            if parent in new and parent != area.parent and area.code not in ancestors(tree, parent):
                adopted.append(replace(area, parent=parent))
    for area in adopted:
        before = "at the top" if known[area.code].parent is None else f"below {known[area.code].parent}"
        text = f"stored areas move below {area.parent} {new[area.parent or ''].name}, where they belong"
        findings.add(Weight.REPAIR, text, column="parent", detail=f"{area.code} {area.name} stood {before}")
    return adopted


def _waits(area: Area) -> bool:
    """Whether the parent of a stored area is none, or one of those that its code implies: another may be nearer."""
    return area.parent is None or area.parent in parents.codes_above(area.code)
